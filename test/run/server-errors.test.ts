/** SERVER-1: a 5xx that the contract does not permit is judged whatever the contract lists, in whatever plan it is met. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { serve } from '../cli/targets.js';
import { check, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-server-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const example = join(folder, 'order.json');
writeFileSync(example, '{"note":"two of them","amount":2}');

/** A write that arrives, and where its key stands. */
interface Arriving {
  state: 'first' | 'running' | 'done';
  key: string | undefined;
  body: { note?: unknown };
  /** How often it was answered wrongly before. */
  failed: number;
}

type Wrong = (one: Arriving) => { status: number; headers?: Record<string, string> } | null;

/** Orders that take 15 ms each, and their list: right, but for what `wrong` answers instead. */
async function serveOrders(wrong: Wrong): Promise<string> {
  const made = new Map<string, { text: string; id: string; done: boolean }>();
  const failures = new Map<string, number>();
  const listed: { id: string; note: string }[] = [];
  const { url } = await serve(async (request, response) => {
    const answer = (status: number, json: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
    let text = '';
    try {
      for await (const chunk of request) text += chunk;
    } catch {
      return;
    }
    if (request.url !== '/orders') return answer(404, { error: 'not found' });
    if (request.method !== 'POST') return answer(200, listed);
    const body = parsed(text);
    if (typeof body?.note !== 'string') return answer(422, { error: 'a note, please' });
    const key = keyOf(request.headers);
    const held = key === undefined ? undefined : made.get(key);
    const state = held === undefined ? 'first' : held.done ? 'done' : 'running';
    const name = key ?? '';
    const instead = wrong({ state, key, body, failed: failures.get(name) ?? 0 });
    if (instead !== null) {
      failures.set(name, (failures.get(name) ?? 0) + 1);
      return answer(instead.status, { error: 'this went wrong' }, instead.headers);
    }
    if (held !== undefined && held.text !== text) return answer(422, { error: 'another body' });
    const mine = held ?? { text, id: `order_${listed.length}`, done: false };
    if (held === undefined) listed.unshift({ id: mine.id, note: body.note });
    if (key !== undefined) made.set(key, mine);
    await sleep(15);
    mine.done = true;
    answer(201, { id: mine.id, note: body.note });
  });
  return url;
}

function parsed(text: string): { note?: unknown } | null {
  try {
    const json = JSON.parse(text);
    return typeof json === 'object' ? json : null;
  } catch {
    return null;
  }
}

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  return headers['idempotency-key'] as string | undefined;
}

/** The same API by flags, and by contracts that list what is judged. */
async function described(wrong: Wrong, by: 'flags' | string[], only: string[]) {
  const target = await serveOrders(wrong);
  if (by === 'flags') {
    const endpoint = { endpoint: 'POST /orders', list: 'GET /orders', key: 'header:Idempotency-Key', body: example };
    return check({ targets: [target], endpoint, profile: 'smoke', only });
  }
  const file = join(folder, `${only.join('-')}-${by.join('-')}.yaml`);
  const members = {
    extends: 'ietf',
    name: 'orders',
    judged: by,
    create: { path: '/orders', example: { note: 'two of them', amount: 2 } },
    key: { required: false, quoting: 'none' },
    conflict: { statuses: [422] },
    errors: { schema: null, mediaType: null },
  };
  writeFileSync(file, JSON.stringify(members));
  return check({ targets: [target], contract: file, profile: 'smoke', only });
}

const duplicateFails: Wrong = ({ state }) => (state === 'running' ? { status: 500 } : null);

test.concurrent('every duplicate in a storm is answered 500: by flags', async () => {
  const results = await described(duplicateFails, 'flags', ['STORM', 'SERVER-1']);
  expect([results.exitCode, idsWith(results, 'failed')]).toEqual([1, ['SERVER-1']]);
  expect(results.requirements.find(({ id }) => id === 'SERVER-1')?.findings[0]).toMatchObject({
    rule: 'server-error',
    summary: 'A valid request was answered 500.',
  });
});

test.concurrent('the same where the contract lists STORM-3: it says so', async () => {
  const results = await described(duplicateFails, ['STORM-1', 'STORM-3'], ['STORM-1', 'STORM-3', 'SERVER-1']);
  expect([results.exitCode, idsWith(results, 'failed')]).toEqual([1, ['STORM-3']]);
});

test.concurrent('the same where the contract lists neither', async () => {
  const results = await described(duplicateFails, ['STORM-1'], ['STORM-1', 'SERVER-1']);
  expect([results.exitCode, idsWith(results, 'failed')]).toEqual([1, ['SERVER-1']]);
});

test.concurrent.each<[name: string, wrong: Wrong, only: string[]]>([
  ['a long key', ({ key }) => ((key ?? '').length > 500 ? { status: 500 } : null), ['KEY']],
  ['a key with a quote', ({ key }) => (/['"]/.test(key ?? '') ? { status: 500 } : null), ['KEY']],
  ['a repeat', ({ state }) => (state === 'done' ? { status: 503 } : null), ['REPLAY-1']],
  ['no key', ({ key }) => (key === undefined ? { status: 500 } : null), ['CREATE-1']],
])('a server error by flags: %s', async (_, wrong, only) => {
  const results = await described(wrong, 'flags', [...only, 'SERVER-1']);
  expect(results.exitCode).toBe(1);
  expect(idsWith(results, 'failed')).toContain(only[0] === 'REPLAY-1' ? 'REPLAY-1' : 'SERVER-1');
});

test.concurrent.each<[name: string, wrong: Wrong]>([
  ['nothing', () => null],
  [
    'a load shedder',
    ({ failed, state }) =>
      state === 'running' && failed < 3 ? { status: 503, headers: { 'retry-after': '0' } } : null,
  ],
])('no server error: %s', async (_, wrong) => {
  const results = await described(wrong, 'flags', ['STORM', 'KEY', 'REPLAY-1', 'SERVER']);
  expect([results.exitCode, idsWith(results, 'failed', 'warned', 'inconclusive')]).toEqual([0, []]);
  expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['STORM-1', 'SERVER-1', 'SERVER-2']));
});
