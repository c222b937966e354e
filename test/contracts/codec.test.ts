/** What is encoded comes back from the codec, in every place for a key. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, fill, KEY_TOKEN, NONCE_TOKEN, RECEIVER_TOKEN, spell } from '../../contracts/codec.js';
import type { Contract, Json, JsonObject, KeyRule } from '../../contracts/contract.js';
import {
  blanksOf,
  carries,
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
  ['a bare header', placed({ quoting: 'none' })],
  ['a header with an RFC 8941 string', placed({ quoting: 'sf-string' })],
  ['a header that may be quoted', placed({ quoting: 'either' })],
];

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  fc.constantFrom('"', '\\', '"a"', ' a ', '', ' ', 'a, b', '$&', '\ud800', KEY_TOKEN, NONCE_TOKEN, 'k'.repeat(5000)),
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
        expect(sent).toMatchObject({ method: 'POST', path: '/resources', contentType: 'application/json' });
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
    expect(decode(contract, encode(contract, { value: { a: 1 } }, undefined))).toEqual({
      value: { a: 1 },
      key: undefined,
      malformed: false,
    });
  });

  test('a body that is not JSON has no value', () => {
    expect(decode(contract, { headers: [], body: '{"a":' })).toEqual({
      value: undefined,
      key: undefined,
      malformed: false,
    });
  });
});

const [BODY, BARE, STRING, EITHER] = PLACES.map(([, contract]) => contract) as [Contract, Contract, Contract, Contract];

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
