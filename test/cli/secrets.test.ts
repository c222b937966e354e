/** No API key in any output or report, whatever a target does with it; the idempotency key stays readable. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, type Ended, expectRun, KEY } from './command.js';
import { frontOf, type Passing, serve } from './targets.js';

function everything(ended: Ended): string {
  const files = readdirSync(ended.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['results.json', 'report.html', 'history.ndjson']),
  );
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
  return [ended.stdout, ended.stderr, ...texts].join('\n');
}

/** Shows the credential in a header and in the body, and leaves out a member, so that the exchanges are kept. */
const telling = ({ request, ...passing }: Passing): Passing => {
  const credential = String(request.headers.authorization);
  const headers = { ...passing.headers, 'x-debug': credential };
  if (request.method !== 'POST' || passing.status >= 300) return { request, ...passing, headers };
  const { status: _, ...task } = JSON.parse(passing.text) as Record<string, unknown>;
  return { request, ...passing, headers, text: JSON.stringify({ ...task, debug: { credential } }) };
};

test.concurrent('a target that repeats both keys in headers and bodies', async () => {
  const target = await frontOf({ change: (passing) => Object.assign(passing, telling(passing)) });
  const env = { ...target.env, IDEM_API_KEY_2: target.secondKey };
  const words = [
    '--target',
    target.url,
    '--profile',
    'smoke',
    '--seed',
    '1',
    '--only',
    'CREATE-4,REPLAY-1',
    '--verbose',
  ];
  const ended = await command(words, { env });
  const results = expectRun(ended, 1, /CREATE-4.* violated/);
  const all = everything(ended);
  for (const key of [env.IDEM_API_KEY, env.IDEM_API_KEY_2]) expect(all).not.toContain(key);

  const exchange = results.requirements.find(({ id }) => id === 'CREATE-4')?.findings[0]?.original.exchanges[0];
  const authorization = exchange?.request.headers.find(([name]) => name.toLowerCase() === 'authorization');
  expect(authorization?.[1]).toBe('Bearer ***');
  expect(exchange?.answer?.headers['x-debug']).toBe('Bearer ***');
  expect(exchange?.answer?.body).toContain('"credential":"Bearer ***"');
  expect(exchange?.key).toMatch(/.{8}/);
  expect(exchange?.request.body).toContain(`"idempotency_key":${JSON.stringify(exchange?.key)}`);
});

const refusal: [name: string, status: number][] = [
  ['refuses the key and repeats it', 401],
  ['fails and repeats the key', 500],
];

test.concurrent.each(refusal)('a target that %s', async (_, status) => {
  const target = await serve((incoming, response) => {
    const text = JSON.stringify({ error: `no: ${incoming.headers.authorization}` });
    response.writeHead(status, { 'content-type': 'application/json', location: KEY }).end(text);
  });
  const ended = await command(['--target', target.url, '--verbose'], { env: { IDEM_API_KEY: KEY } });
  expect(ended.code).toBe(status === 401 ? 2 : 3);
  const all = everything(ended);
  expect(all).not.toContain(KEY);
  expect(all).toContain('no: Bearer ***');
});

test.concurrent('wrong usage never repeats a credential that stands where it should not', async () => {
  const secret = 'hunter2hunter2';
  const ended = await command(['--target', `http://user:${secret}@127.0.0.1`], { env: { IDEM_API_KEY: KEY } });
  expect(ended.code).toBe(2);
  expect(ended.stderr).not.toContain(secret);
});
