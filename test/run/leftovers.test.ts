/** What a run makes off loopback is cancelled, however it ends; what stays is listed. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { FindingRecord } from '../../results/results.js';
import type { RunHooks } from '../../run/hooks.js';
import { replay } from '../../run/replay.js';
import { run } from '../../run/run.js';
import { type Manners, openShop, type Shop, shopContract } from './shop.js';

const contract = shopContract('shop');
const options = { contract, only: ['CREATE-1', 'REPLAY-1'], seed: 1, timeout: 2 };

async function at<T>(manners: Manners, work: (shop: Shop) => Promise<T>): Promise<T> {
  const shop = await openShop(manners);
  try {
    return await work(shop);
  } finally {
    await shop.close();
  }
}

/** Interrupts a run once so many orders are made. */
function interruptAt(shop: Shop, orders: number): RunHooks {
  const stopping = new AbortController();
  return {
    signal: stopping.signal,
    onReading: () => {
      if (shop.orders.size >= orders) stopping.abort(new Error('interrupted'));
    },
  };
}

describe.concurrent('off loopback', () => {
  test('nothing is left, and the announcement comes before the first write', () =>
    at({}, async (shop) => {
      const made: number[] = [];
      const results = await run(
        { ...options, targets: [shop.url] },
        { onProgress: ({ kind }) => kind === 'announce' && made.push(shop.orders.size) },
      );
      expect(made).toEqual([0]);
      expect(results).toMatchObject({ exitCode: 0 });
      expect(results.left).toBeUndefined();
      expect(shop.orders.size).toBeGreaterThan(4);
      expect(shop.running()).toEqual([]);
    }));

  test('after an interruption, also what had no answer any more', () =>
    at({ delayMs: 20 }, async (shop) => {
      const { only, ...all } = options;
      const results = await run({ ...all, targets: [shop.url], profile: 'standard' }, interruptAt(shop, 6));
      expect(results).toMatchObject({ exitCode: 3, stop: { kind: 'stopped', message: 'interrupted' } });
      expect(results.left).toBeUndefined();
      expect(shop.running()).toEqual([]);
    }));

  test('what only the list shows, where the target stops answering writes', () =>
    at({ answers: 9 }, async (shop) => {
      await run({ ...options, targets: [shop.url] }, interruptAt(shop, 12));
      expect(shop.orders.size).toBeGreaterThan(9);
      expect(shop.running()).toEqual([]);
    }));

  test('what cannot be cancelled is counted and listed', () =>
    at({ cancelled: 500 }, async (shop) => {
      const results = await run({ ...options, targets: [shop.url] });
      const left = [...shop.orders.keys()];
      expect(results.left?.map(({ id }) => id).sort()).toEqual(left.sort());
      expect(results.left?.[0]).toEqual({
        operation: expect.any(String),
        id: 'order-1',
        why: 'cancelling it was answered 500',
      });
      expect(results.verdict).toMatch(new RegExp(`; ${left.length} resources are left on the target\\.$`));
    }));

  test('a path of cancellations that is not there cancels nothing', () =>
    at({ cancelled: 404 }, async (shop) => {
      const results = await run({ ...options, targets: [shop.url] });
      expect(results.left?.map(({ id }) => id).sort()).toEqual([...shop.orders.keys()].sort());
      expect(new Set(results.left?.map(({ why }) => why))).toEqual(new Set(['cancelling it was answered 404']));
    }));

  test.each([404, 410])('what reading says is gone (%d) is not left, and what it shows is', (read) =>
    at({ cancelled: 409, read }, async (shop) => {
      const more = 'cancel: { path: "/orders/{id}/cancel" }\nget: { path: "/orders/{id}" }\n';
      const results = await run({ ...options, contract: shopContract(`read-${read}`, more), targets: [shop.url] });
      const newest = [...shop.orders.keys()].at(-1);
      expect(results.left).toEqual([expect.objectContaining({ id: newest, why: 'cancelling it was answered 409' })]);
    }),
  );

  test('a path of reads under which none was ever found shows nothing as gone, and is named', () =>
    at({ cancelled: 404, read: 404 }, async (shop) => {
      const more = 'cancel: { path: "/orders/{id}/cancel" }\nget: { path: "/purchases/{id}" }\n';
      const results = await run({ ...options, contract: shopContract('wrong', more), targets: [shop.url] });
      expect(results.left?.map(({ id }) => id).sort()).toEqual([...shop.orders.keys()].sort());
      expect(new Set(results.left?.map(({ why }) => why))).toEqual(
        new Set([
          'cancelling it was answered 404, and reading it 404, as every read of the run: check `cancel.path` and `get.path`',
        ]),
      );
    }));

  test('what requests without an answer may have made is said where no list shows it, and looked for where one does', () =>
    at({ answers: 9 }, async (shop) => {
      const seen = { ...options, contract: shopContract('seen', ''), targets: [shop.url] };
      const listed = await run(seen, interruptAt(shop, 12));
      expect(listed.left?.map(({ id }) => id).sort()).toEqual([...shop.orders.keys()].sort());
      expect(listed.unresolved).toBeUndefined();
      const unseen = { ...seen, contract: shopContract('unseen', '', '') };
      const hidden = await run(unseen, interruptAt(shop, shop.orders.size + 3));
      expect(hidden.unresolved).toBeGreaterThan(0);
      const words = `hat ${hidden.unresolved} request${hidden.unresolved === 1 ? '' : 's'} without an answer made may be`;
      expect(hidden.verdict).toMatch(new RegExp(`${words} left on the target\\.$`));
    }));

  test('no more requests than the budget has', () =>
    at({}, async (shop) => {
      const results = await run({ ...options, targets: [shop.url], maxRequests: 12 });
      expect(results.requests.sent).toBeLessThanOrEqual(12);
      expect((results.left ?? []).map(({ id }) => id).sort()).toEqual(shop.running().sort());
    }));

  test('where the contract does not say how, all of it', () =>
    at({}, async (shop) => {
      const results = await run({ ...options, contract: shopContract('no-cancel', ''), targets: [shop.url] });
      expect(results.left).toHaveLength(shop.orders.size);
      expect(results.left?.[0]?.why).toBe('the contract does not say how to cancel it');
    }));

  test('what a replay leaves is listed with its secrets masked, and what it may leave is counted', async () => {
    const asked = { ...options, contract: shopContract('again', '', '') };
    const found = await at({ forgets: true }, (shop) => run({ ...options, targets: [shop.url] }));
    const finding = found.requirements.find(({ id }) => id === 'REPLAY-1')?.findings[0] as FindingRecord;
    const secret = `sk-${randomUUID()}`;
    await at({ prefix: `${secret}-`, answers: 5 }, async (shop) => {
      const again = await replay('REPLAY-1', finding, {
        ...asked,
        targets: [shop.url],
        credentials: { first: secret },
      });
      expect(again.state).toBe('unknown');
      expect(again.left.map(({ id }) => id.replace(/‹secret [0-9a-f]{4}›/, secret))).toEqual(
        [...shop.orders.keys()].slice(0, again.left.length),
      );
      expect(JSON.stringify(again)).not.toContain(secret);
      expect(again.left.length).toBeGreaterThan(0);
      expect(again.unresolved).toBeGreaterThan(0);
      expect(again.left.length + again.unresolved).toBeGreaterThanOrEqual(shop.orders.size);
    });
  });

  test('on loopback nothing is listed', () =>
    at({ cancelled: 500 }, async (shop) => {
      const results = await run({ ...options, targets: [shop.url.replace('0.0.0.0', '127.0.0.1')], profile: 'smoke' });
      expect(results.left).toBeUndefined();
      expect(results.verdict).not.toContain('left');
    }));
});
