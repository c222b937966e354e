/** Schemas that contradict themselves, never end, or ask for too much: bodies are drawn, or a member is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/json.js';
import { compileSchema } from '../../contracts/schemas.js';
import { type BodySource, bodies, checkBodies, fullBodies, plainBody } from '../../generators/bodies.js';
import { editsOf } from '../../generators/edits.js';
import { Undrawable } from '../../generators/schema.js';
import { moda } from './sources.js';

const text = { type: 'string' };

/** Bodies of an API without authentication, key or nonce in the body. */
function sourceOf(schema: JsonObject): BodySource {
  const { validate } = compileSchema(schema);
  const { contract } = moda;
  const create = { ...contract.create, nonce: null, references: [], exclusive: [] };
  const key = { ...contract.key, in: 'header' as const, name: 'Idempotency-Key' };
  return {
    contract: { ...contract, name: 'hostile', create, key, fixtures: {} },
    requestSchema: schema,
    validate: (body) => validate(body) === true,
  };
}

/** What the schema comes to: how many valid bodies were drawn, or the sentence that says why there are none. */
function comesTo(schema: JsonObject): number | string {
  let source: BodySource;
  try {
    source = sourceOf(schema);
    checkBodies(source);
  } catch (error) {
    if (error instanceof Undrawable || (error as Error).message.startsWith('refers to itself'))
      return (error as Error).message;
    throw error;
  }
  const drawn = [
    ...fc.sample(bodies(source), { seed: 2, numRuns: 5 }),
    ...fc.sample(fullBodies(source), { seed: 2, numRuns: 2 }),
    plainBody(source),
  ];
  return drawn.filter((body) => source.validate(body)).length;
}

function withMember(a: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'object', required: ['note', 'a'], properties: { note: text, a }, ...more };
}

const node: JsonObject = { type: 'object', properties: { next: { $ref: '#/$defs/node' }, value: text } };
const tree: JsonObject = {
  type: 'object',
  required: ['kids'],
  properties: { kids: { type: 'array', items: { $ref: '#/$defs/node' } } },
};
const bush: JsonObject = {
  type: 'object',
  properties: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`m${n}`, { $ref: '#/$defs/node' }])),
};
const optional = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, text]));

describe.each<[kind: string, schema: JsonObject]>([
  ['recursion that is optional', withMember({ $ref: '#/$defs/node' }, { $defs: { node } })],
  ['recursion through an array', withMember({ $ref: '#/$defs/node' }, { $defs: { node: tree } })],
  ['recursion with sixty branches', withMember({ $ref: '#/$defs/node' }, { $defs: { node: bush } })],
  [
    'parts that allOf puts together',
    withMember({
      allOf: [
        { type: 'number', minimum: 3 },
        { type: 'integer', maximum: 5 },
      ],
    }),
  ],
  [
    'allOf with references',
    { $defs: { one: withMember(text) }, allOf: [{ $ref: '#/$defs/one' }, { required: ['b'] }] },
  ],
  ['members that exclude each other', { type: 'object', properties: optional, maxProperties: 2 }],
  ['a number of optional members', { type: 'object', properties: optional, minProperties: 3 }],
  ['a required member that is not described', { type: 'object', required: ['x'] }],
  [
    'multiples and open bounds',
    withMember({ type: 'integer', exclusiveMinimum: 0, multipleOf: 25, exclusiveMaximum: 51 }),
  ],
  ['a narrow range of numbers', withMember({ type: 'number', minimum: 0.1, exclusiveMaximum: 0.9 })],
  [
    'a pattern that only has examples',
    withMember({ type: 'string', pattern: '^(?=.*[A-Z])(?=.*\\d).{8,}$', examples: ['Passw0rd'] }),
  ],
  ['ninety thousand characters', withMember({ type: 'string', minLength: 90_000 })],
  [
    'patterns of exact lengths',
    withMember({
      type: 'array',
      minItems: 4,
      items: {
        type: 'object',
        required: ['iban', 'card', 'currency'],
        properties: {
          iban: { type: 'string', pattern: '^[0-9]+$', minLength: 10, maxLength: 10 },
          card: { type: 'string', pattern: '^[0-9]+$', minLength: 9, maxLength: 9 },
          currency: { type: 'string', pattern: '^[A-Z]+$', minLength: 3, maxLength: 3 },
        },
      },
    }),
  ],
  [
    'a number that few draws meet',
    withMember({ type: 'integer', minimum: 0, maximum: 2_000, not: { anyOf: [{ maximum: 999 }, { minimum: 1_001 }] } }),
  ],
  ['a host name of a few characters', withMember({ type: 'string', format: 'hostname', minLength: 1, maxLength: 5 })],
  [
    'formats',
    withMember({
      type: 'object',
      required: ['ip', 'host', 'at'],
      properties: {
        ip: { type: 'string', format: 'ipv4' },
        host: { type: 'string', format: 'hostname' },
        at: { type: 'string', format: 'time' },
      },
    }),
  ],
])('bodies are drawn with %s', (_, schema) => {
  test('and are valid', () => {
    expect(comesTo(schema)).toBe(8);
  });
});

test.each<[schema: JsonObject, message: RegExp]>([
  [withMember({ type: 'integer', minimum: 5, maximum: 3 }), /: \/a must be a number that its bounds leave out$/],
  [withMember({ type: 'string', minLength: 5, maxLength: 3 }), /: \/a must be longer than it may be$/],
  [
    withMember({ type: 'array', items: text, minItems: 5, maxItems: 3 }),
    /: \/a must have more items than it may have$/,
  ],
  [withMember({ allOf: [text, { type: 'integer' }] }), /: \/a must be of two types at once$/],
  [withMember({ allOf: [{ enum: [1] }, { enum: [2] }] }), /: \/a accepts no value$/],
  [withMember({ not: {} }), /of \d{4,5} that were drawn none is valid, for \/a must NOT be valid$/],
  [
    withMember({ type: 'string', format: 'x', pattern: '^a$', minLength: 2 }),
    /none is valid, for \/a must NOT have fewer than 2 characters$/,
  ],
  [
    withMember({ type: 'string', minLength: 1_000_000 }),
    /^\/a needs 1000000 characters \(minLength\), and no more than 100000 are drawn$/,
  ],
  [
    withMember({ type: 'array', items: text, minItems: 1_000_000 }),
    /^\/a needs 1000000 items \(minItems\), and no more than 1000 are drawn$/,
  ],
  [
    withMember({ $ref: '#/$defs/node' }, { $defs: { node: { ...node, required: ['next'] } } }),
    /: \/a\/next\/next refers to itself without end \(#\/\$defs\/node\)$/,
  ],
  [{ $ref: '#' }, /the body refers to itself without end/],
  [{ type: 'object', not: { $ref: '#' } }, /refers to itself without end$/],
  [
    withMember({ type: 'string', pattern: '^(?!x).*$' }),
    /^\/a has the pattern \^\(\?!x\)\.\*\$, from which no strings can be drawn \(.*\): add `examples` to its schema$/,
  ],
  [
    { type: 'object', required: ['a'], properties: { a: text }, maxProperties: 0 },
    /for the body must NOT have more than 0 properties$/,
  ],
])('%j leaves nothing to send, and the member is named', (schema, message) => {
  expect(comesTo(schema)).toMatch(message);
});

test('of two thousand members, bodies and edits are made from as many as bounded time allows', () => {
  const kinds = [text, { type: 'integer' }, { type: 'boolean' }, { type: 'array', items: text }];
  const members = Array.from({ length: 2_000 }, (_, n) => [`m${n}`, kinds[n % kinds.length]]);
  const source = sourceOf({ type: 'object', properties: Object.fromEntries(members) as JsonObject });
  const [body] = fc.sample(fullBodies(source), { seed: 1, numRuns: 1 }) as [JsonObject];
  expect(Object.keys(body)).toHaveLength(2_000);
  const places = new Set(editsOf('values swapped', body, source).map(({ pointer }) => pointer));
  expect(places.size).toBeGreaterThan(0);
  expect(places.size).toBeLessThan(60);
});

/** Schemas nested at random, most of them with a contradiction or a loop somewhere. */
const hostile: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject; leaf: JsonObject }>((tie) => ({
  leaf: fc.oneof(
    fc.record(
      { type: fc.constant('string'), minLength: fc.nat(2_000_000), maxLength: fc.nat(50) },
      { requiredKeys: ['type'] },
    ),
    fc.record({
      type: fc.constant('string'),
      pattern: fc.constantFrom('^a+$', '(?<=x)y', '\\bz', '^[a-z]{3}$', '(a)\\1', '^\\p{L}+$'),
    }),
    fc.record({
      type: fc.constant('string'),
      format: fc.constantFrom('uuid', 'ipv6', 'date', 'time', 'unknown', 'regex', 'uri'),
    }),
    fc.record(
      {
        type: fc.constantFrom('integer', 'number'),
        minimum: fc.double({ noNaN: true, noDefaultInfinity: true }),
        maximum: fc.integer(),
        multipleOf: fc.constantFrom(0.5, 3, 1e9),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ enum: fc.array(fc.constantFrom(1, 'a', null), { minLength: 1, maxLength: 3 }) }),
    fc.constantFrom<JsonObject>(
      {},
      { const: 3 },
      { type: 'null' },
      { $ref: '#' },
      { $ref: '#/$defs/one' },
      { type: ['string', 'null'] },
    ),
  ) as fc.Arbitrary<JsonObject>,
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.record({ not: tie('schema'), type: fc.constantFrom('string', 'object', 'integer') }) as fc.Arbitrary<JsonObject>,
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((allOf) => ({ allOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((oneOf) => ({ oneOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3), uniqueItems: fc.boolean() },
      { requiredKeys: ['type', 'items'] },
    ) as fc.Arbitrary<JsonObject>,
    fc
      .record({
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd/e'), tie('schema'), { maxKeys: 3 }),
        all: fc.boolean(),
        closed: fc.boolean(),
      })
      .map(
        ({ properties, all, closed }): JsonObject => ({
          type: 'object',
          properties,
          ...(all ? { required: Object.keys(properties) } : {}),
          ...(closed ? { additionalProperties: false } : {}),
        }),
      ),
  ),
})).schema;

test('schemas nested at random: bodies are valid, or a member is named', () => {
  const ends = { drawn: 0, refused: 0 };
  fc.assert(
    fc.property(hostile, hostile, hostile, (a, b, one) => {
      const schema: JsonObject = { $defs: { one }, type: 'object', required: ['a'], properties: { a, b } };
      const end = comesTo(schema);
      if (typeof end === 'string') expect(end).toMatch(/(\/\S+|the body):? \S|refers to itself without end|contradict/);
      else expect(end).toBe(8);
      ends[typeof end === 'string' ? 'refused' : 'drawn'] += 1;
    }),
    { numRuns: 150 },
  );
  // Both ends are met.
  expect(Math.min(ends.drawn, ends.refused)).toBeGreaterThan(10);
});
