/** Duplicates of a request that still runs: refused with all kinds of hints, or by a server that forgets to let go. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { closeTargets, serve } from '../cli/targets.js';
import { check, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-in-flight-'));
afterAll(async () => {
  await closeTargets();
  rmSync(folder, { recursive: true });
});

interface Habits {
  /** Milliseconds that a first request takes. */
  takes: number;
  /** What a duplicate is refused with. */
  status?: number;
  hint?: string | (() => string);
  /** Milliseconds after the first answer for which duplicates are still refused. */
  lingers?: number;
  /** A key whose client hangs up is never let go. */
  leaks?: true;
  /** Milliseconds after which the key of a request that still runs is taken for free. */
  forgets?: number;
}

interface Key {
  begun: number;
  body: string;
  order: object | null;
  heldUntil: number;
}

/** Orders, of which each takes its time, and whose duplicates are refused meanwhile. */
async function serveOrders({ takes, status = 409, hint, lingers = 0, leaks, forgets }: Habits): Promise<string> {
  const keys = new Map<string, Key>();
  const orders: object[] = [];
  const { url } = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = (code: number, json: unknown, headers = {}) =>
      response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
    if (request.method === 'GET') return answer(200, orders);
    const name = String(request.headers['idempotency-key'] ?? randomUUID());
    const known = keys.get(name);
    const free = known?.order === null && forgets !== undefined && performance.now() - known.begun > forgets;
    if (known !== undefined && !free) {
      if (known.order !== null && performance.now() >= known.heldUntil)
        return known.body === body ? answer(201, known.order) : answer(422, { error: 'another body' });
      const said = typeof hint === 'function' ? hint() : hint;
      return answer(status, { error: 'it runs' }, said === undefined ? {} : { 'retry-after': said });
    }
    const key: Key = { begun: performance.now(), body, order: null, heldUntil: 0 };
    keys.set(name, key);
    let gone = false;
    response.on('close', () => {
      gone ||= !response.writableFinished;
    });
    await sleep(takes);
    const order = { ...JSON.parse(body), id: `order_${orders.length + 1}` };
    orders.unshift(order);
    if (leaks && gone) return;
    Object.assign(key, { order, heldUntil: performance.now() + lingers });
    return answer(201, order);
  });
  return url;
}

const IDS = ['STORM-1', 'STORM-3', 'LOST-1', 'LOST-3', 'LOST-4', 'REPLAY-1'];

/** What becomes of the requirements under a contract that says how duplicates in flight are refused. */
async function underContract(habits: Habits, options: RunOptions = {}, said: object = {}) {
  const contract = join(folder, `${randomUUID()}.json`);
  const members = {
    name: 'orders',
    key: { keyless: 'separate' },
    create: { path: '/orders', example: { note: 'a note', amount: 3 } },
    replay: { kind: 'success', statuses: [201] },
    conflict: { statuses: [422] },
    inFlight: { policy: 'refuse', statuses: [409], graceMs: 100 },
    finalWithin: 5,
    visibleWithin: 0.1,
    ...said,
  };
  writeFileSync(contract, JSON.stringify(members));
  const targets = [await serveOrders(habits)];
  return check({ targets, contract, profile: 'smoke', only: IDS, stormWidth: 4, noEffects: true, ...options });
}

const inASecond = () => new Date(Date.now() + 1000).toUTCString();

describe.concurrent('a duplicate is refused until the first request has ended', () => {
  test.each<[name: string, habits: Habits]>([
    ['without a hint', { takes: 700 }],
    ['with a hint of 0', { takes: 300, hint: '0' }],
    ['with a word', { takes: 300, hint: 'soon 5' }],
    ['with a second', { takes: 300, hint: '1' }],
    ['with a date', { takes: 300, hint: inASecond }],
  ])('passed: %s', async (_, habits) => {
    const results = await underContract(habits);
    expect([idsWith(results, 'passed'), idsWith(results, 'failed')]).toEqual([expect.arrayContaining(IDS), []]);
  });

  test.each<[name: string, habits: Habits]>([
    ['for longer than it is asked for in its plan', { takes: 2600 }],
    ['with a hint of a day', { takes: 300, hint: '86400' }],
  ])('passed: %s', async (_, habits) => {
    const only = ['STORM-3', 'LOST-4'];
    const results = await underContract(habits, { only });
    expect([idsWith(results, 'passed').sort(), idsWith(results, 'failed')]).toEqual([only.sort(), []]);
  });
});

describe.concurrent('a key that is not let go', () => {
  test.each([{ statuses: [422] }, { statuses: [409, 422] }])(
    'after its client hung up: conflict %j',
    async (conflict) => {
      const results = await underContract({ takes: 40, leaks: true }, {}, { finalWithin: 1, conflict });
      expect(idsWith(results, 'failed')).toEqual(['LOST-4']);
    },
  );

  test('with a hint that is too long to wait for', async () => {
    const results = await underContract({ takes: 40, leaks: true, hint: '86400' }, {}, { finalWithin: 1 });
    const stuck = results.requirements.find(({ id }) => id === 'LOST-4');
    expect([idsWith(results, 'failed'), stuck?.status, stuck?.reason]).toEqual([
      [],
      'inconclusive',
      'a key was refused as in flight, to be sent again after 86400 s; the run waits 60 s at most: raise maxWait to wait for it',
    ]);
  });

  test('within a time that is too long to wait for', async () => {
    const results = await underContract({ takes: 40, leaks: true }, { maxWait: 0.5 }, { finalWithin: 1 });
    const stuck = results.requirements.find(({ id }) => id === 'LOST-4');
    expect([idsWith(results, 'failed'), stuck?.reason]).toEqual([
      [],
      'the contract gives a key 1 s until its final answer; the run waits 0.5 s at most: raise maxWait to wait for it',
    ]);
  });
});

describe.concurrent('a refusal while nothing runs', () => {
  test.each<[name: string, habits: Habits]>([
    ['for seconds', { takes: 40, lingers: 3000 }],
    ['for good', { takes: 40, lingers: Number.POSITIVE_INFINITY }],
  ])('%s', async (_, habits) => {
    const results = await underContract(habits, { only: ['REPLAY-1'] }, { finalWithin: 1 });
    expect(idsWith(results, 'failed')).toContain('REPLAY-1');
  });
});

/** The same by flags, which say nothing of duplicates in flight. */
async function byFlags(habits: Habits, only = IDS) {
  const body = join(folder, `${randomUUID()}.json`);
  writeFileSync(body, JSON.stringify({ note: 'a note', amount: 3 }));
  const targets = [await serveOrders(habits)];
  const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body };
  return check({ targets, endpoint, profile: 'smoke', only, stormWidth: 4, noEffects: true });
}

describe.concurrent('by flags', () => {
  test.each([409, 422, 429])('a duplicate that is refused by %i while the first request runs', async (status) => {
    const results = await byFlags({ takes: 300, status });
    expect([idsWith(results, 'failed'), idsWith(results, 'inconclusive')]).toEqual([[], []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['STORM-1', 'LOST-1', 'LOST-3', 'REPLAY-1']));
  });

  test('a key that is free again before its request has ended', async () => {
    const results = await byFlags({ takes: 600, forgets: 100 }, ['STORM-1']);
    expect(idsWith(results, 'failed')).toEqual(['STORM-1']);
  });
});
