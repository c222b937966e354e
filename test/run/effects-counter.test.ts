/** Effects seen as a number: an orphan is found by sending plans again alone, or nothing passes unseen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { type Habits, serveOrders } from '../cli/orders.js';
import { check, idsWith } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-counter-'));
afterAll(() => rmSync(root, { recursive: true }));

const two = { credentials: ['sk_first_0123456789', 'sk_second_0123456789'] };

/** What a run comes to, by a contract whose only observer is the number at `/count` of `GET /stats`. */
async function outcome(habits: Habits, more: RunOptions = {}, adds = 1) {
  const { url } = await serveOrders({ stats: (own) => ({ count: own }), ...habits });
  const contract = join(root, `${Math.random()}.yaml`);
  const authentication =
    habits.credentials === undefined ? '' : 'authentication: { header: Authorization, prefix: "Bearer " }\n';
  writeFileSync(
    contract,
    `name: orders\njudged: [REPLAY-1, REPLAY-3, STORM-2]\n${authentication}create: { path: /orders, example: { note: two of them, amount: 2 } }\neffects: { counter: { path: /stats, pointer: /count, adds: ${adds} } }\n`,
  );
  const [first, second] = habits.credentials ?? [];
  const results = await check({
    targets: [url],
    contract,
    credentials: { first, second },
    exclusive: true,
    profile: 'smoke',
    only: ['REPLAY-1', 'REPLAY-3', 'STORM-2'],
    ...more,
  });
  const replay3 = results.requirements.find(({ id }) => id === 'REPLAY-3');
  return {
    exitCode: results.exitCode,
    passed: idsWith(results, 'passed').filter((id) => ['REPLAY-1', 'REPLAY-3', 'STORM-2'].includes(id)),
    failed: idsWith(results, 'failed'),
    reason: replay3?.reason,
    effects: results.effects,
    finding: replay3?.findings[0],
  };
}

/** Numbers of each kind: how high they are before the run, what an order adds, and whose orders they count. */
const numbers = fc.record({
  before: fc.integer({ min: 0, max: 40 }),
  adds: fc.constantFrom(1, 1, 2, -1, 0.25),
  offset: fc.constantFrom(0, -5, 1000),
  ofAll: fc.boolean(),
  isText: fc.boolean(),
  accounts: fc.constantFrom({}, two),
});

test('a number shows an orphan with each repeat, and passes a correct server', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(numbers, async ({ before, adds, offset, ofAll, isText, accounts }) => {
      const stats = (own: number, all: number) => {
        const count = offset + adds * (ofAll ? all : own);
        return { count: isText ? String(count) : count };
      };
      const habits: Habits = { before, stats, ...accounts };
      const correct = await outcome(habits, {}, adds);
      expect(correct).toMatchObject({ exitCode: 0, passed: ['REPLAY-1', 'REPLAY-3', 'STORM-2'] });
      const wrong = await outcome({ ...habits, hiddenSecond: true }, {}, adds);
      expect(wrong).toMatchObject({
        exitCode: 1,
        passed: ['REPLAY-1'],
        failed: expect.arrayContaining(['REPLAY-3']),
        finding: { rule: 'too-many-counted', confirmed: { failed: 10, of: 10 } },
      });
    }),
    { numRuns: 2 },
  );
});

describe.concurrent('nothing passes unseen where the number', () => {
  test.each<[name: string, habits: Habits, reason: RegExp, more?: RunOptions]>([
    [
      'is not known to be of this run alone',
      {},
      /GET \/stats counts what others make, too: where nothing else uses the target, say exclusive/,
      { exclusive: false },
    ],
    ['never changes', { stats: () => ({ count: 7 }) }, /GET \/stats went up by 0 at \/count .* not by 2/],
    [
      'counts different texts',
      { stats: (own) => ({ count: Math.ceil(own / 2) }) },
      /GET \/stats went up by 1 at \/count for two resources with one body, not by 2: check `effects\.counter`/,
    ],
    ['changes by itself', { stats: ticking() }, /showed another number each time, though nothing was sent/],
    ['is another member', { stats: (own) => ({ total: own }) }, /answered 200 without a number at \/count/],
    ['stops', { stats: (own) => ({ count: Math.min(own, 5) }) }, /GET \/stats showed \d+ more than before the run/],
    ['is that of a server that makes nothing', { forgets: true }, /went up by 0/],
  ])('%s', async (_, habits, reason, more = {}) => {
    expect(await outcome({ hiddenSecond: habits.forgets !== true, ...habits }, more)).toMatchObject({
      exitCode: 3,
      passed: ['REPLAY-1'],
      failed: [],
      reason: expect.stringMatching(reason),
      effects: { observer: null },
    });
  });
});

test('one that grew once by more than was made accuses no plan, and lets nothing pass', async () => {
  expect(await outcome({ stats: (own) => ({ count: own > 4 ? own + 1 : own }) })).toMatchObject({
    exitCode: 3,
    passed: ['REPLAY-1'],
    failed: [],
    reason: '1 effect was counted that no answer names, and no plan that was sent again alone had one too many',
  });
});

function ticking(): () => unknown {
  let count = 0;
  return () => {
    count += 1;
    return { count };
  };
}
