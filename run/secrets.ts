/** Which values of a run are secrets, and whether they can be kept out of what it writes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { addressSecrets, headerSecrets } from '../client/mask/values.js';
import { Mask, SHORTEST_SECRET } from '../client/mask.js';
import type { Contract } from '../contracts/contract.js';
import type { Outcome } from '../history/history.js';
import type { CredentialUse, Operation } from '../history/plan.js';
import type { Kind } from '../history/reading.js';
import { rules } from '../judge/sentences/index.js';
import { requirements } from '../suites/index.js';
import type { Credentials, OAuthClients } from './credentials.js';
import { option, UsageError } from './options/usage.js';
import { isCredential } from './options/values.js';

/** What holds secrets, as a connection does. */
interface Holder {
  credentials: Credentials;
  clients: OAuthClients;
  headers: [name: string, value: string][];
  secretHeaders: string[];
  proxy: string | undefined;
}

/** The mask of a run: API keys, headers that carry credentials, passwords in addresses, the webhook secret. */
export function maskFor(holder: Holder, contract: Contract, webhookSecret?: string): Mask {
  const { credentials, clients, secretHeaders } = holder;
  const headers = [...Object.entries(contract.headers), ...holder.headers].filter(([name]) =>
    isCredential(name, secretHeaders),
  );
  return new Mask(
    [
      credentials.first,
      credentials.second,
      clients.first?.secret,
      clients.second?.secret,
      ...(isBasic(contract) ? [credentials.first, credentials.second].map(passwordOf) : []),
      webhookSecret,
      // What is signed with stands after the prefix that some senders write.
      webhookSecret?.replace(/^whsec_/, ''),
      ...addressSecrets(holder.proxy),
    ],
    headers.flatMap(([name, value]) => headerSecrets(name, value)),
    secretHeaders,
    ownWords(),
  );
}

function isBasic({ authentication }: Contract): boolean {
  return authentication?.scheme === 'basic';
}

/** A password may hold colons, a user's name none (RFC 7617, section 2). */
function passwordOf(credential: string | undefined): string | undefined {
  return credential?.slice(credential.indexOf(':') + 1);
}

/** Throws `UsageError` where a secret could not be told from the other text of a report. */
export function checkSecrets(holder: Holder & { targets: string[] }, contract: Contract, webhookSecret?: string): void {
  for (const [name, secret] of [...named(holder, contract, webhookSecret), ...ofContract(contract, holder)]) {
    const problem = problemOf(secret, holder.targets);
    if (problem !== null) throw new UsageError(`The secret in ${name} ${problem}`);
  }
}

/** Why a secret cannot be kept out of reports, as the end of two sentences; `null` where it can. */
export function problemOf(secret: string, targets: string[]): string | null {
  if (secret.length < SHORTEST_SECRET)
    return `has fewer than ${SHORTEST_SECRET} characters: too few to be told from other text and kept out of reports. Nothing was sent. Use a longer one.`;
  const place = targets.some((target) => target.toLowerCase().includes(secret.toLowerCase()))
    ? 'the address of the target'
    : isOwnWord(secret)
      ? 'every report, as one of its own words'
      : null;
  if (place === null) return null;
  return `stands in ${place}, so it cannot be kept out of reports. Nothing was sent. Use another one.`;
}

/** Secrets that the user gave, each with the name of the option. Of a header with several, the longest. */
function named(
  { credentials, clients, headers, secretHeaders, proxy }: Holder,
  contract: Contract,
  webhookSecret?: string,
): [string, string][] {
  const secretIn = (credential: string | undefined) => (isBasic(contract) ? passwordOf(credential) : credential);
  const all: [string, string | undefined][] = [
    [option('credentials.first'), secretIn(credentials.first)],
    [option('credentials.second'), secretIn(credentials.second)],
    [option('clients.first'), clients.first?.secret],
    [option('clients.second'), clients.second?.secret],
    [option('webhooks.secret'), webhookSecret],
    ...headers
      .filter(([name]) => isCredential(name, secretHeaders))
      .map(([name, value]): [string, string] => [`${option('headers')} ${name}`, longest(headerSecrets(name, value))]),
    ['HTTPS_PROXY', longest(addressSecrets(proxy))],
  ];
  return all.filter((one): one is [string, string] => (one[1] ?? '') !== '');
}

function ofContract(contract: Contract, { secretHeaders }: Holder): [string, string][] {
  return Object.entries(contract.headers)
    .filter(([name]) => isCredential(name, secretHeaders))
    .map(([name, value]) => [`the header ${name} of the contract`, longest(headerSecrets(name, value))]);
}

function longest(texts: string[]): string {
  return texts.reduce((one, other) => (other.length > one.length ? other : one), '');
}

const SCHEMA = createRequire(import.meta.url).resolve('idem-conformance/results/results.schema.json');

let words: ReadonlySet<string> | undefined;
let lowerWords: ReadonlySet<string> | undefined;

/** What exchanges are called by; the types say when one is missing. */
const KINDS: Record<Kind | Operation | CredentialUse | Outcome['kind'], true> = {
  ...{ ok: true, conflict: true, refused: true, none: true, inflight: true, unknown: true },
  ...{ create: true, get: true, cancel: true, other: true, upload: true },
  ...{ first: true, second: true, wrong: true, answer: true, unsent: true },
};

/** Words that results are made of: to mask one of them would break what reads results. */
function ownWords(): ReadonlySet<string> {
  words ??= new Set([
    ...(readFileSync(SCHEMA, 'utf8').match(/"[^"]+"/g) ?? []).map((word) => word.slice(1, -1)),
    ...Object.keys(KINDS),
    ...rules,
    ...requirements.map(({ id }) => id),
  ]);
  return words;
}

function isOwnWord(secret: string): boolean {
  lowerWords ??= new Set([...ownWords()].map((word) => word.toLowerCase()));
  return lowerWords.has(secret.toLowerCase());
}
