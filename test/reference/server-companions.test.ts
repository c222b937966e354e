/** What the reference asks of values that go with a key, so that a client which sends them wrongly is seen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-companions-'));
let url = '';
let close = async () => {};

beforeAll(async () => {
  const contract = join(folder, 'api.yaml');
  writeFileSync(
    contract,
    `
extends: ietf
key: { quoting: none, required: false }
companions:
  - { name: First-Sent, value: http-date }
  - { in: query, name: attempt, value: uuid, repeats: fresh }
  - { in: body, name: at, value: unix-seconds, repeats: fresh }
  - { in: body, name: ref, value: text }
create: { path: /orders, example: { note: two of them, at: 1, ref: a } }
effects: { list: { path: /orders } }
`,
  );
  ({ url, close } = await startReference({ contract }));
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

const now = () => Math.floor(Date.now() / 1000);
const FIRST = 'Fri, 27 Nov 2026 22:30:08 GMT';
const attempts = Array.from({ length: 20 }, (_, n) => `00000000-0000-4000-8000-0000000000${10 + n}`);

/** Status and text of the answer to a write with a new attempt, changed in some parts. */
async function sent(change: {
  key?: string | null;
  first?: string | null;
  attempt?: string;
  at?: unknown;
  ref?: string;
}) {
  const { key = 'k', first = FIRST, attempt = attempts.shift(), at = now(), ref = 'a' } = change;
  const headers = {
    'content-type': 'application/json',
    ...(key === null ? {} : { 'idempotency-key': key }),
    ...(first === null ? {} : { 'first-sent': first }),
  };
  const body = JSON.stringify({ note: 'a', ref, ...(at === null ? {} : { at }) });
  const answer = await fetch(`${url}/orders${attempt === '' ? '' : `?attempt=${attempt}`}`, {
    method: 'POST',
    headers,
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

test('equal ones stay the same under a key, and fresh ones never come again', async () => {
  const attempt = attempts[0] as string;
  const first = await sent({});
  expect(first.status).toBe(200);
  expect(await sent({ at: now() - 1 })).toEqual(first);
  expect(await sent({ attempt })).toMatchObject({ status: 400, text: expect.stringContaining('attempt must be new') });
  const later = FIRST.replace('08', '09');
  expect(await sent({ first: later })).toMatchObject({
    status: 400,
    text: expect.stringContaining('must be the same'),
  });
  expect((await sent({ first: later, key: 'another' })).status).toBe(200);
});

test.each([
  [{ first: null }, 'First-Sent is missing'],
  [{ first: '2026-11-27T22:30:08Z' }, 'First-Sent must be http-date'],
  [{ attempt: '' }, 'attempt is missing'],
  [{ attempt: '7' }, 'attempt must be uuid'],
  [{ at: 1 }, 'at must be the time of sending'],
])('%j is refused', async (change, words) => {
  const { status, text } = await sent(change);
  expect([status, text]).toEqual([400, expect.stringContaining(words)]);
});

test('without a key, nothing stays equal', async () => {
  for (const ref of ['a', 'b']) expect((await sent({ key: null, first: null, ref })).status).toBe(200);
  expect((await sent({ key: null, first: null, attempt: '' })).status).toBe(400);
});
