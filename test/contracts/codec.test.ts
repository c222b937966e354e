/** What is encoded comes back from the codec, in every place for a key. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, fill, KEY_TOKEN, NONCE_TOKEN, RECEIVER_TOKEN, spell } from '../../contracts/codec.js';
import { companionsOf, companionValue, withoutFresh } from '../../contracts/companions.js';
import type { Contract, Json, JsonObject, KeyRule } from '../../contracts/contract.js';
import {
  blanksOf,
  carries,
  carriesPlainly,
  isMissing,
  isNullable,
  placeOf,
  schemaWithoutKey,
  takesAnyJson,
} from '../../contracts/key.js';
import { loadContract } from '../../contracts/load.js';

const { contract: ietf } = loadContract('ietf');

function placed(rule: Partial<KeyRule>): Contract {
  return { ...ietf, key: { ...ietf.key, ...rule } };
}

const PLACES: [name: string, contract: Contract][] = [
  ['a member of the body', placed({ in: 'body', name: 'ref' })],
  ['a query parameter', placed({ in: 'query', name: 'request id' })],
  ['the path', { ...placed({ in: 'path' }), create: { ...ietf.create, path: '/resources/{key}/items?a=b' } }],
  ['a bare header', placed({ quoting: 'none' })],
  ['a header with an RFC 8941 string', placed({ quoting: 'sf-string' })],
  ['a header that may be quoted', placed({ quoting: 'either' })],
];

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  fc.constantFrom(
    '..',
    'a/b',
    '.a',
    'a&b=c#?',
    '%2F',
    'a+b',
    '"',
    '\\',
    '"a"',
    ' a ',
    '',
    ' ',
    'a, b',
    '$&',
    '\ud800',
    KEY_TOKEN,
    NONCE_TOKEN,
    'k'.repeat(5000),
  ),
);
const values = fc
  .dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4, noNullPrototype: true })
  .filter((value) => !('ref' in value)) as fc.Arbitrary<JsonObject>;

/** As JSON has it: -0 is 0, and a lone surrogate stays. */
const asJson = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

describe.each(PLACES)('%s', (_, contract) => {
  test('gives back value and key, for every key it can carry', () => {
    let carried = 0;
    fc.assert(
      fc.property(values, texts, fc.nat({ max: 5 }), (value, key, keyAt) => {
        if (!carries(contract.key, key)) return;
        carried += 1;
        const sent = encode(contract, { value, keyAt }, key);
        expect(sent).toMatchObject({ method: 'POST', contentType: 'application/json' });
        expect(sent.path).toMatch(/^\/resources[!-~]*$/);
        expect(decode(contract, sent)).toEqual({ value: asJson(value), key, malformed: false });
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(carried).toBeGreaterThan(50);
  });

  test('gives back the key of a template once that is filled', () => {
    fc.assert(
      fc.property(texts, (key) => {
        if (!carries(contract.key, key)) return;
        const template = spell(contract, { name: `${NONCE_TOKEN} x`, to: RECEIVER_TOKEN }, KEY_TOKEN, 1);
        const text = fill(template, { key, nonce: 'idem-0', receiver: 'http://[::1]:1/' });
        const sent = encode(contract, { text }, key);
        expect(sent.body).toBe(text);
        const value = { name: 'idem-0 x', to: 'http://[::1]:1/' };
        expect(decode(contract, sent)).toEqual({ value, key, malformed: false });
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test('without a key there is none', () => {
    const { value, key } = decode(contract, encode(contract, { value: { a: 1 } }, undefined));
    expect(value).toEqual({ a: 1 });
    expect(key).toBeUndefined();
  });

  test('a body that is not JSON has no value', () => {
    expect(decode(contract, { headers: [], body: '{"a":' })).toEqual({
      value: undefined,
      key: undefined,
      malformed: false,
    });
  });
});

const [BODY, QUERY, PATH, BARE, STRING, EITHER] = PLACES.map(([, contract]) => contract) as [
  Contract,
  Contract,
  Contract,
  Contract,
  Contract,
  Contract,
];

test.each<[name: string, contract: Contract, header: string, key: string | undefined, malformed: boolean]>([
  ['a bare key where it is quoted', STRING, 'abc', undefined, true],
  ['a quoted key where it is quoted', STRING, ' "a\\"b\\\\" ', 'a"b\\', false],
  ['a quoted key where it is bare', BARE, '"abc"', '"abc"', false],
  ['a bare key where both are legal', EITHER, 'abc', 'abc', false],
  ['a quoted key where both are legal', EITHER, '"abc"', 'abc', false],
  ['quotes that do not end', EITHER, '"abc', undefined, true],
  ['two strings', EITHER, '"a", "b"', undefined, true],
  ['a blank header', BARE, '  ', undefined, false],
])('%s', (_, contract, header, key, malformed) => {
  const request = { headers: [['IDEMPOTENCY-KEY', header]] as [string, string][], body: '{}' };
  expect(decode(contract, request)).toEqual({ value: {}, key, malformed });
});

test('only a body holds a key that is null, or not a string', () => {
  const rules = [BODY, BARE, STRING, EITHER].map(({ key }) => key);
  expect(rules.map(isNullable)).toEqual([true, false, false, false]);
  expect(rules.map(takesAnyJson)).toEqual([true, false, false, false]);
  expect(rules.map((rule) => blanksOf(rule).length)).toEqual([5, 1, 3, 3]);
  expect(rules.map(placeOf)).toEqual(['the body member ref', ...Array(3).fill('the header Idempotency-Key')]);
  for (const contract of [BODY, BARE, STRING, EITHER])
    for (const key of blanksOf(contract.key)) {
      // A header without a value is none.
      const arrives = isMissing(contract.key, key) ? undefined : key;
      const decoded = decode(contract, encode(contract, { value: {} }, key));
      expect(decoded).toEqual({ value: {}, key: arrives, malformed: false });
    }
  for (const key of [null, 7, ['a'], { a: 1 }]) {
    expect(decode(BODY, encode(BODY, { value: {} }, key))).toEqual({ value: {}, key, malformed: false });
    expect(encode(BARE, { value: {} }, key).headers).toEqual([]);
  }
});

test('what a header cannot carry', () => {
  const cannot = ['', ' ', 'é', 'a\n', 'a\0', 'k'.repeat(4097)];
  for (const rule of [BARE.key, STRING.key]) expect(cannot.filter((text) => carries(rule, text))).toEqual([]);
  expect([' a', 'a '].map((text) => carries(BARE.key, text))).toEqual([false, false]);
  expect([' a', 'a '].map((text) => carries(STRING.key, text))).toEqual([true, true]);
  expect(cannot.filter((text) => !carries(BODY.key, text))).toEqual([]);
});

test('what an address can carry', () => {
  const half = '\ud800';
  const dots = ['.', '..'];
  expect(['', ' ', 'a/b', '...', '\0', '%', 'é', ...dots, half].filter((text) => !carries(QUERY.key, text))).toEqual([
    half,
  ]);
  expect(['', ' ', 'a/b', '...', '\0', '%', 'é', ...dots, half].filter((text) => !carries(PATH.key, text))).toEqual([
    '',
    ...dots,
    half,
  ]);
  // Encoded, it has nine times as many characters.
  for (const { key } of [QUERY, PATH])
    expect([200, 300].map((length) => carries(key, '中'.repeat(length)))).toEqual([true, false]);
  expect(
    [QUERY, PATH].map(({ key }) => ['a/b', 'a;b', 'a\\b', 'a+%&'].map((text) => carriesPlainly(key, text))),
  ).toEqual([
    [true, true, true, true],
    [false, false, false, true],
  ]);
  expect([QUERY, PATH].map(({ key }) => placeOf(key))).toEqual(['the query parameter request id', 'the path']);
  for (const contract of [QUERY, PATH])
    for (const key of blanksOf(contract.key))
      expect(decode(contract, encode(contract, { value: {} }, key)).key).toBe(key);
  expect(encode(PATH, { value: {} }, 'a/b c').path).toBe('/resources/a%2Fb%20c/items?a=b');
  expect(encode(QUERY, { value: {} }, 'a&b+c').path).toBe('/resources?request%20id=a%26b%2Bc');
});

describe('companions', () => {
  const contract: Contract = {
    ...placed({ in: 'body', name: '/meta/key' }),
    companions: [
      { in: 'header', name: 'First-Sent', value: 'http-date', repeats: 'equal' },
      { in: 'query', name: 'nonce', value: 'uuid', repeats: 'fresh' },
      { in: 'body', name: '/meta/at', value: 'unix-seconds', repeats: 'fresh' },
      { in: 'body', name: 'ref', value: 'text', repeats: 'equal' },
    ],
  };
  const made = contract.companions.map((one) => companionValue(one, new Date(1e12), '0123456789abcdef'.repeat(2)));
  const template = spell(contract, { a: 1, meta: { b: 2 } }, KEY_TOKEN);
  const text = fill(template, { key: 'k', nonce: '', companions: made });
  const sent = encode(contract, { text }, 'k', contract.create, made);

  test('travel with the key, and a body is the same without them', () => {
    expect(sent).toMatchObject({
      path: `/resources?nonce=${made[1]}`,
      headers: [['First-Sent', 'Sun, 09 Sep 2001 01:46:40 GMT']],
    });
    expect(JSON.parse(text)).toEqual({ a: 1, ref: made[3], meta: { b: 2, at: 1e9, key: 'k' } });
    expect(decode(contract, sent)).toEqual({ value: { a: 1, meta: { b: 2 } }, key: 'k', malformed: false });
    const query = String(sent.path.split('?')[1]);
    expect(companionsOf(contract, { headers: sent.headers, query, body: JSON.parse(text) })).toEqual(made);
  });

  test('what is new in every request does not count in the text of a body', () => {
    const later = fill(template, { key: 'k', nonce: '', companions: made.with(2, 1e9 + 7) });
    expect(later).not.toBe(text);
    expect(withoutFresh(contract, later)).toBe(withoutFresh(contract, text));
    const other = fill(template, { key: 'k', nonce: '', companions: made.with(3, 'another') });
    expect(withoutFresh(contract, other)).not.toBe(withoutFresh(contract, text));
  });
});

test('a schema without the key neither has nor requires it, at any branch', () => {
  const inner = { properties: { ref: {}, b: {} }, required: ['ref', 'b'] };
  const schema: JsonObject = { ...inner, anyOf: [inner, { type: 'object' }] };
  const bare = { properties: { b: {} }, required: ['b'] };
  expect(schemaWithoutKey(BODY.key, schema)).toEqual({ ...bare, anyOf: [bare, { type: 'object' }] });
  expect(schemaWithoutKey(BARE.key, schema)).toEqual(schema);
});

describe('a key inside another member', () => {
  const [deep, listed] = ['/meta/a~1b/key', '/params/0/key'].map((name) => placed({ in: 'body', name })) as [
    Contract,
    Contract,
  ];

  test.each([
    [deep, (inner: JsonObject) => ({ meta: { 'a/b': inner, also: 1 } })],
    [listed, (inner: JsonObject) => ({ params: [inner, { other: 2 }] })],
  ])('$key.name comes back with what stands beside it', (contract, holding) => {
    fc.assert(
      fc.property(values, values, texts, fc.nat({ max: 3 }), (beside, inner, key, keyAt) => {
        const { key: _, ...others } = inner;
        const value = { ...beside, ...holding(others) };
        const sent = encode(contract, { value, keyAt }, key);
        expect(decode(contract, sent)).toEqual({ value: asJson(value), key, malformed: false });
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  test('what holds it is made where it is missing, and a value that cannot hold it stays', () => {
    expect(encode(deep, { value: { a: 1 }, keyAt: 1 }, 'k').body).toBe('{"a":1,"meta":{"a/b":{"key":"k"}}}');
    expect(encode(listed, { value: { a: 1 } }, 'k').body).toBe('{"params":[{"key":"k"}],"a":1}');
    expect(encode(listed, { value: { params: 'x' } }, 'k').body).toBe('{"params":"x"}');
    expect(encode(deep, { value: { meta: {} } }, undefined).body).toBe('{"meta":{}}');
  });

  test('a request schema without it still requires what holds it', () => {
    const meta = { type: ['object', 'null'], required: ['key'], properties: { key: {}, note: {} } };
    const contract = placed({ in: 'body', name: '/meta/key' });
    const without = { type: 'object', required: [], properties: { note: {} } };
    for (const schema of [
      { properties: { meta } },
      { properties: { meta: { $ref: '#/$defs/meta' } }, $defs: { meta } },
    ]) {
      expect(schemaWithoutKey(contract.key, schema)).toMatchObject({
        required: ['meta'],
        properties: { meta: without },
      });
    }
    const params = { type: 'array', items: { required: ['key', 'x'], properties: { key: {}, x: {} } } };
    expect(schemaWithoutKey(listed.key, { required: ['params'], properties: { params } })).toEqual({
      required: ['params'],
      properties: { params: { type: 'array', minItems: 1, items: { required: ['x'], properties: { x: {} } } } },
    });
  });
});
