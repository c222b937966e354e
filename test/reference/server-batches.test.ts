/** The reference takes batches: each item for itself, and the whole where nothing can be read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Reference, serveReference } from '../../reference/server/server.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-batches-'));
const file = join(folder, 'payments.yaml');
writeFileSync(
  file,
  `extends: ietf
key: { in: body, name: reference, quoting: none }
create: { path: /payments, example: { note: two of them, amount: 2 }, success: [201] }
errors: { schema: null, mediaType: null }
batch: { items: /payments, results: /results, key: /reference, status: /status, body: /payment }
effects: { list: { path: /payments } }`,
);
let reference: Reference;
beforeAll(async () => {
  reference = await serveReference({ contract: file });
});
afterAll(async () => {
  await reference.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(body: string): Promise<{ status: number; results: { [name: string]: unknown }[] | undefined }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${reference.url}/payments`, { method: 'POST', headers, body });
  const { results } = (await answer.json()) as { results?: { [name: string]: unknown }[] };
  return { status: answer.status, results };
}

const idOf = ({ payment }: { [name: string]: unknown }) => (payment as { id?: unknown }).id;

const item = (key: string | undefined, note = 'rent') => ({ reference: key, note, amount: 2 });

test('what is refused is refused alone', async () => {
  const batch = [item('a'), item('b'), item('a'), item('a', 'food'), 7, item(undefined), { reference: 'c' }];
  const { status, results = [] } = await post(JSON.stringify({ payments: batch }));
  expect(status).toBe(207);
  expect(results.map(({ reference: key, status: own }) => [key, own])).toEqual([
    ['a', 201],
    ['b', 201],
    ['a', 201],
    ['a', 422],
    [null, 400],
    [null, 400],
    ['c', 400],
  ]);
  const [first, second, again] = results.map(idOf);
  expect(again).toBe(first);
  expect(second).not.toBe(first);
  const later = await post(JSON.stringify({ payments: [item('d'), item('a')] }));
  expect(later.results?.map(idOf)[1]).toBe(first);
});

test.each(['{"payments":', '{"payments":{}}', '[]'])('%s is refused as a whole', async (body) => {
  expect(await post(body)).toEqual({ status: 400, results: undefined });
});
