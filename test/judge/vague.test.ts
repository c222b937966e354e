/** Refusals that a status alone tells, where one status stands for more than one: what held the key says which is meant. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import type { Outcome } from '../../history/history.js';
import { readAll } from '../../judge/classify.js';
import { type Asked, answer, found, historyOf, lost, made, moda, slot, unsent, write } from './side-histories.js';

const { contract } = moda;
const alone = (...statuses: number[]) => ({ statuses, code: null, header: null });
const inFlight: Contract['inFlight'] = { policy: 'either', ...alone(409, 422, 425), graceMs: 1000 };
const said = {
  ...contract,
  replay: { ...contract.replay, kind: 'success' as const },
  errors: { ...contract.errors, schema: null, requestId: null, validation: alone(400, 422) },
};
const under = (change: Partial<Contract>) => ({
  contract: { ...said, ...change },
  schemas: { ...moda.schemas, error: null, errorSchema: null },
  file: moda.file,
});
const both = under({ conflict: alone(400, 409, 422), inFlight });
const conflictAlone = under({ conflict: alone(400, 409, 422), inFlight: null });
const invalid422 = { ...alone(422), code: { pointer: '/code', values: ['invalid'], not: false } };
const byCode = under({ conflict: alone(422), inFlight: null, errors: { ...said.errors, validation: invalid422 } });
const conflictOnly = under({
  conflict: alone(422),
  inFlight: null,
  errors: { ...said.errors, validation: alone(400) },
});
const inFlightAlone = under({ conflict: null, inFlight });

const first: Asked = { attempt: write(slot(0)), answer: made(1), at: 0, takes: 100 };
const refused = (status: number, number: number, at: number): Asked => ({
  attempt: write(slot(0), number),
  answer: answer(status, {}),
  at,
});

test.each<[name: string, asked: Asked[], loaded: typeof both, kinds: string[]]>([
  ['nothing holds the key: 422', [refused(422, 0, 0)], both, ['none']],
  ['nothing holds the key: 409', [refused(409, 0, 0)], both, ['inflight']],
  ['nothing holds the key, and in flight is unknown', [refused(422, 0, 0)], conflictAlone, ['none']],
  ['only wrong requests before it', [refused(422, 0, 0), refused(422, 1, 500)], both, ['none', 'none']],
  ['its own body is running', [first, refused(409, 0, 50)], both, ['ok', 'inflight']],
  ['another body is running', [first, refused(409, 1, 50)], both, ['ok', 'inflight']],
  ['another body has run', [first, refused(409, 1, 500)], both, ['ok', 'conflict']],
  ['another body has run, and was refused by 422', [first, refused(422, 1, 500)], conflictAlone, ['ok', 'conflict']],
  ['its own body has run', [first, refused(422, 0, 500)], conflictAlone, ['ok', 'none']],
  ['conflicts are unknown, and another body has run', [first, refused(409, 1, 500)], inFlightAlone, ['ok', 'none']],
  ['conflicts are unknown, and its own body runs', [first, refused(425, 0, 50)], inFlightAlone, ['ok', 'inflight']],
])('%s', (_, asked, loaded, kinds) => {
  expect(kindsOf(asked, loaded)).toEqual(kinds);
});

function kindsOf(asked: Asked[], loaded: typeof both): string[] {
  return readAll(historyOf(asked, undefined, loaded).exchanges, loaded).map(({ kind }) => kind);
}

test('what was in flight by other requests of its key is found as by looking through all of them', () => {
  const asked = fc.record({
    key: fc.nat(1),
    body: fc.nat(1),
    at: fc.nat(300),
    takes: fc.integer({ min: 1, max: 150 }),
    status: fc.constantFrom(201, 201, 409, 422, null),
  });
  fc.assert(
    fc.property(fc.array(asked, { minLength: 2, maxLength: 12 }), (list) => {
      const history = list.map(
        ({ key, body, at, takes, status }): Asked => ({
          attempt: write(slot(key), body),
          answer: status === null ? lost : status === 201 ? made(key) : answer(status, {}),
          at,
          takes,
        }),
      );
      const readings = readAll(historyOf(history, undefined, conflictAlone).exchanges, conflictAlone);
      for (const { register, value, kind, exchange } of readings) {
        const same = readings.filter((x) => x.register === register && x.value === value && x.exchange !== exchange);
        const { outcome, sent, done } = exchange;
        const runs = same.some(
          (x) =>
            x.exchange.sent <= (done ?? sent) &&
            (x.kind === 'unknown' || (x.kind === 'ok' && (x.exchange.done ?? sent) >= sent)),
        );
        const endsWell = same.some((x) => x.kind === 'ok' && x.exchange.sent > sent);
        const isRefused = outcome.kind === 'answer' && outcome.status >= 400;
        expect(kind === 'inflight').toBe(isRefused && runs && endsWell);
      }
    }),
  );
});

const another: Asked = { attempt: write(slot(1), 1), answer: made(2), at: 1000 };

test('a wrong body is refused by the status of the conflict alone: by its code, or because the schema refuses it', () => {
  const coded = (code: string): Asked => ({ ...refused(422, 1, 500), answer: answer(422, { code }) });
  expect(kindsOf([first, coded('invalid')], byCode)).toEqual(['ok', 'none']);
  expect(kindsOf([first, coded('used')], byCode)).toEqual(['ok', 'conflict']);
  const wrong = write(slot(0));
  const empty: Asked = { ...refused(422, 0, 0), attempt: { ...wrong, body: { ...wrong.body, text: '{}' } } };
  expect(kindsOf([empty], conflictOnly)).toEqual(['none']);
  expect(kindsOf([refused(422, 0, 0)], conflictOnly)).toEqual(['conflict']);
});

test('the code of a wrong request decides also where its status stands for a conflict and for a duplicate in flight', () => {
  const invalid409 = { ...alone(409), code: { pointer: '/code', values: ['invalid'], not: false } };
  const coded = under({
    conflict: alone(409),
    inFlight: { ...inFlight, ...alone(409) },
    errors: { ...said.errors, validation: invalid409 },
  });
  const strict = { ...coded, schemas: { ...coded.schemas, error: moda.schemas.error } };
  const by = (number: number, code: string, at = 500): Asked => ({
    ...refused(409, number, at),
    answer: answer(409, { code }),
  });
  expect(kindsOf([by(0, 'invalid', 0)], coded)).toEqual(['none']);
  expect(found([by(0, 'invalid', 0)], undefined, coded)).toEqual([]);
  expect(found([by(0, 'busy', 0)], undefined, coded)).toEqual(['STORM-3 A']);
  expect(found([first, by(1, 'invalid')], undefined, strict)).toEqual(['ENVELOPE-1 B']);
  expect(found([first, by(1, 'used')], undefined, strict)).toContain('CONFLICT-2 AB');
  // After a wrong body: refused for itself, or as a conflict with it.
  const wrong = write(slot(0), 0);
  const before: Asked = {
    attempt: { ...wrong, body: { ...wrong.body, invalid: 'x' } },
    answer: answer(400, {}),
    at: 0,
  };
  expect(found([before, by(1, 'invalid'), another], undefined, coded)).toEqual([]);
  expect(found([before, refused(422, 1, 500), another], undefined, both)).toEqual(['REJECT-3 ABC']);
});

test('what was accepted under another key later is no wrong request where its key was accepted, too', () => {
  const others: Asked = { ...first, attempt: { ...write(slot(0)), credential: 'second' } };
  expect(found([others, refused(422, 1, 500), another], undefined, both)).toEqual(['SCOPE-2 B']);
  // Its key may be what is refused.
  expect(found([refused(422, 1, 500), another], undefined, both)).toEqual([]);
  // Another resource may have what must be unique.
  expect(found([others, another, refused(422, 1, 2000)], undefined, both)).toEqual([]);
});

test('what its own register accepts later does not make the refusal before it a conflict', () => {
  const one422 = under({ conflict: alone(422), inFlight: { ...inFlight, ...alone(409) } });
  const accepted: Asked = { ...first, at: 3000 };
  const statuses = under({ conflict: alone(409), inFlight: { ...inFlight, ...alone(409) } });
  const cut: Asked = { ...first, answer: unsent };
  const limited: Asked = { ...first, answer: answer(429, {}), takes: 1000 };
  expect(found([refused(422, 0, 0), accepted], undefined, one422)).toEqual([]);
  expect(found([cut, refused(409, 0, 200), accepted], undefined, statuses)).toEqual([]);
  expect(found([limited, refused(409, 0, 200), accepted], undefined, statuses)).toEqual([]);
});

test('broken neighbours are found: refused as in flight where nothing runs, before and after a success', () => {
  expect(found([refused(409, 0, 0)], undefined, both)).toEqual(['STORM-3 A']);
  expect(found([first, refused(409, 1, 500), refused(409, 0, 3000)], undefined, both)).toEqual(['REPLAY-1 AC']);
});

test('where bodies must differ, one key for two that are nearly equal shows by the body of the first', () => {
  const unique = (statuses: Pick<Contract, 'conflict'>) =>
    under({ ...statuses, inFlight: null, create: { ...contract.create, unique: ['/prompt'] } });
  const near = (number: number, given: Outcome): Asked => ({
    attempt: write({ kind: 'slot', slot: 0, nearMiss: { name: 'letter case', template: 'KEY-0-{unique}' } }, number),
    answer: given,
  });
  const plain: Asked = { attempt: write(slot(0)), answer: made(1) };
  const taken = answer(422, {});
  for (const loaded of [unique({ conflict: alone(422) }), unique({ conflict: alone(409) })]) {
    expect(found([plain, near(1, taken), near(0, made(1))], undefined, loaded)).toEqual(['KEY-2 AC']);
    expect(found([plain, near(1, made(2)), near(0, taken)], undefined, loaded)).toEqual([]);
    expect(found([plain, near(1, taken), near(0, taken)], undefined, loaded)).toEqual([]);
  }
  // What is accepted elsewhere later was not taken.
  const refusedElse = [plain, { attempt: write(slot(0), 1), answer: taken }, { ...another, at: 4000 }];
  expect(found(refusedElse, undefined, unique({ conflict: alone(409) }))).toEqual(['CONFLICT-1 ABC']);
});
