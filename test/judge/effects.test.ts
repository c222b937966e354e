/** What counts as too many resources: those that were cancelled, and blank keys where bodies are not compared. */
import { expect, it, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import type { Reading } from '../../history/reading.js';
import { Account } from '../../judge/effects.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { type Asked, historyOf, lost, made, moda, slot, task, write } from './side-histories.js';

function accountOf(asked: Asked[], fingerprint: Contract['fingerprint'] = 'bytes', perWrite = 1) {
  const account = new Account({ exclusive: true, effects: { perWrite }, fingerprint, scope: 'credential' });
  const add = () => {
    const history = historyOf(asked);
    const { readings } = judgeHistory(history, moda);
    return { joined: account.add({ plan: history.plan, readings }, readings).map(({ id }) => id), readings };
  };
  return { account, add };
}

/** The first client hung up, its retry was acknowledged, and the list shows another resource with their nonce. */
it.each([
  ['a list hides what was cancelled, and shows the duplicate alone', true, ['LOST-7']],
  ['the acknowledged one was never there', false, []],
])('%s', (_, isCancelled, expected) => {
  const hungUp: Asked = { attempt: write(slot(0), 0, { hangUp: { after: 'body', ms: 0 } }), answer: lost };
  const { account, add } = accountOf([{ attempt: write(slot(0)), answer: made(1) }, hungUp]);
  const { readings } = add();
  if (isCancelled) account.acknowledged.tidy(task(1));
  const [nonce = null] = /idem-[0-9a-f]+/.exec(readings[0]?.exchange.request.body ?? '') ?? [];
  const found = account.count([{ id: task(2), credential: 'first', nonce, readable: true }]);
  expect(found.map(({ finding }) => finding.id)).toEqual(expected);
});

test.each([
  ['bytes', ['KEY-5']],
  ['none', []],
] as const)('a blank key that joins two plans, where the contract compares %s', (fingerprint, expected) => {
  const { add } = accountOf([{ attempt: write({ kind: 'literal', value: ' ' }), answer: made(1) }], fingerprint);
  expect(add().joined).toEqual([]);
  expect(add().joined).toEqual(expected);
});

test.each([
  ['one: it may be either one’s', [1], null],
  ['one for each', [1, 2], [task(1), task(2)]],
  ['none', [], []],
])(
  'two keys with one body whose outcomes are unknown, and resources that no answer names: %s',
  (_, shown, expected) => {
    const hungUp = (n: number): Asked => {
      return { attempt: write(slot(n), 0, { hangUp: { after: 'body', ms: 0 } }), answer: lost };
    };
    const { account, add } = accountOf([hungUp(0), hungUp(1)]);
    const { readings } = add();
    const [nonce = null] = /idem-[0-9a-f]+/.exec(readings[0]?.exchange.request.body ?? '') ?? [];
    account.count(shown.map((n) => ({ id: task(n), credential: 'first', nonce, readable: true })));
    expect(readings.map((reading) => account.unnamedOf(reading))).toEqual([expected, expected]);
  },
);

/** A keyless request without an answer is sent once more at the end: it may make a resource of its own, and only one. */
test.each([
  ['a resource for each', [2, 3], []],
  ['one more than requests', [2, 3, 4], ['REPLAY-3']],
])('a keyless request that is sent again: %s', (_, shown, expected) => {
  const keyless = write({ kind: 'absent' });
  const { account, add } = accountOf([
    { attempt: keyless, answer: made(1) },
    { attempt: keyless, answer: lost },
  ]);
  const { readings } = add();
  account.addAgain([{ ...(readings[1] as Reading), kind: 'ok', id: task(3) }]);
  const [nonce = null] = /idem-[0-9a-f]+/.exec(readings[0]?.exchange.request.body ?? '') ?? [];
  const ids = [1, ...shown].map((n) => ({ id: task(n), credential: 'first' as const, nonce, readable: true }));
  expect(account.count(ids).map(({ finding }) => finding.id)).toEqual(expected);
});
