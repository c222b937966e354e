/** The module that signs requests: named before it runs, and tried out before anything is sent. */
import fc from 'fast-check';
import type { Tokens } from '../client/credentials.js';
import type { Mask } from '../client/mask.js';
import { Mint } from '../client/mint.js';
import { finished, Signer, SigningFailed } from '../client/signing.js';
import { baseOf, requestOf } from '../client/wire.js';
import { SignHost } from '../contracts/sign-host.js';
import { plainBody } from '../generators/bodies.js';
import { keyShapes } from '../generators/keys.js';
import { body, create, slot } from '../generators/plans.js';
import type { Attempt, CredentialUse } from '../history/plan.js';
import { hasSecond } from './credentials.js';
import type { Settings } from './options.js';

/** `undefined` where the contract names no module: it is the same for all operations. */
export function signerFor({ contract: { contract, signFile }, timeoutMs }: Settings, mask: Mask): Signer | undefined {
  if (contract.sign === null || signFile === undefined) return undefined;
  return new Signer(new SignHost(signFile, timeoutMs), contract.sign, mask);
}

/** What is run besides the target, for people, before anything is sent. */
export function signWords({ contract: { contract }, timeoutMs, front }: Settings): string[] {
  if (contract.sign === null) return [];
  const most = `${front.nameOf('timeout')} ${timeoutMs / 1000} s`;
  return [`requests are signed by ${contract.sign}, a program that is run here (${most})`];
}

/** Signs a write of every operation with every credential, and sends none of them. Gives what went wrong, if anything did. */
export async function rehearsed(
  operations: Settings[],
  { signer, tokens }: { signer: Signer | undefined; tokens: Tokens | undefined },
): Promise<SigningFailed | null> {
  if (signer === undefined) return null;
  try {
    for (const settings of operations) {
      const { contract } = settings.contract;
      const sender = { ...settings, contract, tokens, signer };
      const base = baseOf(settings.targets[0] as string, contract.basePath);
      for (const credential of credentialsOf(settings)) {
        const [attempt, filled] = firstWrite(settings, credential);
        await finished(sender, base, attempt, 0, (own) => requestOf(own, base, attempt, filled));
      }
    }
    return null;
  } catch (error) {
    if (error instanceof SigningFailed) return error;
    throw error;
  }
}

function credentialsOf(settings: Settings): CredentialUse[] {
  const { contract } = settings.contract;
  if (contract.authentication === null) return ['first'];
  return ['first', ...(hasSecond(settings, contract) ? (['second'] as const) : []), 'wrong', 'none'];
}

/** The write that a run begins with, and what it is filled with. */
function firstWrite(settings: Settings, credential: CredentialUse): [Attempt, Parameters<typeof requestOf>[3]] {
  const { contract, schemas } = settings.contract;
  const value = plainBody({
    contract,
    requestSchema: schemas.requestSchema,
    validate: (one) => schemas.request(one) === true,
  });
  const mint = new Mint();
  const execution = mint.execution();
  const [template = ''] = fc.sample(keyShapes(contract.key), { seed: 1, numRuns: 1 });
  const key = execution.key(0, template);
  const attempt = create(slot(0), body(value), { credential });
  return [attempt, { id: null, key, companions: mint.companions(contract, key, {}), execution }];
}
