/** When a key that got no final answer counts as stuck: one connection that breaks is not enough. */
import { expect, test } from 'vitest';
import type { Outcome } from '../../history/history.js';
import type { Reading } from '../../history/reading.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { askStuck } from '../../run/ask-stuck.js';
import { type StuckKey, StuckKeys } from '../../run/stuck-keys.js';
import { Watch } from '../../run/watch.js';
import { historyOf, lost, moda, slot, write } from '../judge/side-histories.js';

const WITHIN = { final: 20_000, most: 60_000 };

/** Keys that end as stuck after these answers, each a second later than the one before, and all after their time. */
function endedAfter(answers: Reading['kind'][]): number {
  const history = historyOf([{ attempt: write(slot(0)), answer: lost, at: 0 }]);
  const { readings } = judgeHistory(history, moda);
  const [first] = readings as [Reading];
  const keys = new StuckKeys(moda.contract);
  keys.remember(history.plan, readings);
  for (const [n, kind] of answers.entries()) {
    const [key] = keys.due(WITHIN, Number.POSITIVE_INFINITY);
    if (key === undefined) break;
    const refused: Outcome = { kind: 'answer', status: 409, headers: {}, body: '{}' };
    const outcome = kind === 'inflight' ? refused : lost;
    const at = { sent: 21_000 + 1000 * n, done: kind === 'inflight' ? 21_000 + 1000 * n : null };
    keys.answered(key, { ...first, kind, exchange: { ...first.exchange, ...at, outcome } });
  }
  return keys.due(WITHIN, Number.POSITIVE_INFINITY).length === 0 ? keys.ended(WITHIN).length : 0;
}

test.each<[answers: Reading['kind'][], ended: number]>([
  [[], 0],
  [['unknown'], 0],
  [['unknown', 'unknown'], 0],
  [['unknown', 'unknown', 'unknown'], 1],
  [['inflight'], 1],
  [['unknown', 'inflight'], 1],
  [['unknown', 'unknown', 'ok'], 0],
  [['unknown', 'ok'], 0],
])('a key without an answer that is answered %j when it is asked again', (answers, ended) => {
  expect(endedAfter(answers)).toBe(ended);
});

test('one connection that breaks after its time ends no key, however often it was refused as in flight before', () => {
  const history = historyOf([{ attempt: write(slot(0)), answer: lost, at: 0 }]);
  const { readings } = judgeHistory(history, moda);
  const [first] = readings as [Reading];
  const keys = new StuckKeys(moda.contract);
  keys.remember(history.plan, readings);
  const ask = (sent: number, kind: 'inflight' | 'unknown') => {
    const outcome: Outcome = kind === 'inflight' ? { kind: 'answer', status: 409, headers: {}, body: '{}' } : lost;
    const [key] = keys.due(WITHIN, Number.POSITIVE_INFINITY) as [StuckKey];
    keys.answered(key, { ...first, kind, exchange: { ...first.exchange, sent, done: null, outcome } });
    return keys.ended(WITHIN).length;
  };
  const before = [0, 1, 2, 3, 4, 5].map((n) => ask(10_000 + 1000 * n, n === 2 ? 'unknown' : 'inflight'));
  expect(before).toEqual([0, 0, 0, 0, 0, 0]);
  expect([21_000, 22_000, 23_000].map((at) => ask(at, 'unknown'))).toEqual([0, 0, 1]);
});

test.each([
  ['that it ends at last', 4, []],
  ['that it never ends', Number.POSITIVE_INFINITY, ['stuck']],
])('a key is asked until its time is over, also where timers end early; %s', async (_, endsAt, expected) => {
  const history = historyOf([{ attempt: write(slot(0)), answer: lost, at: 0 }]);
  const { readings } = judgeHistory(history, moda);
  const [first] = readings as [Reading];
  const stuck = new StuckKeys(moda.contract);
  stuck.remember(history.plan, readings);
  let [now, times] = [0, 0];
  const sleep = async (ms: number) => {
    now += ms / 2;
  };
  const client = { clock: () => now, pace: { sleep } };
  const engine = {
    stuck,
    client,
    askStuck: async (key: StuckKey) => {
      times += 1;
      const at = { sent: now, done: null, outcome: lost };
      stuck.answered(key, {
        ...first,
        kind: times >= endsAt ? 'ok' : 'unknown',
        exchange: { ...first.exchange, ...at },
      });
      return [];
    },
    reportStuck: () => ['stuck'],
  };
  const settings = { contract: moda, maxWaitMs: 60_000 };
  const of = { settings, engine, say: () => {} } as unknown as Parameters<typeof askStuck>[0];
  expect(await askStuck(of)).toEqual(expected);
  expect(now >= 20_000).toBe(expected.length > 0);
});

const UNREADABLE =
  "answered 200 with a body that is not what its Content-Encoding 'gzip' says (incorrect header check)";

test.each<[outcome: Outcome, answered: boolean]>([
  [{ kind: 'unknown', reason: UNREADABLE }, true],
  [lost, false],
])('%j: an answer that cannot be read holds no key, and is one to a write', (outcome, answered) => {
  const keys = new StuckKeys(moda.contract);
  const watch = new Watch();
  let now = 0;
  watch.begin({ clock: () => now, timeoutMs: 1_000, pace: { sleep: async () => {} }, silence: async () => null });
  for (let n = 0; n < 8; n += 1) {
    now = 1_000 * n;
    const history = historyOf([{ attempt: write(slot(0)), answer: lost, at: now }]);
    const { readings } = judgeHistory(history, moda);
    const [first] = readings as [Reading];
    const exchange = { ...first.exchange, key: `key_${n}`, sent: now, outcome };
    keys.remember(history.plan, [{ ...first, exchange }]);
    watch.remember(exchange, history.plan);
  }
  expect([keys.none, watch.outage === null]).toEqual([answered, answered]);
});
