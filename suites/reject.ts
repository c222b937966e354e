/** REJECT: requests that are wrong for certain. */
import fc from 'fast-check';
import { keyMember } from '../contracts/key.js';
import { create, type PlanSource, plan, send, slot } from '../generators/plans.js';
import type { Body, Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { sameRegister } from '../history/register.js';
import { correctedBody } from './drawn.js';
import { noBody } from './mismatch.js';
import { noneToLeaveOut } from './requests.js';
import type { Chapter } from './requirement.js';
import { bugClass, followsFrom, judgeRule, rfc9110 } from './sources.js';
import { MALFORMED, wrongBodies } from './wrong-bodies.js';

export const chapter: Chapter = {
  name: 'REJECT',
  title: 'Refused requests',
  requirements: [
    {
      id: 'REJECT-1',
      level: 'MUST',
      title: 'Invalid requests are refused with a valid error envelope',
      statement:
        "A malformed body, a documented member of the wrong type and a missing required member get a 4xx that the contract's error schema accepts.",
      sources: [rfc9110('15.5.1', '400 Bad Request')],
      skip: noBody,
      plans: (source) =>
        plan(source, 8, ({ one }) =>
          fc.constant(wrongBodies(one, source).map((wrong, n) => send(create(slot(n), wrong)))),
        ),
      exercised: refused,
    },
    {
      id: 'REJECT-2',
      level: 'MUST',
      title: 'Invalid requests have no effect',
      statement:
        'A malformed body, a documented member of the wrong type and a missing required member create nothing.',
      sources: [judgeRule(10), rfc9110('15.5', 'a 4xx says that the request was not carried out as sent')],
      byEffects: true,
      skip: noBody,
      plans: (source) =>
        plan(source, 8, ({ one }) =>
          fc.constant(wrongBodies(one, source).map((wrong, n) => send(create(slot(n), wrong)))),
        ),
      exercised: refused,
    },
    {
      id: 'REJECT-3',
      level: 'SHOULD',
      noticed: true,
      title: 'A refused request does not bind its key',
      statement:
        'After a refused request, malformed or invalid, the corrected request under the same key creates: it is neither a conflict nor refused as the first one was. (A refused request never changes a record that exists: that is CONFLICT-6.) Where the contract does not say what is stored, this is noticed.',
      sources: [bugClass(51, 'refusals before execution are pinned'), judgeRule(7)],
      skip: (contract) =>
        noBody(contract) ??
        (contract.stored?.includes('clientErrors') === true ? 'by the contract refusals are stored' : null),
      silent: ({ stored }) => stored === null,
      plans: corrected,
      draws: correctedBody,
      exercised: (readings) => readings.some((reading) => isCorrected(reading, readings)),
    },
    {
      id: 'REJECT-4',
      level: 'MUST',
      title: 'An authentication error comes in the error envelope',
      statement: "The answer to a missing or wrong credential satisfies the contract's error schema.",
      sources: [followsFrom('ENVELOPE-1')],
      skip: noneToLeaveOut,
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant((['none', 'wrong'] as const).map((credential) => send(create(slot(0), one, { credential })))),
        ),
      exercised: refused,
    },
  ],
};

function refused(readings: Reading[]): boolean {
  return readings.some((x) => x.kind === 'none' && x.exchange.outcome.kind === 'answer');
}

/** A body that is malformed and one that is invalid, each corrected under its key; then the right body under a new key. */
function corrected(source: PlanSource): fc.Arbitrary<Plan> {
  return plan(source, 3, ({ one }) => {
    const wrong = wrongBodies(one, source);
    const kinds = [
      // A key in a body that cannot be read is not read either.
      wrong.filter(({ invalid }) => invalid === MALFORMED && keyMember(source.contract.key) === null),
      wrong.filter(({ invalid }) => invalid !== MALFORMED),
    ].filter((list) => list.length > 0);
    const right = (n: number): Body => ({ ...one, operation: wrong.length + n });
    return fc
      .tuple(...kinds.map((list) => fc.constantFrom(...list)))
      .map((chosen) => [
        ...chosen.flatMap((body, n) => [send(create(slot(n), body)), send(create(slot(n), right(n)))]),
        send(create(slot(2), right(2))),
      ]);
  });
}

/** Whether another body was refused before under its key, and it was accepted, or refused as a conflict with that. */
function isCorrected(reading: Reading, readings: Reading[]): boolean {
  if (reading.kind !== 'ok' && reading.kind !== 'conflict') return false;
  return readings.some(
    (x) =>
      sameRegister(x, reading) &&
      x.kind === 'none' &&
      x.value !== reading.value &&
      x.exchange.outcome.kind === 'answer' &&
      x.exchange.sent < reading.exchange.sent,
  );
}
