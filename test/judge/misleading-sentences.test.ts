/** What a finding says is true of its history: whatever else was sent, whenever it ran, and whatever the contract leaves out. */
import { expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { NONCE_TOKEN } from '../../history/text.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { expectations, type Sentences, sentencesOf } from '../../judge/sentences/index.js';
import { type Asked, broken, conflict, historyOf, invalid, lost, made, moda, slot, write } from './side-histories.js';

const NO_CONFLICT: Partial<Contract> = { conflict: null, fingerprint: 'value' };

/** Sentences of the rule given, as the judge finds it in a history. */
function said(rule: string, asked: Asked[], change: Partial<Contract> = {}): Sentences {
  const loaded = { ...moda, contract: { ...moda.contract, ...change } };
  const history = historyOf(asked, undefined, loaded);
  const { readings, findings } = judgeHistory(history, loaded);
  const finding = findings.find((one) => one.rule === rule);
  if (finding === undefined) throw new Error(`found ${findings.map((one) => one.rule).join(', ')}`);
  return sentencesOf(finding, { plan: history.plan, readings }, loaded.contract);
}

const first: Asked = { attempt: write(slot(0)), answer: made(1) };
const undecoded: Asked['answer'] = {
  kind: 'unknown',
  reason: "answered 200 with a body in the content coding 'zstd', which was not asked for",
};
const refused: Asked = { attempt: write(slot(0)), answer: conflict };

test.each<[name: string, before: Asked['answer'], words: string]>([
  ['a client that hung up', lost, 'nothing (the connection was closed)'],
  ['a server error', broken, '500: '],
  ['an answer that could not be decoded', undecoded, "200 with a body in the content coding 'zstd'"],
])('a conflict after %s does not say that nothing else used its key', (_, answer, words) => {
  const { summary, argument } = said('conflict-without-competitor', [{ attempt: write(slot(0)), answer }, refused]);
  expect(summary).toBe('A request was refused as a conflict, but no other body was sent under its key.');
  expect(argument[1]).toContain(`A, sent before under the same key with the same body, was answered ${words}`);
  expect(argument.join(' ')).not.toContain('No other request under this key');
});

test('a first conflict says that nothing else used its key', () => {
  const { summary } = said('conflict-without-competitor', [first, { attempt: write(slot(1)), answer: conflict }]);
  expect(summary).toBe('A request was refused as a conflict, but no other request had used its key.');
});

test.each<[name: string, at: number, words: string]>([
  ['at the same time', 5, 'ran under the key'],
  ['one after the other', 500, 'held the key'],
])('a server error beside a success, %s', (_, at, words) => {
  const { argument } = said('server-error', [first, { attempt: write(slot(0)), at, answer: broken }]);
  expect(argument.join(' ')).toContain(`A ${words}`);
  expect(argument.join(' ').includes('at the same time')).toBe(at === 5);
});

test('members in another order are not called the same bytes', () => {
  const { body } = write(slot(0));
  const text = `{ "prompt": "${NONCE_TOKEN} body 0", "idempotency_key": "\uE001" }`;
  const change = { fingerprint: 'value' } as const;
  const again: Asked = { attempt: write(slot(0), 0, { body: { ...body, text } }), answer: conflict };
  const { argument } = said('conflict-for-winner', [first, again], change);
  expect(argument[0]).toContain('the same body in other bytes');
  expect(said('conflict-for-winner', [first, refused], change).argument[0]).toContain('and the same body.');
});

test('a repeat that differs in its query string says so', () => {
  const other = write(slot(0), 0, { framing: { query: 'page=1' } });
  const { argument } = said('repeat-refused', [first, { attempt: other, answer: invalid }]);
  expect(argument).toContain('A had no query string; B had the query string ?page=1.');
});

test.each<[rule: string, second: Asked, expected: string]>([
  [
    'second-resource-for-another-body',
    { attempt: write(slot(0), 1), answer: made(2) },
    'B: a refusal, or task_00000000000000000000000001',
  ],
  ['another-body-replayed', { attempt: write(slot(0), 1), answer: made(1) }, 'B: a refusal, or a task of its own'],
])('%s does not expect a conflict that no contract documents', (rule, second, expected) => {
  expect(said(rule, [first, second], NO_CONFLICT).expected).toBe(expected);
  expect(said(rule, [first, second]).expected).toBe('B: a conflict');
});

test('what each request should have got names no conflict where the contract documents none', () => {
  const contract = { ...moda.contract, ...NO_CONFLICT };
  const history = historyOf([first, { attempt: write(slot(0), 1), answer: made(2) }], undefined, { ...moda, contract });
  const { readings } = judgeHistory(history, { ...moda, contract });
  expect(expectations(history.plan, readings, contract)).toEqual([
    'a new task',
    'a refusal, task_00000000000000000000000001, or a task of its own: the contract does not say; A holds the key with another body',
  ]);
});
