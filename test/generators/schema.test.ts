import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../contracts/contract.js';
import type { JsonObject } from '../../contracts/json.js';
import { compileSchema } from '../../contracts/schemas.js';
import { fromSchema, type Schema, type SchemaContext } from '../../generators/schema.js';

function arbitraryOf(schema: Schema, context: Partial<SchemaContext> = {}): fc.Arbitrary<Json> {
  const values = fromSchema(schema, { root: schema, at: () => undefined, ...context });
  if (values === null) throw new Error('nothing is left');
  return values;
}

/** What request schemas are written with. */
const schemas: Schema[] = [
  { const: 'fixed' },
  { enum: [1, 'two', null] },
  { type: 'boolean' },
  { type: 'null' },
  { type: 'integer', minimum: 3, maximum: 7 },
  { type: 'integer', minimum: 20_000 },
  { type: 'integer', maximum: -5 },
  { type: 'number', minimum: 1 },
  { type: 'number', multipleOf: 0.01, minimum: 0 },
  { type: 'number', multipleOf: 0.01, minimum: 0.57, maximum: 0.57 },
  { type: 'number', multipleOf: 0.1, exclusiveMinimum: 0.2, maximum: 0.3 },
  { type: 'string', minLength: 5, maxLength: 5 },
  { type: 'string', minLength: 100 },
  { type: 'string', pattern: '^id_[0-9a-z]{8}$' },
  { type: 'string', format: 'uri', pattern: '^https://', maxLength: 2048 },
  { type: 'string', format: 'date-time' },
  { type: 'string', format: 'date' },
  { type: 'string', format: 'uuid' },
  { type: 'string', format: 'email' },
  { type: ['string', 'null'], maxLength: 3 },
  { type: 'array', items: { type: 'integer' }, minItems: 6, maxItems: 6 },
  { type: 'array', items: { type: 'integer' }, minItems: 6 },
  { type: 'array', items: { enum: ['a', 'b', 'c'] }, maxItems: 2 },
  // More elements than there are different ones.
  { type: 'array', items: { enum: ['a', 'b'] }, minItems: 3 },
  { anyOf: [{ type: 'string' }, { type: 'boolean' }] },
  { oneOf: [{ type: 'integer' }, { type: 'string' }] },
  { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'integer' } } },
  { $defs: { 'a/b': { type: 'integer' } }, type: 'array', items: { $ref: '#/$defs/a~1b' } },
];

test.each(schemas.map((schema) => [JSON.stringify(schema), schema] as const))('values of %s are valid', (_, schema) => {
  const { validate } = compileSchema(schema as JsonObject);
  fc.assert(
    fc.property(arbitraryOf(schema), (value) => {
      expect([value, validate(value)]).toEqual([value, true]);
    }),
    { numRuns: 200, seed: 1 },
  );
});

test('a format is kept to as far as the lengths leave it, and names that every object has are no formats', () => {
  const formats = ['hostname', 'uuid', 'email', 'date', 'ipv4', 'json-pointer', 'byte', 'toString', '__proto__'];
  fc.assert(
    fc.property(fc.constantFrom(...formats), fc.nat(40), fc.nat(40), (format, minLength, more) => {
      const maxLength = minLength + more;
      const schema: Schema = { type: 'string', format, minLength, maxLength };
      for (const one of fc.sample(arbitraryOf(schema), { seed: 1, numRuns: 20 }) as string[]) {
        const { length } = [...one];
        expect([one, length >= minLength && length <= maxLength]).toEqual([one, true]);
      }
    }),
  );
  const dates = fc.sample(arbitraryOf({ type: 'string', format: 'date', minLength: 10, maxLength: 10 }), 5);
  expect(new Set(dates)).toEqual(new Set(['2026-04-15']));
  const byte = { type: 'string', format: 'byte', maxLength: 8 };
  expect(fc.sample(arbitraryOf(byte), 20).every((one) => /^[A-Za-z0-9+/]+=*$/.test(one as string))).toBe(true);
});

test('decimals have the digits of their step, half of them none, and as wide a range as whole numbers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), (digits) => {
      const schema: Schema = { type: 'number', multipleOf: Number(`1e-${digits}`), minimum: 0 };
      const drawn = fc.sample(arbitraryOf(schema), { seed: 1, numRuns: 200 }) as number[];
      expect(drawn.filter((one) => Number(one.toFixed(digits)) !== one)).toEqual([]);
      const whole = drawn.filter(Number.isInteger).length;
      expect([whole > 50, whole < 150 || digits === 1, Math.max(...drawn) > 5_000]).toEqual([true, true, true]);
    }),
  );
});

test('elements of an array differ, also as values', () => {
  const items: Schema = { type: 'object', required: ['n'], properties: { n: { enum: [1, 2] } } };
  const drawn = fc.sample(arbitraryOf({ type: 'array', items, minItems: 0 }), { seed: 1, numRuns: 100 }) as Json[][];
  expect(new Set(drawn.map((list) => list.length))).toEqual(new Set([0, 1, 2]));
  for (const list of drawn) expect(new Set(list.map((item) => JSON.stringify(item))).size).toBe(list.length);
});

test('an optional member that the context needs is always there', () => {
  const schema: Schema = { type: 'object', properties: { a: { type: 'object', properties: { b: {} } }, c: {} } };
  const needed = (place: string) => ['/a', '/a/b'].includes(place);
  for (const value of fc.sample(arbitraryOf(schema, { needed }), { seed: 1, numRuns: 50 })) {
    expect(value).toMatchObject({ a: { b: expect.any(String) } });
  }
});

test('a place without a value takes the objects with it that need one, and no others', () => {
  const id: Schema = { type: 'object', required: ['id'], properties: { id: {} } };
  const schema: Schema = {
    type: 'object',
    properties: { one: id, many: { type: 'array', items: id }, kept: { const: 1 } },
  };
  const context: SchemaContext = { root: schema, at: (place) => (place.endsWith('/id') ? null : undefined) };
  const drawn = fc.sample(fromSchema(schema, context) as fc.Arbitrary<Json>, { seed: 1, numRuns: 400 });
  expect(new Set(drawn.map((value) => JSON.stringify(value)))).toEqual(
    new Set(['{}', '{"many":[]}', '{"kept":1}', '{"many":[],"kept":1}']),
  );
  expect(fromSchema(id, { root: id, at: context.at })).toBeNull();
});
