/**
 * Members as pairs of a name and a string, the way forms have them: members of objects as `a[b]`. A request schema says
 * which strings are numbers, booleans and arrays. Pairs have no null, no empty object and no empty array: those are left out.
 */
import type { Contract } from './contract.js';
import { isObject, type Json, type JsonObject } from './json.js';
import { at, formatPointer } from './pointer.js';
import { branches, childSchemas } from './schemas.js';

/** What stands for one plain value. */
export interface Pair {
  /** Names on the way; an element without an index has the name ''. */
  path: readonly string[];
  value: string;
  /** Pointer to what the schema says of it: `-` stands for any element of an array. */
  place: string;
}

/** Pairs in the order in which they are sent, for members in theirs. */
export function pairsOf(members: readonly (readonly [string, Json])[], arrays: Contract['create']['arrays']): Pair[] {
  const under = (path: string[], value: Json, place: string): Pair[] => {
    if (value === null) return [];
    if (Array.isArray(value)) {
      const items = value.filter((item) => item !== null);
      const isPlain = items.every((item) => typeof item !== 'object');
      const step = (n: number) => (!isPlain || arrays === 'index' ? [String(n)] : arrays === 'brackets' ? [''] : []);
      return items.flatMap((item, n) => under([...path, ...step(n)], item, `${place}/-`));
    }
    if (typeof value !== 'object') return [{ path, value: String(value), place }];
    return inside(path, Object.entries(value), place);
  };
  const inside = (path: string[], entries: readonly (readonly [string, Json])[], place: string) =>
    entries.flatMap(([name, value]) => under([...path, name], value, place + formatPointer([name])));
  return inside([], members, '');
}

/** What pairs say, by what the schema says of each place; `undefined` where they are nested too deep. */
export function valueOfPairs(
  pairs: Iterable<readonly [name: string, value: string]>,
  schema: JsonObject = {},
): JsonObject | undefined {
  const root: Node = { values: [], inner: new Map() };
  for (const [name, value] of pairs) {
    const path = pathOf(name);
    if (path.length > DEEPEST) return undefined;
    let node = root;
    for (const step of path) {
      const next: Node = node.inner.get(step) ?? { values: [], inner: new Map() };
      node.inner.set(step, next);
      node = next;
    }
    node.values.push(value);
  }
  return members(root, [schema], schema);
}

/** Names on the way to a value at most: what looks at values is recursive. */
const DEEPEST = 64;

/** What stands under one name: values, and names within it. An element without an index has the name ''. */
interface Node {
  values: string[];
  inner: Map<string, Node>;
}

/** `a[b][]` leads to a, b and ''; a name of another form is one name. */
export function pathOf(name: string): string[] {
  const [, first, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  if (first === undefined) return [name];
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, inner = '']) => inner)];
}

function valueAt(node: Node, given: JsonObject[], root: JsonObject): Json {
  const schemas = resolved(given, root);
  const items = (values: string[]) => values.map((one, n) => typed(one, resolved(children(schemas, String(n)), root)));
  const names = [...node.inner.keys()];
  if (names.length === 0) {
    const types = typesOf(schemas);
    const isList = node.values.length > 1 || (types.has('array') && !types.has('string'));
    return isList ? items(node.values) : typed(node.values[0] as string, schemas);
  }
  const unnumbered = node.inner.get('');
  if (names.length === 1 && unnumbered !== undefined && unnumbered.inner.size === 0 && node.values.length === 0)
    return items(unnumbered.values);
  const inOrder = names.map((_, n) => node.inner.get(String(n)));
  if (node.values.length === 0 && inOrder.every((one) => one !== undefined))
    return inOrder.map((one, n) => valueAt(one, children(schemas, String(n)), root));
  return members(node, schemas, root);
}

function members(node: Node, given: JsonObject[], root: JsonObject): JsonObject {
  const schemas = resolved(given, root);
  const entries = [...node.inner].map(([name, one]): [string, Json] => [
    name,
    valueAt(one, children(schemas, name), root),
  ]);
  // A name that has values and names within it has both.
  if (node.values.length > 0) entries.push(['', node.values]);
  return Object.fromEntries(entries);
}

/** A string is a number, a boolean or null only where the schema takes no string there. */
function typed(text: string, schemas: JsonObject[]): Json {
  const types = typesOf(schemas);
  if (types.size === 0 || types.has('string')) return text;
  if ((types.has('number') || types.has('integer')) && String(Number(text)) === text && Number.isFinite(Number(text)))
    return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function typesOf(schemas: JsonObject[]): Set<Json> {
  return new Set(
    schemas.flatMap((one) => [
      ...(one.type === undefined ? [] : [one.type].flat()),
      ...choicesOf(one).map((value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)),
    ]),
  );
}

/** The values of which a schema takes one. */
function choicesOf(schema: JsonObject): Json[] {
  return [...('const' in schema ? [schema.const as Json] : []), ...(Array.isArray(schema.enum) ? schema.enum : [])];
}

/** The schemas of a member, or of an element. */
function children(schemas: JsonObject[], name: string): JsonObject[] {
  const inChoices = schemas.flatMap(choicesOf).flatMap((value): JsonObject[] => {
    const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isHolder ? [{ const: (value as JsonObject)[name] as Json }] : [];
  });
  const known = childSchemas(schemas, name);
  const placed = schemas.flatMap(({ prefixItems }) =>
    Array.isArray(prefixItems) ? (prefixItems[Number(name)] ?? []) : [],
  );
  const others = known.length > 0 ? [] : schemas.map(({ additionalProperties }) => additionalProperties);
  return [...inChoices, ...known, ...[...placed, ...others].filter(isObject)];
}

/** Branches and what references lead to, a few steps far. */
function resolved(schemas: JsonObject[], root: JsonObject, steps = 8): JsonObject[] {
  const all = schemas.flatMap(branches);
  const referred = all.flatMap(({ $ref }) => {
    const found =
      typeof $ref === 'string' && $ref.startsWith('#') ? at(root, decodeURIComponent($ref.slice(1))) : undefined;
    return isObject(found) ? [found] : [];
  });
  return referred.length === 0 || steps === 0 ? all : [...all, ...resolved(referred, root, steps - 1)];
}

/** A value as pairs say it: without null, and without objects and arrays that hold nothing. */
export function asPairs(value: JsonObject): JsonObject {
  return (kept(value) ?? {}) as JsonObject;
}

function kept(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => kept(item) ?? []);
    return items.length === 0 ? undefined : items;
  }
  const own = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    const one = kept(inner);
    return one === undefined ? [] : [[name, one]];
  });
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/** Places of a request schema that are looked at: schemas may refer to themselves. */
const MOST_PLACES = 20_000;
const DEEPEST_FILE = 6;

/** Pointers to the strings that are the contents of files, by what a schema says, with their media types. */
export function filesIn(root: JsonObject): Record<string, string> {
  const files: Record<string, string> = {};
  let places = 0;
  const walk = (given: JsonObject[], place: string, deeper: number): void => {
    places += 1;
    if (places > MOST_PLACES || deeper === 0) return;
    const schemas = resolved(given, root);
    const type = fileType(schemas);
    if (type !== null) files[place] = type;
    const names = schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []));
    for (const name of new Set(names)) walk(children(schemas, name), place + formatPointer([name]), deeper - 1);
    const items = schemas.map((one) => one.items).filter(isObject);
    if (items.length > 0) walk(items, `${place}/-`, deeper - 1);
  };
  walk([root], '', DEEPEST_FILE);
  return files;
}

function fileType(schemas: JsonObject[]): string | null {
  const type = schemas.find((one) => typeof one.contentMediaType === 'string')?.contentMediaType;
  if (type !== undefined) return type as string;
  const isBinary = schemas.some(({ format, contentEncoding }) => [format, contentEncoding].includes('binary'));
  return isBinary ? 'application/octet-stream' : null;
}
