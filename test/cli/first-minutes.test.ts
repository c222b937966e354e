/**
 * What goes wrong in the first five minutes: each message says what was sent, what came back, and what to do.
 * A private authority is in `tls.test.ts`.
 */
import { expect, test } from 'vitest';
import { command, expectRun, expectUsage, withKey } from './command.js';
import { always, closedPort, frontOf, serve } from './targets.js';

const smoke = ['--profile', 'smoke', '--seed', '1'];
const json = (status: number, text: string, more: Record<string, string> = {}) =>
  serve(always(status, 'application/json', text, more));

interface Minute {
  name: string;
  target: () => Promise<{ url: string }>;
  code: 2 | 3;
  came: string;
  advice: string;
}

const minutes: Minute[] = [
  {
    name: 'wrong port',
    target: closedPort,
    code: 3,
    came: 'was not sent: connect ECONNREFUSED HOST.',
    advice: 'Nothing listens there: check host and port, or give the target time with --wait.',
  },
  {
    name: 'wrong path',
    target: () => json(404, '{"error":"no such path"}'),
    code: 3,
    came: 'was answered 404: {"error":"no such path"}.',
    advice:
      'There is no such endpoint: check --target (the base path /v1 is added where it is missing) and --contract.',
  },
  {
    name: 'wrong credential',
    target: () => json(401, '{"error":"who?"}'),
    code: 2,
    came: 'was answered 401: {"error":"who?"}.',
    advice: 'The API key was refused: check IDEM_API_KEY.',
  },
  {
    name: 'not JSON',
    target: () => serve(always(200, 'text/html', '<h1>Welcome</h1>')),
    code: 3,
    came: 'was answered 200: <h1>Welcome</h1>.',
    advice: 'That is not JSON, so it is probably another server: check --target.',
  },
  {
    name: 'rate limit reached',
    target: () => json(429, '{"error":"slow down"}', { 'retry-after': '0' }),
    code: 3,
    came: 'was answered 429: {"error":"slow down"}.',
    advice: 'The rate limit is reached even after waiting: lower --rate, or try again later.',
  },
];

test.concurrent.each(minutes)('$name', async ({ target, code, came, advice }) => {
  const { url } = await target();
  const ended = await command(['--target', url, ...smoke], withKey);
  const back = came.replace('HOST', new URL(url).host);
  expectRun(ended, code);
  expect(ended.stderr).toBe(`idem-conformance: Nothing was judged. POST ${url}/v1/tasks ${back} ${advice}\n`);
});

test.concurrent('a missing second credential: which requirements stay open, and how to open them', async () => {
  const target = await frontOf();
  const results = expectRun(await command(['--target', target.url, ...smoke, '--only', 'SCOPE,CREATE-1'], target), 0);
  const open = results.requirements.filter(({ reason }) => reason.includes('IDEM_API_KEY_2'));
  expect(open.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'SCOPE-1 skipped',
    'SCOPE-2 skipped',
    'SCOPE-3 skipped',
  ]);
  expect(open[0]?.reason).toBe('it needs the API key of another key holder: set IDEM_API_KEY_2');
});

test.concurrent('a target that knows no idempotency: the first finding says so', async () => {
  let made = 0;
  const target = await serve((incoming, response) => {
    made += 1;
    const task = { id: `task_${made}`, kind: 'design', status: 'queued', created_at: '2026-01-01T00:00:00Z' };
    always(201, 'application/json', JSON.stringify(task))(incoming, response);
  });
  const words = ['--target', target.url, ...smoke, '--only', 'REPLAY-1'];
  const ended = await command(words, withKey);
  const [found] =
    expectRun(ended, 1, /REPLAY-1.* violated/).requirements.find(({ id }) => id === 'REPLAY-1')?.findings ?? [];
  expect(found?.summary).toBe('A repeat under the same key made a second task.');
  expect(found?.argument.join(' ')).toMatch(
    /A was answered 201 with task_\d+, B 201 with task_\d+\. .*a key stands for one task/,
  );
  expect(found?.confirmed).toEqual({ failed: 10, of: 10 });
});

test.concurrent('a production host: nothing is sent', async () => {
  const ended = await command(['--target', 'https://api.moda.app'], withKey);
  expectUsage(ended, '');
  expect(ended.stderr).toBe(
    "idem-conformance: api.moda.app is a production host of the contract 'moda', and a run creates many resources " +
      'there. Nothing was sent. Use a staging host, or --allow-production if you mean it.\n',
  );
});
