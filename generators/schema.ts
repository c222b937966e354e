/** Arbitraries from JSON Schema: the part of 2020-12 that request schemas use. */
import fc from 'fast-check';
import type { Json } from '../contracts/contract.js';

export interface Schema {
  [keyword: string]: unknown;
  /** Of an array: as many elements, as far as there are different ones. No keyword of JSON Schema. */
  wantedItems?: number;
}

/** What the walk knows besides the schema. */
export interface SchemaContext {
  /** The whole schema, for `$ref`. */
  root: Schema;
  /** A value to use instead at a place, `null` to leave the place out, `undefined` to follow the schema. */
  at(place: string): fc.Arbitrary<Json> | null | undefined;
  /** Whether an optional member has to be there all the same. */
  needed?(place: string): boolean;
}

/** Values that the schema accepts, or `null` where the context leaves none. Places are written `/a/-` for items. */
export function fromSchema(schema: Schema, context: SchemaContext, place = ''): fc.Arbitrary<Json> | null {
  const instead = context.at(place);
  if (instead !== undefined) return instead;
  if (typeof schema.$ref === 'string') return fromSchema(resolve(schema.$ref, context.root), context, place);
  if ('const' in schema) return fc.constant(schema.const as Json);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as Json[]));
  const alternatives = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
  if (alternatives !== undefined) {
    const { oneOf: _oneOf, anyOf: _anyOf, ...shared } = schema;
    return oneOfArbitraries(alternatives.map((one) => fromSchema({ ...shared, ...one }, context, place)));
  }
  if (Array.isArray(schema.type)) {
    return oneOfArbitraries(schema.type.map((type) => fromSchema({ ...schema, type }, context, place)));
  }
  switch (schema.type ?? ('properties' in schema ? 'object' : 'string')) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return integerOf(schema);
    case 'array':
      return arrayOf(schema, context, place);
    case 'object':
      return objectOf(schema, context, place);
    default:
      return stringOf(schema);
  }
}

function objectOf(schema: Schema, context: SchemaContext, place: string): fc.Arbitrary<Json> | null {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = new Set((schema.required ?? []) as string[]);
  const members: Record<string, fc.Arbitrary<Json>> = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = fromSchema(property, context, `${place}/${name}`);
    if (value !== null) members[name] = value;
    else if (required.has(name)) return null;
  }
  const requiredKeys = Object.keys(members).filter(
    (name) => required.has(name) || context.needed?.(`${place}/${name}`) === true,
  );
  return fc.record(members, { requiredKeys, noNullPrototype: true });
}

function integerOf(schema: Schema): fc.Arbitrary<number> {
  const min = number(schema.minimum, Math.min(0, number(schema.maximum, 0)));
  return fc.integer({ min, max: number(schema.maximum, Math.max(0, min) + 10_000) });
}

function arrayOf(schema: Schema, context: SchemaContext, place: string): fc.Arbitrary<Json> {
  const least = number(schema.minItems, 0);
  // Before draft 2020-12, a list of items was called as one schema for all of them is.
  const places = (schema.prefixItems ?? schema.items) as Schema[] | Schema | undefined;
  if (Array.isArray(places)) {
    const each = places.map((one, n) => fromSchema(one, context, `${place}/${n}`));
    return each.every((one) => one !== null) ? fc.tuple(...each) : fc.constant([]);
  }
  const items = fromSchema((schema.items ?? {}) as Schema, context, `${place}/-`);
  if (items === null) return fc.constant([]);
  const minLength = Math.max(least, number(schema.wantedItems, 0));
  const maxLength = Math.min(number(schema.maxItems, 4 + least), Math.max(4, minLength));
  // Elements differ, so that another order is another body; where there are not as many different ones, some repeat.
  return fc.array(items, { minLength, maxLength }).map((list) => {
    const different = [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];
    return different.length < least ? list : different;
  });
}

/** Characters that texts are made of: all widths of UTF-8, none of them a control or private character. */
const CHARACTERS = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz ABCDEF 0123456789 -_.,:;!?()/äéßñ中文字🙂');

/** Made once: parsing a pattern takes milliseconds, and arbitraries are made anew for every plan. */
const WEB_PATH = fc.stringMatching(/^[a-z0-9]{4,12}$/);

function stringOf(schema: Schema): fc.Arbitrary<string> {
  // Before any pattern: nothing answers under .invalid (RFC 6761), so no generated address reaches anybody.
  if (schema.format === 'uri') return WEB_PATH.map((path) => `https://idem.invalid/${path}`);
  if (typeof schema.pattern === 'string') return fc.stringMatching(expressionOf(schema.pattern));
  if (schema.format === 'date-time') return fc.constant('2026-04-15T12:00:00Z');
  if (schema.format === 'date') return fc.constant('2026-04-15');
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'email') return fc.constant('someone@idem.invalid');
  const minLength = number(schema.minLength, 0);
  return fc.string({
    unit: CHARACTERS,
    minLength,
    maxLength: Math.min(number(schema.maxLength, 40 + minLength), Math.max(40, minLength)),
  });
}

/** Some patterns are none with the flag `u`, and most validators take them without. */
function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

function oneOfArbitraries(list: (fc.Arbitrary<Json> | null)[]): fc.Arbitrary<Json> | null {
  const possible = list.filter((one) => one !== null);
  return possible.length === 0 ? null : fc.oneof(...possible);
}

function resolve(reference: string, root: Schema): Schema {
  return reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .reduce<Schema>((schema, part) => schema[part.replaceAll('~1', '/').replaceAll('~0', '~')] as Schema, root);
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
