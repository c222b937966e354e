/** SERVER: it holds up under whatever the run sends. Every plan looks at this; these plans look at nothing else. */
import fc from 'fast-check';
import { fullBodies } from '../generators/bodies.js';
import { body, create, plan, SETTLED_MS, send, slot, storm, wait } from '../generators/plans.js';
import type { HangUp } from '../history/plan.js';
import type { Chapter } from './requirement.js';
import { bugClass, judgeRule } from './sources.js';

const inBody = fc.constantFrom(0.1, 0.5, 0.9).map((share): HangUp => ({ after: 'share', share }));
const afterBody = fc.constantFrom(0, 2, 8, 30).map((ms): HangUp => ({ after: 'body', ms }));

/**
 * Ways for a client to leave: in the body, or after it, at once or while the server works.
 * Hanging up after the body may be too late, so at least one request is cut in its body.
 */
const leaving: fc.Arbitrary<HangUp[]> = fc
  .tuple(inBody, afterBody, fc.oneof(inBody, afterBody))
  .chain((ways) => fc.shuffledSubarray(ways, { minLength: ways.length }));

export const chapter: Chapter = {
  name: 'SERVER',
  title: 'The server holds up',
  requirements: [
    {
      id: 'SERVER-1',
      level: 'MUST',
      safety: 'unlisted',
      title: 'No valid request is answered with a server error',
      statement:
        'No valid write of the whole run gets a 5xx, whatever its key and its body, and whatever runs beside it. Exempt are a 503 that says when to come again, 502 and 504, which layers in front answer, and what the contract itself answers with a 5xx. Where a requirement that the contract judges speaks of the request, it is reported there.',
      sources: [
        judgeRule(15),
        bugClass(3, 'the loser of the race gets 500 or 503'),
        bugClass(41, 'bad keys are accepted or crash'),
      ],
      plans: (source) =>
        plan(source, 3, ({ one, other }) =>
          fc
            .tuple(fullBodies(source), fc.integer({ min: 2, max: Math.max(2, source.stormWidth) }))
            .map(([value, width]) => {
              const [hard, racing] = [create(slot(0), body(value)), create(slot(1), { ...one, operation: 1 })];
              return [
                send(hard),
                send(hard),
                storm(Array.from({ length: width }, () => racing)),
                send(create(slot(2), { ...other, operation: 2 })),
              ];
            }),
        ),
      exercised: (readings) => readings.some(({ exchange: { outcome } }) => outcome.kind === 'answer'),
    },
    {
      id: 'SERVER-2',
      level: 'MUST',
      safety: 'unlisted',
      title: 'No request takes the target down',
      statement:
        'The target goes on answering whatever it is sent, also where a client hangs up. It fails where the target goes down, comes back, and the same request takes it down again.',
      sources: [judgeRule(15), bugClass(16, 'an answer that is not captured')],
      plans: (source) =>
        plan(source, 3, ({ one }) =>
          leaving.map((ways) => [
            ...ways.flatMap((hangUp, n) => {
              const request = create(slot(n), { ...one, operation: n });
              // At once as well: a server that is started again may answer soon.
              return [send({ ...request, hangUp }), send(request), wait(SETTLED_MS), send(request)];
            }),
          ]),
        ),
      exercised: (readings) =>
        readings.some(
          ({ exchange: lost }) =>
            lost.outcome.kind !== 'answer' &&
            readings.some(({ exchange: { outcome, sent } }) => outcome.kind === 'answer' && sent > lost.sent),
        ),
    },
  ],
};
