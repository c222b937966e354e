/** What shows a resource of another account: an id that cannot be met by chance, or a number beside what only its owner sent. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../history/history.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { type Asked, historyOf, moda, slot, write } from './side-histories.js';

/** Of any resource that has an id. */
const loaded = { ...moda, schemas: { ...moda.schemas, resource: null, error: null } };

const json = (status: number, body: string): Outcome => ({ kind: 'answer', status, headers: {}, body });

/** The first account's write is answered with an id, then the second account's with something. */
function found(id: string, answer: (nonces: [string, string]) => Outcome, sameBody = true): string[] {
  const owner: Asked = { attempt: write(slot(0)), answer: json(202, `{"id":${id},"at":"2026-11-26"}`) };
  const second = write(slot(0), sameBody ? 0 : 1, { credential: 'second' });
  const asked = (outcome: Outcome): Asked[] => [owner, { attempt: second, answer: outcome }];
  const history = historyOf(asked(json(202, '{}')), undefined, loaded);
  const [a, b] = history.exchanges.map(({ request }) => /idem-[0-9a-f]+/.exec(request.body)?.[0] ?? '');
  const [, exchange] = history.exchanges;
  if (exchange !== undefined) exchange.outcome = answer([a as string, b as string]);
  return judgeHistory(history, loaded).findings.flatMap(({ id, mayBeChance }) =>
    id.startsWith('SCOPE') || id === 'CREATE-3' ? `${id}${mayBeChance === true ? ' if met again' : ''}` : [],
  );
}

const random = '"ord_7Kq2Zp9XvT4mNc8RbW1y"';

test('digits of an integer in a date, a number or a sentence show no resource', () => {
  for (const body of [
    '{"id":27,"at":"2026-11-26T10:26:26Z"}',
    '{"id":27,"quantity":26,"note":"26 of 126"}',
    '{"id":126,"total":{"26":26}}',
  ])
    expect(
      found('26', () => json(202, body)),
      body,
    ).toEqual([]);
});

test('integers beyond 2^53 that differ in the last digit are two resources', () => {
  expect(found('9007199254740993', () => json(202, '{"id":9007199254740992}'))).toEqual([]);
  expect(found('9223372036854775806', () => json(202, '{"id":9223372036854775807}'))).toEqual([]);
});

/** The first account's write, others of the second one, the first one's bytes and key by the second one, and one more. */
function inTurn(ids: string[]): string[] {
  const last = ids.length - 1;
  const asked = ids.map((id, n): Asked => {
    const isShared = n === 0 || n === last - 1;
    const credential = n === 0 ? 'first' : 'second';
    const attempt = write(slot(isShared ? 0 : n === last ? 2 : 1), isShared ? 0 : n, { credential });
    return { attempt, answer: json(202, `{"id":${id}}`) };
  });
  return judgeHistory(historyOf(asked, undefined, loaded), loaded).findings.flatMap((one) =>
    one.id.startsWith('SCOPE') ? `${one.id}${one.mayBeChance === true ? ' if met again' : ''}` : [],
  );
}

const spelled = fc.constantFrom<(id: bigint) => string>(
  String,
  (id) => `"${id}"`,
  (id) => `"ord_${id}"`,
);
const counts = fc.oneof(fc.bigInt(1n, 30n), fc.bigInt(2n ** 53n, 2n ** 53n + 30n));
const met = ['SCOPE-1 if met again', 'SCOPE-3 if met again'];

test('accounts that count for themselves are in step or not: the same number proves nothing', () => {
  fc.assert(
    fc.property(counts, counts, spelled, (first, second, spell) => {
      expect(inTurn([first, second, second + 1n, second + 2n].map(spell))).toEqual([]);
      expect(inTurn([second + 1n, second, second + 1n, second + 2n].map(spell))).toEqual([]);
    }),
  );
});

test('a number that the second account does not count to is the first one’s: it counts if it is met again', () => {
  fc.assert(
    fc.property(counts, counts, spelled, (first, second, spell) => {
      // The second account has made one: its next is the one after it.
      expect(inTurn([first, second, first, second + 1n].map(spell))).toEqual(expect.arrayContaining(met));
      // One count for both.
      expect(inTurn([first, first + 1n, first, first + 2n].map(spell))).toEqual(met);
    }),
  );
});

test('ids without an order count if they are met again where the accounts made different numbers of resources', () => {
  const ids = ['"k5q"', '"x1a"', '"k5q"', '"b0z"'];
  expect(inTurn(ids)).toEqual(met);
  expect(inTurn([ids[0], ids[2], ids[3]] as string[])).toEqual(met);
  expect(found('"k5q"', () => json(202, '{"id":"k5q"}'))).toEqual([]);
});

test('accounts that count for themselves answer their own request with the same integer', () => {
  expect(found('26', ([, own]) => json(202, `{"id":26,"prompt":"${own} x"}`), false)).toEqual([]);
});

test('an integer beside what only its owner sent shows the resource, wherever it stands', () => {
  const answers: ((nonces: [string, string]) => Outcome)[] = [
    ([owners]) => json(202, `{"id":26,"prompt":"${owners} x"}`),
    ([owners]) => json(409, `{"error":{"existing":26,"prompt":"${owners} x"}}`),
  ];
  for (const answer of answers) expect(found('26', answer, false)).toContain('SCOPE-3');
});

test('an id that cannot be met by chance shows it wherever it is a word', () => {
  for (const body of [
    `{"id":${random}}`,
    `{"error":{"existing":${random}}}`,
    `{"links":{"self":"/orders/ord_7Kq2Zp9XvT4mNc8RbW1y?full=1"}}`,
    `{"detail":"This key made ord_7Kq2Zp9XvT4mNc8RbW1y."}`,
    `{"ord_7Kq2Zp9XvT4mNc8RbW1y":{}}`,
  ])
    expect(
      found(random, () => json(409, body)),
      body,
    ).toContain('SCOPE-3');
  expect(found(random, () => json(409, '{"error":"ord_7Kq2Zp9XvT4mNc8RbW1yz"}'))).not.toContain('SCOPE-3');
});
