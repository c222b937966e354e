/** What requirements of several chapters stand on. */
import type { Prerequisite } from './requirement.js';

/** For those that say 'and it holds for …' of the first repeat. */
export const sameAsARepeat: Prerequisite = {
  on: ['REPLAY-1'],
  when: 'same-rule',
  why: 'it already fails in the same way there',
};

/** For all but LOST-4 that need a key to end after a lost answer. */
export const keysEnd: Prerequisite = { on: ['LOST-4'], when: 'not-exercised', why: 'keys stay in flight' };

/** For those that need a key to be answered for good after a lost answer. */
export const keysRecover: Prerequisite = {
  on: ['LOST-8', 'LOST-9', 'LOST-10'],
  when: 'not-exercised',
  why: 'keys are refused for good after a lost answer',
};

/** For the requirement given, which needs a conflict. */
export function conflictsAreSeen(id: string): Prerequisite {
  const on = ['CONFLICT-1', 'CONFLICT-3', 'REPLAY-1'].filter((one) => one !== id);
  return { on, when: 'not-exercised', why: 'no conflict was ever seen' };
}

/** For a scenario: the requirements that it shows at work. */
export function shows(...on: string[]): Prerequisite {
  return { on, when: 'any', why: 'this scenario shows it at work' };
}
