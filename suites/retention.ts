/** RETENTION: looked at once, at the end of a run, by sending keys of other plans again. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { create, plan, send, slot } from '../generators/plans.js';
import type { Chapter, PlannedRequirement, Requirement } from './requirement.js';
import { bugClass, draft } from './sources.js';

function noRetention({ retention }: Contract): string | null {
  return retention.atLeast === null ? 'the contract does not say how long a key is remembered' : null;
}

/** Other keys after which a key must still be remembered (RETENTION-2). */
const MANY_KEYS = 1000;

export const chapter: Chapter = {
  name: 'RETENTION',
  title: 'How long it is remembered',
  requirements: [
    {
      id: 'RETENTION-1',
      level: 'MUST',
      title: 'Early keys still replay at the end of the run',
      statement:
        'At the end of the run, keys of its first round still replay, the oldest among them, if they are younger than the retention that the contract gives (`retention.atLeast`).',
      sources: [draft('2.3'), bugClass(21, 'retention is shorter than promised')],
      skip: noRetention,
      recall: { keys: 12 },
    },
    {
      id: 'RETENTION-2',
      level: 'MUST',
      title: 'A key is remembered after a thousand other keys',
      statement: 'A key still replays after a thousand other keys were used.',
      sources: [bugClass(25, 'keys are lost by restart or eviction')],
      skip: noRetention,
      needs: ['many-keys'],
      recall: { keys: 3, afterKeys: MANY_KEYS },
    },
    {
      id: 'RETENTION-3',
      level: 'MUST',
      title: 'A key is remembered for the time given',
      statement: 'A key still replays after the time given with `--retention`.',
      sources: [draft('2.3'), bugClass(21, 'retention is shorter than promised')],
      needs: ['retention-time'],
      recall: { keys: 12, afterRetention: true },
    },
  ],
};

/** Keys of a plan that does nothing but use them. */
export const KEYS_AT_ONCE = 50;

/** What is sent for a requirement that recalls keys, where the other plans of a run leave too few of them. */
export function manyKeys(requirement: Requirement): PlannedRequirement {
  return {
    ...requirement,
    plans: (source) =>
      plan(source, KEYS_AT_ONCE, ({ one }) =>
        fc.constant(Array.from({ length: KEYS_AT_ONCE }, (_, n) => send(create(slot(n), { ...one, operation: n })))),
      ),
    // Only what is sent again at the end shows something.
    exercised: () => false,
  };
}
