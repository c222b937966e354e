/** What shows a resource of another account: an id that cannot be met by chance, or a number beside what only its owner sent. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../history/history.js';
import { readAll } from '../../judge/classify.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { plannedRequirements } from '../../suites/index.js';
import type { PlannedRequirement } from '../../suites/requirement.js';
import { type Asked, historyOf, moda, refusal, slot, write } from './side-histories.js';

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
  return scopeIn(asked);
}

function scopeIn(asked: Asked[]): string[] {
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

test('accounts that count for themselves are not accused by replays, whatever overlaps', () => {
  const asked = fc.record({
    credential: fc.constantFrom('first', 'second'),
    key: fc.nat(2),
    at: fc.nat(60),
    works: fc.integer({ min: 1, max: 20 }),
    answers: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 12 }), fc.nat(3), fc.nat(3), (list, first, second) => {
      const counters = { first, second };
      const ids = new Map<string, number>();
      const inOrder = list.toSorted((a, b) => a.at + a.works - b.at - b.works);
      const history = inOrder.map(({ credential, key, at, works, answers }): Asked => {
        const id = ids.get(`${credential} ${key}`) ?? ++counters[credential];
        ids.set(`${credential} ${key}`, id);
        const attempt = write(slot(key), key, { credential });
        return { attempt, answer: json(202, `{"id":${id}}`), at, takes: works + answers };
      });
      expect(scopeIn(history)).toEqual([]);
    }),
  );
});

test('a replay is as old as its register: a refused request is no beginning of it', () => {
  const by = (credential: 'first' | 'second', key: number, number: number, answer: Outcome): Asked => ({
    attempt: write(slot(key), number, { credential }),
    answer,
  });
  const of = (id: number) => json(202, `{"id":${id}}`);
  // Bodies are not compared: the second account's key has its own resource.
  const inTheirOwn = [by('first', 0, 0, of(1)), by('second', 0, 1, of(1)), by('second', 1, 2, of(2))];
  expect(scopeIn([...inTheirOwn, by('second', 0, 0, of(1)), by('second', 2, 3, of(3))])).toEqual([]);
  const refused = refusal(409, 'conflict', 'idempotency_conflict');
  const leaks = [by('first', 0, 0, of(1)), by('second', 0, 1, refused), by('second', 1, 2, of(7))];
  expect(scopeIn([...leaks, by('second', 0, 0, of(1)), by('second', 2, 3, of(8))])).toEqual(
    expect.arrayContaining(met),
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

test('a requirement about two accounts is exercised where a leak would have shown', () => {
  const plain = { ...loaded, contract: { ...moda.contract, conflict: { statuses: [422], code: null, header: null } } };
  const exercised = (id: string, asked: [key: number, body: number, credential: 'first' | 'second', Outcome][]) => {
    const list = asked.map(([key, number, credential, answer]): Asked => {
      return { attempt: write(slot(key), number, { credential }), answer };
    });
    const { exchanges, plan } = historyOf(list, undefined, plain);
    const { exercised: is } = plannedRequirements.find((one) => one.id === id) as PlannedRequirement;
    return is(readAll(exchanges, plain), plain.contract, [], plan);
  };
  const [limited, conflict] = [json(429, '{}'), json(422, '{}')];
  const of = (id: number) => json(202, `{"id":${id}}`);
  for (const id of ['SCOPE-1', 'SCOPE-3']) {
    const between = (before: Outcome, after: Outcome) =>
      exercised(id, [
        [0, 0, 'first', of(5)],
        [1, 1, 'second', before],
        [0, 0, 'second', of(5)],
        [2, 2, 'second', after],
      ]);
    expect([between(of(5), of(6)), between(of(4), limited), between(limited, of(6))]).toEqual([true, false, false]);
  }
  const other = (shared: Outcome, own: Outcome) =>
    exercised('SCOPE-2', [
      [0, 0, 'first', of(5)],
      [0, 1, 'second', shared],
      [1, 1, 'second', own],
    ]);
  expect([other(of(6), of(7)), other(conflict, of(6)), other(limited, of(6))]).toEqual([true, true, false]);
  const said = { ...plain.contract.errors, validation: { statuses: [422], code: null, header: null } };
  Object.assign(plain, { contract: { ...plain.contract, errors: said } });
  expect([other(conflict, of(6)), other(conflict, limited)]).toEqual([true, false]);
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
