/** ENVELOPE: every refusal comes in the error envelope. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { absent, create, type PlanSource, plan, send, slot } from '../generators/plans.js';
import type { Body, CredentialUse, Step } from '../history/plan.js';
import { isError } from '../history/reading.js';
import { noBody } from './mismatch.js';
import { noneToLeaveOut } from './requests.js';
import type { Chapter } from './requirement.js';
import { followsFrom } from './sources.js';
import { MALFORMED, wrongBodies } from './wrong-bodies.js';

export const chapter: Chapter = {
  name: 'ENVELOPE',
  title: 'What errors look like',
  requirements: [
    {
      id: 'ENVELOPE-1',
      level: 'MUST',
      title: 'Every error satisfies the error schema',
      statement:
        "Every 4xx and 5xx of the whole run is accepted by the contract's error schema, with a request id where the contract has one. 413, 502 to 504 and unknown routes only warn.",
      sources: [followsFrom('CONFLICT-2', 'REJECT-1')],
      skip: (contract) =>
        contract.errors.schema === null ? 'the contract names no error schema' : nothingToRefuse(contract),
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constantFrom('wrong' as const, 'none' as const).map((credential) => refusals(one, source, credential)),
        ),
      exercised: (readings) =>
        readings.some((x) => isError(x) && x.exchange.outcome.kind === 'answer' && x.exchange.outcome.status < 500),
    },
  ],
};

/** Why nothing that can be sent is refused, or `null`. */
function nothingToRefuse(contract: Contract): string | null {
  const { authentication, key } = contract;
  return authentication !== null || key.required ? null : noBody(contract);
}

/** One of each kind: not found, unreadable, read and refused, not let in. */
function refusals(one: Body, source: PlanSource, credential: CredentialUse): Step[] {
  const { contract, secondCredential } = source;
  const wrong = wrongBodies(one, source);
  const refused = wrong.findLast(({ invalid }) => invalid !== MALFORMED);
  const unreadable = wrong.find(({ invalid }) => invalid === MALFORMED);
  const steps: Step[] = [];
  // The other API key does not find it, unless both belong to one team.
  if (secondCredential && contract.cancel !== null)
    steps.push(send(create(slot(0), one)), send({ operation: 'cancel', credential: 'second', of: 0 }));
  if (unreadable !== undefined) steps.push(send(create(slot(0), unreadable)));
  if (contract.create.body === 'none' && contract.key.required) steps.push(send(create(absent, one)));
  if (refused !== undefined) steps.push(send(create(slot(0), refused)));
  if (noneToLeaveOut(contract) === null) steps.push(send(create(slot(0), one, { credential })));
  return steps;
}
