/** Acknowledged resources that are nowhere at the end of a run, against servers that lose, hide or delay some. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { check } from './check.js';
import { type Losses, type Order, serveLosses } from './losses.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-lost-writes-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface How {
  /** Whether the contract says how an order is read by its id. */
  get?: boolean;
  /** How pages are reached. */
  pages?: 'none' | 'offset';
  only?: string[];
  profile?: 'smoke' | 'standard';
  requestSchema?: object;
}

/** Orders of any amount: some bodies differ in more than their notes. */
const ANY_AMOUNT = {
  type: 'object',
  required: ['note', 'amount'],
  properties: { note: { type: 'string', maxLength: 100 }, amount: { type: 'integer', minimum: 1, maximum: 5 } },
  additionalProperties: false,
};

async function outcome(losses: Losses, how: How = {}) {
  const { get = false, pages = 'none', only = [], profile = 'smoke', requestSchema } = how;
  const { url, close } = await serveLosses(losses);
  const contract = join(folder, `${Math.random()}.json`);
  const said = {
    name: 'losses',
    create: {
      path: '/orders',
      nonce: '/note',
      ...(requestSchema === undefined ? { example: { note: 'a note', amount: 3 } } : { requestSchema }),
    },
    cancel: { method: 'POST', path: '/orders/{id}/cancel' },
    ...(get ? { get: { path: '/orders/{id}' } } : {}),
    visibleWithin: 0.5,
    effects: { list: { path: '/orders', nonce: '/note', pages: { kind: pages } } },
  };
  writeFileSync(contract, JSON.stringify(said));
  try {
    return summary(await check({ targets: [url], contract, profile, only: ['LOST-11', ...only], seed: 3 }));
  } finally {
    await close();
  }
}

function summary(results: Awaited<ReturnType<typeof check>>) {
  const one = results.requirements.find(({ id }) => id === 'LOST-11');
  const [finding] = one?.findings ?? [];
  return {
    status: one?.status,
    reason: one?.reason,
    exitCode: results.exitCode,
    finding,
    late: results.observations.filter(({ id }) => id === 'LOST-11'),
  };
}

describe.concurrent('a write that was acknowledged and is gone', () => {
  test.each<[string, Losses, How]>([
    ['one in ten', { lost: ({ number }) => number % 10 === 9 }, {}],
    ['one in ten, also by its id', { lost: ({ number }) => number % 10 === 9 }, { get: true }],
    ['one in three', { lost: ({ number }) => number % 3 === 1 }, {}],
    ['in storms', { lost: ({ stormy }) => stormy }, {}],
    ['after hang-ups', { lost: ({ hungUp }) => hungUp }, { get: true }],
  ])('%s', async (_, losses, how) => {
    const { status, exitCode, finding } = await outcome(losses, how);
    expect([status, exitCode, finding?.rule]).toEqual(['failed', 1, 'acknowledged-write-lost']);
    const [answered] = finding?.smallest.exchanges.filter(({ proof }) => proof) ?? [];
    expect(answered?.resource).toBe(finding?.data.resource);
    expect(finding?.data.status).toBe(how.get === true ? 404 : null);
  });

  test('of lists in any order, in pages of any size, it is found; and of those that are only late, none', async () => {
    const lists = fc.record({
      order: fc.constantFrom<(a: Order, b: Order) => number>(
        (a, b) => a.number - b.number,
        (a, b) => b.number - a.number,
        (a, b) => ((a.number * 7919) % 101) - ((b.number * 7919) % 101) || a.number - b.number,
      ),
      size: fc.integer({ min: 5, max: 200 }),
      lateMs: fc.integer({ min: 0, max: 300 }),
      one: fc.integer({ min: 7, max: 12 }),
    });
    const property = fc.asyncProperty(lists, async ({ order, size, lateMs, one }) => {
      const list: Losses['list'] = (orders, query) => {
        const from = Number(query.get('offset') ?? 0);
        const shown = orders.filter(({ at }) => Date.now() - at >= lateMs);
        return shown.toSorted(order).slice(from, from + size);
      };
      const [right, wrong] = await Promise.all([
        outcome({ list }, { pages: 'offset' }),
        outcome({ list, lost: ({ number }) => number % one === one - 1 }, { pages: 'offset' }),
      ]);
      expect([right.status, wrong.status]).toEqual(['passed', 'failed']);
    });
    await fc.assert(property, { numRuns: 3 });
  });
});

describe.concurrent('what is not accused', () => {
  test('orders that are cancelled, where the list and reading leave them out', async () => {
    const losses: Losses = { lost: ({ cancelled }) => cancelled };
    const { status, finding } = await outcome(losses, { get: true, only: ['REPLAY-8', 'SCENARIO'] });
    expect([status, finding]).toEqual(['passed', undefined]);
  });

  test('orders that a list hides by what they are, and that reading finds', async () => {
    const losses: Losses = { hidden: ({ number }) => number > 8 && number % 3 === 0 };
    const { status, finding } = await outcome(losses, { get: true });
    expect([status, finding]).toEqual(['passed', undefined]);
  });

  test('orders that a list hides by their bodies, and that cannot be read', async () => {
    const losses: Losses = { hidden: ({ amount }) => amount !== 3 };
    const { status, finding } = await outcome(losses);
    expect([status === 'failed', finding]).toEqual([false, undefined]);
  });

  let readings = 0;
  test('orders that are too old for a list of one length', async () => {
    const list: Losses['list'] = (orders) => orders.slice(-24);
    const { status, exitCode, reason } = await outcome({ list }, { profile: 'standard' });
    expect([status, exitCode]).toEqual(['inconclusive', 3]);
    expect(reason).toMatch(/^effects cannot be seen: GET \/orders answered 200 with 24 resources/);
  });

  test('orders that are too old for a list of many lengths, and were shown before', async () => {
    const list: Losses['list'] = (orders) => orders.slice(-40 - (readings++ % 7));
    const { status, exitCode } = await outcome({ list }, { profile: 'standard' });
    expect([status, exitCode]).toEqual(['passed', 0]);
  });

  test('orders that expire by what their bodies say', async () => {
    const list: Losses['list'] = (orders) => orders.filter(({ amount, at }) => amount === 2 || Date.now() - at < 300);
    const { status, finding } = await outcome(
      { list },
      { requestSchema: ANY_AMOUNT, profile: 'standard', only: ['CONFLICT-1', 'REPLAY'] },
    );
    expect([status === 'failed', finding]).toEqual([false, undefined]);
  });

  test('orders beyond a list that ends', async () => {
    const { status, exitCode, reason } = await outcome({ list: (orders) => orders.slice(0, 12) });
    expect([status, exitCode]).toEqual(['inconclusive', 3]);
    expect(reason).toMatch(/^effects cannot be seen: GET \/orders answered 200 with 12 resources/);
  });

  test('orders of a server whose answers about a missing one say nothing', async () => {
    const { status, exitCode } = await outcome(
      { lost: ({ number }) => number % 10 === 9, missing: 500 },
      { get: true },
    );
    expect([status, exitCode]).toEqual(['inconclusive', 3]);
  });

  test('orders on offset pages that shift, because another writer comes and goes', async () => {
    let reads = 0;
    const losses: Losses = {
      onRead: (orders, add) => {
        reads += 1;
        const other = orders.findLastIndex(({ note }) => note === 'of another writer');
        if (reads % 2 === 0 && other >= 0) orders.splice(other, 1);
        else add();
      },
      list: (orders, query) => {
        const from = Number(query.get('offset') ?? 0);
        return orders.toReversed().slice(from, from + 10);
      },
    };
    const { status, finding } = await outcome(losses, { pages: 'offset' });
    expect([status === 'failed', finding]).toEqual([false, undefined]);
  });
});

test.concurrent('by flags what shows late is waited for, and observed', async () => {
  const { url, close } = await serveLosses({ hidden: ({ stormy, at }) => stormy && Date.now() - at < 8000 });
  const body = join(folder, 'order.json');
  writeFileSync(body, '{"note":"a note","amount":3}');
  const endpoint: RunOptions['endpoint'] = {
    endpoint: 'POST /orders',
    key: 'header:Idempotency-Key',
    body,
    list: 'GET /orders',
  };
  const results = summary(await check({ targets: [url], endpoint, profile: 'smoke', only: ['LOST-11'] }));
  await close();
  expect([results.status, results.exitCode, results.late]).toEqual([
    'passed',
    0,
    [expect.objectContaining({ subject: 'shown later than 2 s after the last request' })],
  ]);
});
