/** Arbitraries from JSON Schema: the part of 2020-12 that request schemas use. */
import fc from 'fast-check';
import type { Json } from '../contracts/contract.js';
import { ContractError } from '../contracts/document.js';
import { merged, type Schema, schemaOf } from './schema-merge.js';
import { arrayLengths, numbersOf, stringOf } from './schema-values.js';

export type { Schema };

/** What the walk knows besides the schema. */
export interface SchemaContext {
  /** The whole schema, for `$ref`. */
  root: Schema;
  /** A value to use instead at a place, `null` to leave the place out, `undefined` to follow the schema. */
  at(place: string): fc.Arbitrary<Json> | null | undefined;
  /** Whether an optional member has to be there all the same. */
  needed?(place: string): boolean;
  /** Called where a schema accepts nothing, or nothing that ends, with the reason. */
  leftOut?(place: string, why: string): void;
}

/** Values cannot be drawn from a schema; the message names the place. */
export class Undrawable extends ContractError {
  override name = 'Undrawable';
}

/** Places of all values together: beyond it, a body could not be drawn in bounded time. */
const MOST_PLACES = 20_000;

/** How deep values are nested: less deep where there are too many places. What is optional is left out below. */
const DEEPEST = [24, 8, 5, 3];

/** How often a schema may stand within itself. */
const MOST_WITHIN_ITSELF = 1;

/** Where the walk is. */
interface Here extends SchemaContext {
  counted: { places: number };
  /** References that lead here. */
  trail: readonly string[];
  /** Levels that are left. */
  deeper: number;
}

/** There are more than `MOST_PLACES`. */
class TooManyPlaces extends Undrawable {}

/**
 * Values that the schema accepts as far as it is followed (what is drawn has to be validated), or `null` where the context
 * or the schema leaves none. Places are written `/a/-` for items. Throws `Undrawable`.
 */
export function fromSchema(schema: Schema, context: SchemaContext, place = ''): fc.Arbitrary<Json> | null {
  for (const [n, deeper] of DEEPEST.entries()) {
    try {
      return walk(schema, { ...context, counted: { places: 0 }, trail: [], deeper }, place);
    } catch (error) {
      if (!(error instanceof TooManyPlaces) || n === DEEPEST.length - 1) throw error;
    }
  }
  return null;
}

function walk(schema: Schema, here: Here, place: string): fc.Arbitrary<Json> | null {
  const instead = here.at(place);
  if (instead !== undefined) return instead;
  here.counted.places += 1;
  if (here.counted.places > MOST_PLACES)
    throw new TooManyPlaces(
      `${shown(place)}: the schema has more than ${MOST_PLACES} places with all that it refers to`,
    );
  if (here.deeper < 0) return nothing(here, place, 'is nested too deep');
  if (typeof schema.$ref === 'string') {
    const { $ref, ...beside } = schema;
    return walkWithin($ref, beside, here, place);
  }
  if (Array.isArray(schema.allOf)) {
    const { allOf, ...beside } = schema;
    const [first, ...others] = allOf as unknown[];
    if (first === undefined) return walk(beside, here, place);
    const rest = others.length > 0 ? { ...beside, allOf: others } : beside;
    const { $ref, ...said } = schemaOf(first);
    return typeof $ref === 'string'
      ? walkWithin($ref, merged(rest, said), here, place)
      : walk(merged(rest, said), here, place);
  }
  if ('const' in schema) return fc.constant(schema.const as Json);
  if (Array.isArray(schema.enum)) {
    const values = schema.enum as Json[];
    return values.length === 0 ? nothing(here, place, 'accepts no value') : fc.constantFrom(...values);
  }
  const word = ['oneOf', 'anyOf'].find((one) => Array.isArray(schema[one]));
  if (word !== undefined) {
    const { [word]: alternatives, ...shared } = schema;
    return oneOfArbitraries((alternatives as unknown[]).map((one) => walk(merged(shared, schemaOf(one)), here, place)));
  }
  if (Array.isArray(schema.type)) {
    if (schema.type.length === 0) return nothing(here, place, 'must be of two types at once');
    return oneOfArbitraries(schema.type.map((type) => walk({ ...schema, type }, here, place)));
  }
  const inner = { ...here, deeper: here.deeper - 1 };
  switch (schema.type ?? ('properties' in schema ? 'object' : 'string')) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return numbersOf(schema) ?? nothing(here, place, 'must be a number that its bounds leave out');
    case 'array':
      return arrayOf(schema, inner, place);
    case 'object':
      return objectOf(schema, inner, place);
    default:
      return stringOf(schema, refusalAt(place)) ?? nothing(here, place, 'must be longer than it may be');
  }
}

/** What a reference leads to, together with what stands beside it. */
function walkWithin($ref: string, beside: Schema, here: Here, place: string): fc.Arbitrary<Json> | null {
  if (here.trail.filter((one) => one === $ref).length > MOST_WITHIN_ITSELF)
    return nothing(here, place, `refers to itself without end (${$ref})`);
  return walk(merged(resolve($ref, here.root, place), beside), { ...here, trail: [...here.trail, $ref] }, place);
}

function nothing(here: Here, place: string, why: string): null {
  here.leftOut?.(place, why);
  return null;
}

function refusalAt(place: string): (why: string) => Undrawable {
  return (why) => new Undrawable(`${shown(place)} ${why}`);
}

function objectOf(schema: Schema, here: Here, place: string): fc.Arbitrary<Json> | null {
  const properties = (schema.properties ?? {}) as Record<string, unknown>;
  const required = new Set((schema.required ?? []) as string[]);
  // What is required and not described may be anything.
  const others = [...required].filter((name) => !Object.hasOwn(properties, name));
  const described = [
    ...Object.entries(properties),
    ...others.map((name) => [name, schema.additionalProperties] as const),
  ];
  const members: Record<string, fc.Arbitrary<Json>> = {};
  for (const [name, property] of described) {
    const value = walk(schemaOf(property), here, `${place}/${name}`);
    if (value !== null) members[name] = value;
    else if (required.has(name)) return null;
  }
  const requiredKeys = Object.keys(members).filter(
    (name) => required.has(name) || here.needed?.(`${place}/${name}`) === true,
  );
  return fc.record(members, { requiredKeys, noNullPrototype: true });
}

function arrayOf(schema: Schema, here: Here, place: string): fc.Arbitrary<Json> | null {
  // Before draft 2020-12, a list of items was called as one schema for all of them is.
  const places = schema.prefixItems ?? schema.items;
  if (Array.isArray(places)) {
    const each = places.map((one, n) => walk(schemaOf(one), here, `${place}/${n}`));
    return each.every((one) => one !== null) ? fc.tuple(...each) : emptyOrNone(schema);
  }
  const { least, ...lengths } = arrayLengths(schema, refusalAt(place));
  if (lengths.minLength > lengths.maxLength) return nothing(here, place, 'must have more items than it may have');
  const items = walk(schemaOf(places), here, `${place}/-`);
  if (items === null) return emptyOrNone(schema);
  // Elements differ, so that another order is another body; where there are not as many different ones, some repeat.
  return fc.array(items, lengths).map((list) => {
    const different = [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];
    return different.length < least ? list : different;
  });
}

/** The array where no item can be made. */
function emptyOrNone({ minItems }: Schema): fc.Arbitrary<Json> | null {
  return typeof minItems === 'number' && minItems > 0 ? null : fc.constant([]);
}

function oneOfArbitraries(list: (fc.Arbitrary<Json> | null)[]): fc.Arbitrary<Json> | null {
  const possible = list.filter((one) => one !== null);
  return possible.length === 0 ? null : fc.oneof(...possible);
}

function resolve(reference: string, root: Schema, place: string): Schema {
  const names = reference.replace(/^#\/?/, '').split('/');
  let found: unknown = reference.startsWith('#') ? root : undefined;
  for (const name of names.filter((part) => part !== '')) {
    const part = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[part] : undefined;
  }
  if (found === undefined)
    throw new Undrawable(
      `${shown(place)}: values are not drawn from ${reference}: write the schema in this file, under $defs`,
    );
  return schemaOf(found);
}

/** A place for a reader. */
export function shown(place: string): string {
  return place === '' ? 'the body' : place;
}
