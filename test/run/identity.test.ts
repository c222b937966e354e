/** Ids that are numbers: small ones that stand in dates, those beyond 2^53, and those that each account counts for itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { closeTargets, serve } from '../cli/targets.js';
import { check, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-identity-'));
afterAll(async () => {
  await closeTargets();
  rmSync(folder, { recursive: true });
});
const example = join(folder, 'order.json');
writeFileSync(example, '{"note":"two of them","amount":2}');

interface Habits {
  /** The first id. */
  from?: bigint;
  /** Each account counts its orders for itself. */
  ofAccounts?: boolean;
  /** Keys are shared by the accounts. */
  keysOfAll?: boolean;
  /** Repeats make another order. */
  duplicates?: boolean;
  /** Answers show what was sent. */
  echoes?: boolean;
  /** Whether the how many-th repeat is refused as in flight, though nothing is running. */
  refuses?: (repeat: number) => boolean;
}

/** Orders of two accounts, whose answers have many digits besides the id. */
async function serveOrders({ from = 1n, ...habits }: Habits): Promise<string> {
  const made = new Map<string, bigint>();
  const keys = new Map<string, { text: string; shown: string; done: boolean }>();
  const lists = new Map<string, string[]>();
  let repeats = 0;
  const { url } = await serve(async (request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    let text = '';
    try {
      for await (const chunk of request) text += chunk;
    } catch {
      return;
    }
    const account = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!['sk_one', 'another'].includes(account)) return answer(401, '{"error":"who are you?"}');
    const list = lists.get(account) ?? [];
    lists.set(account, list);
    if (request.method === 'GET') return answer(200, `[${list.join(',')}]`);
    const note = noteOf(text);
    if (note === null) return answer(422, '{"error":"a note, please"}');
    const make = () => {
      const counter = habits.ofAccounts === true ? account : '';
      const id = made.get(counter) ?? from;
      made.set(counter, id + 1n);
      const order = `{"id":${id},"at":"${at(made.get('') ?? id)}","stock":[${id - 1n},${id + 1n}],"note":${JSON.stringify(note)}}`;
      list.unshift(order);
      return habits.echoes === false ? order.replace(/,"note".*/, '}') : order;
    };
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || key === '') return answer(201, make());
    const register = habits.keysOfAll === true ? key : `${account} ${key}`;
    const held = keys.get(register);
    if (held === undefined) {
      const first = { text, shown: make(), done: false };
      keys.set(register, first);
      await sleep(10);
      first.done = true;
      return answer(201, first.shown);
    }
    if (held.text !== text) return answer(422, '{"error":"another body"}');
    if (!held.done || habits.refuses?.(repeats++) === true) return answer(409, '{"error":"in progress"}');
    answer(201, habits.duplicates === true ? make() : held.shown);
  });
  return url;
}

/** A time that has the digits of small ids in it. */
function at(id: bigint): string {
  const two = String(id % 28n).padStart(2, '0');
  return `2026-11-${two}T${String(id % 24n).padStart(2, '0')}:${two}:${two}Z`;
}

function noteOf(text: string): string | null {
  try {
    const { note } = JSON.parse(text) as { note?: unknown };
    return typeof note === 'string' ? note : null;
  } catch {
    return null;
  }
}

const BIG = 9007199254740992n;

function withFlags(target: string, only: string[]): RunOptions {
  return {
    targets: [target],
    endpoint: { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body: example, list: 'GET /orders' },
    credentials: { first: 'sk_one', second: 'another' },
    profile: 'smoke',
    only,
  };
}

/** The same as a contract says it, with duplicates in flight. */
function withContract(target: string, only: string[]): RunOptions {
  const file = join(folder, 'orders.yaml');
  const members = {
    extends: 'ietf',
    name: 'orders',
    authentication: { header: 'Authorization', prefix: 'Bearer ' },
    scope: 'credential',
    create: { path: '/orders', example: { note: 'two of them', amount: 2 } },
    key: { required: false, quoting: 'none' },
    conflict: { statuses: [422] },
    errors: { schema: null, mediaType: null },
    inFlight: { graceMs: 0 },
    effects: { list: { path: '/orders' } },
  };
  writeFileSync(file, JSON.stringify(members));
  const { endpoint: _, ...rest } = withFlags(target, only);
  return { ...rest, contract: file };
}

describe.concurrent('correct servers', () => {
  test.each<[string, Habits]>([
    ['small integers', { from: 20n }],
    ['small integers of each account', { ofAccounts: true }],
    ['small integers of each account, alone in the answer', { ofAccounts: true, echoes: false }],
    ['64-bit integers that differ in the last digit', { from: BIG }],
  ])('%s', async (_, habits) => {
    for (const options of [withFlags, withContract]) {
      const url = await serveOrders(habits);
      const results = await check(options(url, ['SCOPE', 'REPLAY-1', 'REPLAY-3', 'STORM-5', 'CREATE-3']));
      expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
      expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['SCOPE-3', 'REPLAY-1', 'REPLAY-3']));
      expect(results.effects.created).toBeGreaterThan(10);
    }
  });
});

describe.concurrent('broken neighbours', () => {
  test.each<[string, Habits]>([
    ['small integers', { from: 20n, keysOfAll: true }],
    ['64-bit integers', { from: BIG, keysOfAll: true }],
    ['small integers alone in the answer', { from: 20n, keysOfAll: true, echoes: false }],
    ['small integers of each account, alone in the answer', { ofAccounts: true, keysOfAll: true, echoes: false }],
  ])('another account’s order is shown: %s', async (_, habits) => {
    const flags = await check(withFlags(await serveOrders(habits), ['SCOPE-3']));
    expect([flags.exitCode, idsWith(flags, 'failed')]).toEqual([1, ['SCOPE-3']]);
    const contract = await check(withContract(await serveOrders(habits), ['SCOPE']));
    expect(idsWith(contract, 'failed')).toEqual(expect.arrayContaining(['SCOPE-1']));
  });

  test('repeats make an order whose 64-bit id differs in the last digit', async () => {
    const url = await serveOrders({ from: BIG, duplicates: true });
    const results = await check(withFlags(url, ['REPLAY-1', 'REPLAY-3']));
    expect(idsWith(results, 'failed')).toContain('REPLAY-1');
  });
});

describe.concurrent('a repeat that is refused as in flight though nothing is running', () => {
  test('once: seen, and not reproduced', async () => {
    const url = await serveOrders({ refuses: (repeat) => repeat === 1 });
    const results = await check(withContract(url, ['REPLAY-1']));
    expect([results.exitCode, idsWith(results, 'failed', 'inconclusive')]).toEqual([3, ['REPLAY-1']]);
    expect(results.requirements.find(({ id }) => id === 'REPLAY-1')).toMatchObject({
      status: 'inconclusive',
      because: { code: 'not-reproduced' },
      reason: expect.stringMatching(/^seen once, not reproduced: /),
      findings: [{ rule: 'in-flight-without-competitor', confirmed: { failed: 0, of: 10 } }],
    });
  });

  test('every second one: violated', async () => {
    const url = await serveOrders({ refuses: (repeat) => repeat % 2 === 0 });
    const results = await check(withContract(url, ['REPLAY-1']));
    expect([results.exitCode, idsWith(results, 'failed')]).toEqual([1, ['REPLAY-1']]);
  });
});
