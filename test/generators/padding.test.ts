import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/contract.js';
import { compileSchema } from '../../contracts/schemas.js';
import { type BodySource, bodies, fullBodies, plainBody } from '../../generators/bodies.js';
import { enlarged, largeSizes, largestToTry, roomsIn, sizeOf } from '../../generators/padding.js';
import { moda, modaWithFixtures } from './sources.js';

const KB = 1024;

/** A contract whose bodies have these members. */
function sourceOf(properties: JsonObject, more: JsonObject = {}, nonce: string | null = null): BodySource {
  const requestSchema = { type: 'object', additionalProperties: false, properties, ...more } as JsonObject;
  const { validate } = compileSchema(requestSchema);
  const { contract } = moda;
  return {
    contract: {
      ...contract,
      key: { ...contract.key, in: 'header', name: 'Idempotency-Key' },
      create: { ...contract.create, nonce, references: ['/customer'], exclusive: [], requestSchema },
      fixtures: {},
    },
    requestSchema,
    validate: (value) => validate(value) === true,
  };
}

const text = { type: 'string' };

describe.each([
  ['moda', moda],
  ['moda with fixtures', modaWithFixtures],
])('large bodies of %s', (_, source) => {
  test('are valid, have the size that was asked for, and take little room', () => {
    const drawn = fc.oneof(bodies(source), fullBodies(source));
    fc.assert(
      fc.property(drawn, fc.integer({ min: 4 * KB, max: 120 * KB }), (value, size) => {
        const large = enlarged(value, source, size) as JsonObject;
        expect(sizeOf(large)).toBe(size);
        expect(JSON.stringify(large).length).toBeLessThan(JSON.stringify(value).length + 40);
        expect(Object.keys(large)).toEqual(Object.keys(value));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('are as large as the schema allows at most', () => {
    const plain = plainBody(source);
    expect(largestToTry(source)).toBeGreaterThan(127 * KB);
    expect(sizeOf(enlarged(plain, source, 10_000 * KB) as JsonObject)).toBe(largestToTry(source));
    expect(enlarged(plain, source, 1)).toBeNull();
  });
});

test.each<[string, BodySource, JsonObject, string[]]>([
  ['the text with the nonce first', sourceOf({ a: text, b: text }, {}, '/b'), { a: '', b: '' }, ['/b', '/a']],
  ['then the roomiest', sourceOf({ a: { ...text, maxLength: 5_000 }, b: text }), { a: '', b: '' }, ['/b', '/a']],
  [
    'one at any depth',
    sourceOf({ a: { type: 'array', items: { properties: { b: text } } } }),
    { a: [{ b: '' }] },
    ['/a/0/b'],
  ],
  ['one that the body has not', sourceOf({ a: { type: 'integer' }, b: text }), { a: 1 }, ['/b']],
  ['one that is null', sourceOf({ a: { type: ['string', 'null'] } }), { a: null }, ['/a']],
  ['no short text', sourceOf({ a: { ...text, maxLength: 900 } }), { a: '' }, []],
  [
    'nothing with a format, a choice or a pattern',
    sourceOf({ a: { ...text, format: 'uri' }, b: { ...text, pattern: '^a' } }),
    { a: '' },
    [],
  ],
  ['no id of something else', sourceOf({ customer: text }), { customer: 'c' }, []],
  [
    'another member where the schema lets one be added',
    sourceOf({ a: { type: 'integer' } }, { additionalProperties: true }),
    { a: 1 },
    ['/idem_padding'],
  ],
  ['none where it does not', sourceOf({ a: { type: 'integer' } }), { a: 1 }, []],
])('what is filled up: %s', (_, source, value, expected) => {
  expect(roomsIn(value, source).map(({ pointer }) => pointer)).toEqual(expected);
  const large = enlarged(value, source, 20 * KB);
  expect(large === null).toBe(expected.length === 0);
  if (large !== null && expected[0] !== '/a/0/b') expect(sizeOf(large)).toBeGreaterThan(18 * KB);
});

test('sizes: the largest in the first of four rounds, and all others between the four rounds', () => {
  const largestBody = 200 * KB;
  const sizesIn = (round: number) => fc.sample(largeSizes({ round, largestBody }), { seed: 1, numRuns: 200 });
  expect(new Set(sizesIn(0))).toEqual(new Set([largestBody]));
  const [most, middle, least] = [1, 2, 3].map((round) => sizesIn(round) as number[]);
  for (const one of middle as number[]) {
    expect(one).toBeLessThanOrEqual(Math.min(...(most as number[])) + 1);
    expect(one).toBeGreaterThanOrEqual(Math.max(...(least as number[])) - 1);
  }
  expect(Math.min(...(least as number[]))).toBeLessThan(1.1 * KB);
  expect(Math.max(...(most as number[]))).toBeGreaterThan(190 * KB);
});

test('no body is large where the target accepts none, and none late in a long run', () => {
  expect(fc.sample(largeSizes({ round: 0, largestBody: 0 }), 5)).toEqual(Array(5).fill(null));
  expect(fc.sample(largeSizes({ round: 20, largestBody: 100 * KB }), 5)).toEqual(Array(5).fill(null));
});
