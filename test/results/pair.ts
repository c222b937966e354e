/** Two runs of the same few chapters, and ids in the later one. */
import type { Results, Status } from '../../results/results.js';
import { fixture, withChanges } from '../reports/fixtures.js';

const chapters = ['CREATE', 'HEADER', 'SCOPE'];

function own(results: Results): Results {
  return { ...results, requirements: results.requirements.filter(({ chapter }) => chapters.includes(chapter)) };
}

export const passing = own(fixture('passing'));

/** A MUST and a SHOULD violated, and two MUSTs not checked. */
export const failing: Results = {
  ...withChanges(own(fixture('failing')), {
    'SCOPE-1': { status: 'skipped', reason: 'no second credential' },
    'SCOPE-2': { status: 'skipped', reason: 'no second credential' },
  }),
  // Otherwise a run with other options.
  fault: passing.fault,
  decides: passing.decides,
};

export function idsWith(results: Results, status: Status): string[] {
  return results.requirements.filter((one) => one.status === status).map(({ id }) => id);
}
