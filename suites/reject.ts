/** REJECT: requests that are wrong for certain. */
import fc from 'fast-check';
import { create, plan, send, slot } from '../generators/plans.js';
import type { Reading } from '../history/reading.js';
import { KEY_TOKEN } from '../history/text.js';
import { conflicted, successes } from './exercised.js';
import type { Chapter } from './requirement.js';
import { bugClass, followsFrom, judgeRule, rfc9110 } from './sources.js';
import { wrongBodies } from './wrong-bodies.js';

export const chapter: Chapter = {
  name: 'REJECT',
  title: 'Refused requests',
  requirements: [
    {
      id: 'REJECT-1',
      level: 'MUST',
      title: 'Invalid requests are refused with a valid error envelope',
      statement:
        "Malformed JSON, a documented member of the wrong type and a missing required member get a 4xx that the contract's error schema accepts.",
      sources: [rfc9110('15.5.1', '400 Bad Request')],
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
      statement: 'Malformed JSON, a documented member of the wrong type and a missing required member create nothing.',
      sources: [judgeRule(10), rfc9110('15.5', 'a 4xx says that the request was not carried out as sent')],
      byEffects: true,
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
        'After a refused request, the corrected request under the same key creates. (A refused request never changes a record that exists: that is CONFLICT-6.)',
      sources: [bugClass(51, 'refusals before execution are pinned'), judgeRule(7)],
      plans: (source) =>
        plan(source, 8, ({ one }) =>
          fc
            .constantFrom(...wrongBodies(one, source).filter(({ text }) => isJson(text ?? '{}')))
            .map((wrong) => [send(create(slot(0), wrong)), send(create(slot(0), one))]),
        ),
      exercised: (readings) => refused(readings) && (successes(readings).length > 0 || conflicted(readings)),
    },
    {
      id: 'REJECT-4',
      level: 'MUST',
      title: 'An authentication error comes in the error envelope',
      statement: "The answer to a missing or wrong credential satisfies the contract's error schema.",
      sources: [followsFrom('ENVELOPE-1')],
      skip: ({ authentication }) => (authentication === null ? 'the contract has no authentication' : null),
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replaceAll(KEY_TOKEN, 'k'));
    return true;
  } catch {
    return false;
  }
}
