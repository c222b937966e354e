/** Any API from a few flags: only the safety rules are judged, everything else is observed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { safetyRules } from '../../suites/index.js';
import { command, expectRun, expectUsage, idsWith, newFolder } from './command.js';
import { type Habits, serveOrders } from './orders.js';

const FILES: Record<string, string> = {
  'order.json': '{"note":"two of them","amount":2}',
  'array.json': '[1]',
  'broken.json': '{"a":',
  'nope.schema.json': '{"type":"nope"}',
  'array.schema.json': '{"type":"array"}',
  'order.schema.json': JSON.stringify({
    type: 'object',
    required: ['note', 'amount'],
    properties: { note: { type: 'string', maxLength: 200 }, amount: { type: 'integer', minimum: 1, maximum: 9 } },
  }),
};

function folderOfFiles(): string {
  const folder = newFolder();
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  return folder;
}

const HEADER = ['--key', 'header:Idempotency-Key'];
const BODY = ['--body', 'order.json'];
const LIST = ['--list', 'GET /orders'];
const SMOKE = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1,KEY-6,REPLAY,SCOPE-3'];

async function judge(
  habits: Habits,
  words: string[],
  code: number,
  env: Record<string, string> = {},
): Promise<Results> {
  const { url } = await serveOrders(habits);
  const all = ['--target', url, '--endpoint', 'POST /orders', ...SMOKE, ...words];
  const results = expectRun(await command(all, { folder: folderOfFiles(), env }), code);
  const judged = ['passed', 'failed', 'warned', 'inconclusive'].flatMap((status) => idsWith(results, status));
  expect(judged.filter((id) => !safetyRules.includes(id))).toEqual([]);
  return results;
}

const REPLAYS = ['REPLAY-1', 'REPLAY-3', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6'];
const two = { IDEM_API_KEY: 'sk_first_0123456789', IDEM_API_KEY_2: 'sk_second_0123456789' };
const credentials = Object.values(two);

test.concurrent.each<[name: string, habits: Habits, words: string[]]>([
  ['the key in a header', {}, [...HEADER, ...BODY]],
  ['the key in the body', { key: 'body:ref', wrapped: true }, ['--key', 'body:ref', '--id', '/data/id', ...BODY]],
  ['a schema of the body', {}, [...HEADER, '--body-schema', 'order.schema.json']],
])('0: %s', async (_, habits, words) => {
  const results = await judge(habits, [...words, ...LIST], 0);
  expect(idsWith(results, 'passed')).toEqual(REPLAYS);
  const observed = results.requirements.find(({ id }) => id === 'CREATE-1');
  expect(observed).toMatchObject({
    status: 'observed',
    reason: 'not promised by this contract; nothing against it was seen',
  });
  expect(results.effects.observer).toBe('GET /orders');
  expect(results.observations.map(({ subject }) => subject)).toContain('key of 255 characters');
});

test.concurrent('0: without a list, what effects decide is left out, and the verdict says so', async () => {
  const open = await judge({}, [...HEADER, ...BODY], 0);
  expect(idsWith(open, 'passed')).toEqual(REPLAYS.filter((id) => id !== 'REPLAY-3'));
  const reason =
    'effects are not counted: nothing that shows them is named, such as a list of resources (--list, --effects-command, or `effects` in the contract)';
  expect(open.requirements.find(({ id }) => id === 'REPLAY-3')).toMatchObject({ status: 'skipped', reason });
  expect(open.verdict).toContain(reason);
  const left = await judge({}, [...HEADER, ...BODY, '--no-effects'], 0);
  const named = 'effects are not counted: --no-effects';
  expect(left.requirements.find(({ id }) => id === 'REPLAY-3')).toMatchObject({ status: 'skipped', reason: named });
  expect(left.verdict).toContain(named);
});

test.concurrent('1: a repeat creates again', async () => {
  const results = await judge({ repeat: 'again' }, [...HEADER, ...BODY], 1);
  expect(idsWith(results, 'failed')).toEqual(['REPLAY-1']);
});

test.concurrent('1: a second resource that only the list shows', async () => {
  const results = await judge({ hiddenSecond: true }, [...HEADER, ...BODY, ...LIST], 1);
  expect(idsWith(results, 'failed')).toEqual(['REPLAY-3']);
  await judge({ hiddenSecond: true }, [...HEADER, ...BODY, '--no-effects'], 0);
});

test.concurrent('1: the resource of another account, and 0 where accounts are kept apart', async () => {
  const results = await judge({ credentials, keysOfAll: true }, [...HEADER, ...BODY], 1, two);
  expect(idsWith(results, 'failed')).toEqual(['SCOPE-3']);
  expect(idsWith(await judge({ credentials }, [...HEADER, ...BODY, '--no-effects'], 0, two), 'passed')).toContain(
    'SCOPE-3',
  );
});

test.concurrent('0: repeats that are refused without an id accuse nobody, and the list decides', async () => {
  const results = await judge({ repeat: 'refused' }, [...HEADER, ...BODY, ...LIST], 0);
  expect([...idsWith(results, 'failed'), ...idsWith(results, 'inconclusive')]).toEqual([]);
  expect(idsWith(results, 'passed')).toEqual(['REPLAY-3']);
});

const AT = ['--target', 'http://127.0.0.1:1'];
const POST = [...AT, '--endpoint', 'POST /orders'];

test.concurrent.each<[words: string[], sentence: string]>([
  [
    [...AT, '--endpoint', 'orders', ...HEADER, ...BODY],
    "--endpoint orders: give method and path, e.g. 'POST /orders'.",
  ],
  [
    [...POST, '--key', 'K', ...BODY],
    '--key K: give its place and name, e.g. header:Idempotency-Key, body:NAME or query:NAME; or path.',
  ],
  [
    [...POST, '--key', 'header:a b', ...BODY],
    '--key header:a b: a header cannot have that name. Give e.g. header:Idempotency-Key.',
  ],
  [
    [...POST, ...BODY],
    '--endpoint needs --key: where the key is, e.g. header:Idempotency-Key, body:NAME or query:NAME; or path.',
  ],
  [[...POST, ...HEADER, ...BODY, '--id', 'id'], '--id id: give a JSON Pointer into a success, e.g. /data/id.'],
  [
    [...POST, ...HEADER],
    'Say what a valid body is: --body with an example in a file, or --body-schema with a JSON Schema in a file.',
  ],
  [[...POST, ...HEADER, ...BODY, '--body-schema', 'x'], '--body and --body-schema say the same: give one of them.'],
  [[...POST, ...HEADER, '--body', 'nope.json'], 'There is no file nope.json.'],
  [[...POST, ...HEADER, '--body', 'array.json'], 'array.json must hold a JSON object.'],
  [[...POST, ...HEADER, '--body', 'broken.json'], 'broken.json is not JSON: Unexpected end of JSON input'],
  [
    [...POST, ...HEADER, '--body-schema', 'array.schema.json'],
    'array.schema.json does not describe a JSON object: its type must be object.',
  ],
  [[...POST, ...HEADER, ...BODY, '--list', 'orders'], "--list orders: give method and path, e.g. 'GET /orders'."],
  [
    ['--endpoint', 'POST /orders', ...HEADER, ...BODY],
    '--endpoint needs --target: the bundled reference speaks its own contract.',
  ],
  [[...AT, ...HEADER], '--key goes with --endpoint, which says what endpoint it is about, or with --contract.'],
])('2: %j', async (words, sentence) => {
  const ended = await command(words, { folder: folderOfFiles() });
  expectUsage(ended, '');
  expect(ended.stderr).toBe(`idem-conformance: ${sentence}\n`);
});
