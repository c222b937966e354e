/** Runs the suite in this process against the bundled reference, and says what came out in a few words. */
import { expect } from 'vitest';
import type { Results, Status } from '../../results/results.js';
import type { RunHooks } from '../../run/hooks.js';
import type { RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';

export async function check(options: RunOptions): Promise<Results> {
  const results = await run({ seed: 1, ...options });
  // Whatever else a test looks at: the suite itself never fails.
  expect(results.requirements.filter(({ status }) => status === 'error')).toEqual([]);
  return results;
}

/** The same, ended with the round in which all of the ids were found: what else a run would meet is not asked for. */
export async function checkUntil(options: RunOptions, ids: string[], hooks: RunHooks = {}): Promise<Results> {
  const open = new Set(ids);
  const stop = new AbortController();
  let last = Number.POSITIVE_INFINITY;
  const results = await run(
    { seed: 1, ...options },
    {
      ...hooks,
      signal: stop.signal,
      onProgress: (progress) => {
        if (progress.kind === 'finding') open.delete(progress.finding.id);
        if (progress.kind !== 'progress') return;
        if (open.size === 0) last = Math.min(last, progress.round);
        if (progress.round > last) stop.abort(new Error('all is found'));
      },
    },
  );
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
