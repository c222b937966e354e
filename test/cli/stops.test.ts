import { expect, test } from 'vitest';
import { command, expectRun, idsWith, start, withKey } from './command.js';
import { serve } from './targets.js';

const seed = ['--seed', '1'];
/** Long enough to be met in the middle, and quickly counted. */
const long = [...seed, '--profile', 'thorough', '--only', 'CREATE-1,REPLAY-1'];

test.concurrent('3: a budget of requests that is spent before the MUSTs are decided', async () => {
  const results = expectRun(
    await command([...long, '--max-requests', '10']),
    3,
    'stopped: the budget of 10 requests is spent',
  );
  expect(results.requests.budget).toBe(10);
  expect(results.requests.sent).toBeLessThanOrEqual(10);
  expect(idsWith(results, 'failed')).toEqual([]);
});

test.concurrent('3: a budget that not even the preflight can keep to', async () => {
  const results = expectRun(
    await command([...long, '--max-requests', '1']),
    3,
    /^[^\n]*Nothing was judged\. Stopped: the budget of 1 /,
  );
  expect(results.requests.sent).toBe(1);
});

test.concurrent('3: a budget of created resources', async () => {
  const results = expectRun(
    await command([...long, '--max-creates', '5']),
    3,
    'the budget of 5 created resources is spent',
  );
  expect(results.effects.created).toBeLessThanOrEqual(5);
});

test.concurrent('3: time that is over', async () => {
  expectRun(await command([...long, '--max-time', '0.5']), 3, '--max-time of 0.5 s is over.');
});

test.concurrent('a budget that suffices changes nothing', async () => {
  const words = [
    ...seed,
    '--profile',
    'smoke',
    '--only',
    'CREATE-1',
    '--max-requests',
    '500',
    '--max-creates',
    '500',
    '--max-time',
    '300',
  ];
  expect(expectRun(await command(words), 0).requests.budget).toBe(500);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test.concurrent(`3: ${signal} in the middle, and the reports are written`, async () => {
    const running = start(long);
    await running.prints('profile thorough');
    running.child.kill(signal);
    const results = expectRun(await running.ended, 3, 'stopped: interrupted.');
    expect(results.rounds.done).toBeLessThan(results.rounds.planned);
    expect(results.notes).toContain('interrupted');
  });
}

test.concurrent('1: SIGINT after a finding', async () => {
  const running = start([...long, '--fault', 'never-replays']);
  await running.prints('✗ REPLAY-1');
  running.child.kill('SIGINT');
  const results = expectRun(await running.ended, 1, /Does not conform: .*REPLAY-1.* violated/);
  expect(idsWith(results, 'failed')).toContain('REPLAY-1');
});

test.concurrent('3: SIGINT while the target lets everybody wait', async () => {
  let told = () => {};
  const asked = new Promise<void>((resolve) => {
    told = resolve;
  });
  const target = await serve(() => told());
  const running = start([...seed, '--target', target.url], withKey);
  await asked;
  running.child.kill('SIGINT');
  expectRun(await running.ended, 3, 'interrupted');
});

test.concurrent('3: SIGINT while --wait waits for a target that never comes', async () => {
  const target = await serve((_, response) => response.writeHead(503).end());
  const running = start([...seed, '--target', target.url, '--wait', '300'], withKey);
  while (target.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  running.child.kill('SIGINT');
  expectRun(await running.ended, 3, 'interrupted');
});
