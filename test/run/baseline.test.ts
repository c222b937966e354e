/** A known failure is called fixed only by a run that put its requirement to the test to the end. */
import { expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';

const options: RunOptions = {
  baseline: ['CREATE-1', 'REPLAY-1', 'REPLAY-3'].map((id) => ({ id, reason: 'ticket 7', until: null })),
  only: ['CREATE-1', 'REPLAY-1', 'REPLAY-3'],
  profile: 'smoke',
  seed: 1,
};

const states = ({ baseline }: Awaited<ReturnType<typeof run>>) => baseline.map(({ state }) => state);

test.concurrent('a whole run calls what holds fixed, and fails', async () => {
  const results = await run(options);
  expect([results.exitCode, ...states(results)]).toEqual([1, 'fixed', 'fixed', 'fixed']);
});

test.concurrent('a run that is stopped leaves it open, wherever it is stopped', async () => {
  const { requests } = await run(options);
  for (const share of [0.5, 0.95]) {
    const results = await run({ ...options, maxRequests: Math.floor(requests.sent * share) });
    expect([results.exitCode, results.stop?.kind, ...states(results)]).toEqual([3, 'stopped', 'open', 'open', 'open']);
  }
  const stopping = new AbortController();
  let seen = 0;
  const onReading = () => {
    seen += 1;
    if (seen > 20) stopping.abort(new Error('interrupted'));
  };
  const results = await run({ ...options, profile: 'standard' }, { signal: stopping.signal, onReading });
  expect(results.requirements.some(({ status }) => status === 'passed')).toBe(true);
  expect([results.exitCode, ...states(results)]).toEqual([3, 'open', 'open', 'open']);
});

test.concurrent('and so does one shard, which has not seen all rounds', async () => {
  const results = await run({ ...options, profile: 'standard', shard: { index: 1, of: 8 } });
  expect([results.exitCode, ...states(results)]).toEqual([0, 'open', 'open', 'open']);
});
