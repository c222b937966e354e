import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, membersOf, parseJson, roundedIn, unreadWords } from '../../contracts/json.js';
import { at, idAt } from '../../contracts/pointer.js';
import { recorded } from '../../judge/recorded.js';

/** Any spelling of an integer of JSON that a double may round. */
const big = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String);

test('two integers are one id exactly if their digits are the same', () => {
  fc.assert(
    fc.property(big, big, (a, b) => {
      for (const [pointer, spell] of [
        ['/id', (id: string) => `{"id":${id}}`],
        ['/data/0/id', (id: string) => `{"data":[{"note":"\\\\\\"9007199254740993","id": ${id} }]}`],
        ['/1', (id: string) => `[9007199254740993,${id}]`],
        ['', (id: string) => ` ${id} `],
      ] as const) {
        const [one, other] = [a, b].map((id) => parseJson(spell(id)));
        expect(idAt(one, pointer)).toBe(a);
        expect(canonical(one as never) === canonical(other as never)).toBe(a === b);
      }
    }),
    { examples: [['9007199254740992', '9007199254740993']] },
  );
});

test('a number and a string of the same digits are one id', () => {
  for (const digits of ['12', '9007199254740993'])
    expect(idAt(parseJson(`{"id":${digits}}`), '/id')).toBe(idAt(parseJson(`{"id":"${digits}"}`), '/id'));
});

test('what is read keeps its types, so that schemas can be applied', () => {
  const text = '{"id":9223372036854775807,"list":[1e21,9007199254740993.5,"9007199254740993"],"in":{"s":"\\u00e9"}}';
  expect(parseJson(text)).toEqual(JSON.parse(text));
  expect(membersOf(parseJson(text))[0]).toEqual(['id', '9223372036854775807']);
  expect(at(parseJson(text), '/list/1')).toBe('9007199254740993.5');
});

test('strings and nesting are read as JSON.parse reads them', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const padded = `[1234567890123456789,${text}]`;
      expect(parseJson(padded)).toEqual(JSON.parse(padded));
    }),
  );
  expect(parseJson('{"id":12345678901234567')).toBeUndefined();
});

test('two numbers are one value exactly if they are equal, however they are spelled', () => {
  const number = fc.record({
    digits: fc.bigInt({ min: 1n, max: 10n ** 25n }),
    power: fc.integer({ min: -400, max: 400 }),
  });
  const spelled = ({ digits, power }: { digits: bigint; power: number }, shift: number) =>
    `${digits}${'0'.repeat(shift)}e${power - shift}`;
  const read = (text: string) => canonical(parseJson(`{"a":[${text}]}`) as never);
  fc.assert(
    fc.property(number, fc.nat(30), fc.constantFrom(0n, 1n), (one, shift, more) => {
      const other = { ...one, digits: one.digits + more };
      // What a double holds is in its own spelling, which says as much.
      expect(read(spelled(one, 0)) === read(spelled(other, shift))).toBe(more === 0n);
    }),
  );
  expect(read('0.1')).toBe(read('0.10000'));
  expect(read('0.1')).not.toBe(read('0.10000000000000000555'));
  expect(read('12345678901234567890')).toBe(read('12345678901234567890.0'));
});

test('what is nested too deep stays text, whatever brackets its strings hold', () => {
  const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}"${'['.repeat(2_000)}\\\\"${'}]'.repeat(depth / 2)}`;
  expect(parseJson(nested(1_000))).toEqual(JSON.parse(nested(1_000)));
  expect(unreadWords(nested(1_000))).toBe('');
  for (const deep of [nested(1_002), '['.repeat(50_000), `${'['.repeat(50_000)}1${']'.repeat(50_000)}`]) {
    expect(parseJson(deep)).toBeUndefined();
    expect(unreadWords(deep)).toContain('nested deeper than 1,000');
  }
});

test('a number that would be sent rounded is found, however deep', () => {
  expect(roundedIn(parseJson('{"a":[{"b":9223372036854775807}],"c":1}') as never)).toBe('9223372036854775807');
  expect(roundedIn(parseJson('{"a":[{"b":9007199254740992,"s":"9223372036854775807"}],"c":0.1}') as never)).toBe(null);
});

test('bodies that differ beyond a double are two, also in recorded traffic', () => {
  const line = (amount: string) =>
    recorded({ scope: 's', key: 'k', body: `{"amount":${amount}}`, sent: 0, done: 1, kind: 'conflict' }, 1, 0)?.value;
  expect(line('9007199254740993')).not.toBe(line('9007199254740992'));
  expect(line('9007199254740993')).toBe(line('9007199254740993.0'));
  expect(line('1e400')).not.toBe(line('2e400'));
});
