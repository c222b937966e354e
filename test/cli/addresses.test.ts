/** Which target, with which credential and headers. */
import { expect, test } from 'vitest';
import { command, expectRun, idsWith } from './command.js';
import { closedPort, type FrontTarget, frontOf } from './targets.js';

const smoke = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];
const paths = (target: FrontTarget) =>
  new Set(target.requests.map((one) => one.replace(/^\w+ /, '').replace(/[?].*/, '')));

test.concurrent.each(['/', '/v1/'])('the base path is added once to an origin with %j', async (more) => {
  const target = await frontOf();
  expectRun(await command(['--target', `${target.url}${more}`, ...smoke], target), 0);
  expect([...paths(target)].filter((path) => !path.startsWith('/v1/tasks'))).toEqual([]);
  expect(target.requests).toContain('POST /v1/tasks');
});

test.concurrent.each(['/gateway/eu/', '/gateway/eu/v1'])('a prefix, as %s', async (more) => {
  const target = await frontOf({ prefix: '/gateway/eu' });
  const results = expectRun(await command(['--target', `${target.url}${more}`, ...smoke], target), 0);
  expect(idsWith(results, 'passed')).toEqual(['CREATE-1']);
  expect(target.requests).toContain('POST /gateway/eu/v1/tasks');
});

test.concurrent('3: without the prefix, the advice names the base path', async () => {
  const target = await frontOf({ prefix: '/gateway/eu' });
  expectRun(
    await command(['--target', target.url, ...smoke], target),
    3,
    /There is no such endpoint: check --target \(the base path/,
  );
});

test.concurrent('headers are sent with every request, and replace those of the contract', async () => {
  const target = await frontOf();
  const words = ['--header', 'X-Team: red: blue', '--header', 'x-empty:', '--header', 'moda-version: 2026-05-01'];
  expectRun(await command(['--target', target.url, ...smoke, ...words], target), 0);
  expect(target.headers.length).toBeGreaterThan(3);
  for (const headers of target.headers) {
    expect(headers).toMatchObject({ 'x-team': 'red: blue', 'x-empty': '', 'moda-version': '2026-05-01' });
  }
});

test.concurrent('API keys from IDEM_API_KEY and IDEM_API_KEY_2', async () => {
  const target = await frontOf();
  const env = { ...target.env, IDEM_API_KEY_2: target.secondKey };
  expectRun(await command(['--target', target.url, ...smoke], { env }), 0);
  const used = new Set(target.headers.map(({ authorization }) => authorization));
  expect(used).toEqual(new Set([`Bearer ${env.IDEM_API_KEY}`, `Bearer ${env.IDEM_API_KEY_2}`]));
});

test.concurrent('API keys from the variables that --api-key-env names, and no others', async () => {
  const target = await frontOf();
  const env = {
    MINE: target.env.IDEM_API_KEY,
    THEIRS: target.secondKey,
    IDEM_API_KEY: 'not_this_one',
    IDEM_API_KEY_2: 'nor_this',
  };
  expectRun(await command(['--target', target.url, ...smoke, '--api-key-env', 'MINE'], { env }), 0);
  expect(new Set(target.headers.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${env.MINE}`]));
  expectRun(
    await command(['--target', target.url, ...smoke, '--api-key-env', 'MINE', '--api-key-env', 'THEIRS'], { env }),
    0,
  );
  expect(target.headers.map(({ authorization }) => authorization)).toContain(`Bearer ${env.THEIRS}`);
});

test.concurrent('--wait waits for a target that comes up later', async () => {
  const { url, port } = await closedPort();
  const { env } = await frontOf();
  const late = new Promise<FrontTarget>((resolve, reject) => {
    setTimeout(() => frontOf({ port }).then(resolve, reject), 1000);
  });
  expectRun(await command(['--target', url, ...smoke, '--wait', '50'], { env }), 0);
  expect((await late).requests).toContain('POST /v1/tasks');
});

test.concurrent('--wait waits for a target whose gateway is up before it', async () => {
  const start = performance.now();
  const change = (passing: { status: number; text: string }) => {
    if (performance.now() - start < 1500) Object.assign(passing, { status: 503, text: 'starting' });
  };
  const target = await frontOf({ change });
  expectRun(await command(['--target', target.url, ...smoke, '--wait', '50'], target), 0);
});

test.concurrent('3: --wait that is over', async () => {
  const { url } = await closedPort();
  expectRun(await command(['--target', url, ...smoke, '--wait', '0.2'], await frontOf()), 3, 'Nothing listens there');
});
