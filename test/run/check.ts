/** Runs the suite in this process against the bundled reference, and says what came out in a few words. */
import { expect } from 'vitest';
import type { Results, Status } from '../../reports/results.js';
import type { RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';

export async function check(options: RunOptions): Promise<Results> {
  const results = await run({ seed: 1, ...options });
  // Whatever else a test looks at: the suite itself never fails.
  expect(results.requirements.filter(({ status }) => status === 'error')).toEqual([]);
  return results;
}

export function idsWith(results: Results, ...statuses: Status[]): string[] {
  return results.requirements.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
}

/** Attempts in the smallest plan of a requirement's first finding. */
export function smallest(results: Results, id: string): number | undefined {
  return results.requirements.find((one) => one.id === id)?.findings[0]?.smallest.attempts;
}
