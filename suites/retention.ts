/** RETENTION: looked at once, at the end of a run, by sending keys of other plans again. */
import fc from 'fast-check';
import { create, plan, send, slot } from '../generators/plans.js';
import type { Suite } from './suite.js';

const noRetention: Suite['skip'] = ({ retention }) =>
  retention.atLeast === null ? 'the contract does not say how long a key is remembered' : null;

/** They have no plans of their own. */
export const AT_THE_END: Pick<Suite, 'id' | 'skip'>[] = [
  { id: 'RETENTION-1', skip: noRetention },
  { id: 'RETENTION-2', skip: noRetention },
  { id: 'RETENTION-3' },
];

/** Other keys after which a key must still be remembered (RETENTION-2). */
export const MANY_KEYS = 1000;

/** Keys of a plan that does nothing but use them. */
export const KEYS_AT_ONCE = 50;

/** What is sent where the other plans of a run leave too few keys to be remembered. */
export function manyKeys(id: string): Suite {
  return {
    id,
    plans: (source) =>
      plan(source, KEYS_AT_ONCE, ({ one }) =>
        fc.constant(Array.from({ length: KEYS_AT_ONCE }, (_, n) => send(create(slot(n), { ...one, operation: n })))),
      ),
    // Only what is sent again at the end shows something.
    exercised: () => false,
  };
}
