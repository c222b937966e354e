/**
 * Forms: `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#application/x-www-form-urlencoded), with the
 * members of objects as `a[b]`. Every value in a form is a string: a request schema says which of them are numbers,
 * booleans and arrays. A form has no null, no empty object and no empty array: those are left out.
 */
import type { Contract } from './contract.js';
import { isObject, type Json, type JsonObject } from './json.js';
import { at, formatPointer } from './pointer.js';
import { branches, childSchemas } from './schemas.js';
import { TOKEN } from './tokens.js';

type Arrays = Contract['create']['arrays'];

/** Pairs of a name and a value as they are sent, for members in their order. */
export function formText(members: readonly (readonly [string, Json])[], arrays: Arrays): string {
  return members.flatMap(([name, value]) => pairs(component(name), value, arrays)).join('&');
}

function pairs(name: string, value: Json, arrays: Arrays): string[] {
  if (value === null) return [];
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null);
    const isPlain = items.every((item) => typeof item !== 'object');
    const under = (n: number) => (!isPlain || arrays === 'index' ? `[${n}]` : arrays === 'brackets' ? '[]' : '');
    return items.flatMap((item, n) => pairs(name + under(n), item, arrays));
  }
  if (typeof value !== 'object') return [`${name}=${component(String(value))}`];
  return Object.entries(value).flatMap(([inner, one]) => pairs(`${name}[${component(inner)}]`, one, arrays));
}

/** A name or a value of a template: tokens stay as they are. */
function component(text: string): string {
  let [written, done] = ['', 0];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    written += formComponent(text.slice(done, index)) + token;
    done = index + token.length;
  }
  return written + formComponent(text.slice(done));
}

/** A name or a value as a form has it. Half a character cannot be sent as UTF-8. */
export function formComponent(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
    .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** A name or a value that a form has; `undefined` where it is not percent-encoded UTF-8. */
function meant(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** What a form says, by what the schema says of each place; `undefined` where it cannot be read. */
export function formValue(text: string, schema: JsonObject = {}): JsonObject | undefined {
  const root: Node = { values: [], inner: new Map() };
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const [name, value] = [pair.slice(0, end), pair.slice(end + 1)].map(meant);
    if (name === undefined || value === undefined) return undefined;
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

/** The text of a form without the members at some pointers. */
export function formWithout(text: string, pointers: string[]): string {
  const isLeftOut = (pair: string) => {
    const name = meant(pair.split('=', 1)[0] as string);
    return name !== undefined && pointers.includes(formatPointer(pathOf(name)));
  };
  return text
    .split('&')
    .filter((pair) => !isLeftOut(pair))
    .join('&');
}

/** `a[b][]` leads to a, b and ''; a name of another form is one name. */
function pathOf(name: string): string[] {
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

/** A value as a form says it: without null, and without objects and arrays that hold nothing. */
export function asForm(value: JsonObject): JsonObject {
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

/** Other texts of the same form, by what is spelled otherwise in them; tokens keep their letters. */
export function formSpellings(plain: string): { name: string; text: string }[] {
  const small = plain.replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase());
  return [
    { name: 'spaces as %20', text: plain.replaceAll('+', '%20') },
    { name: 'percent-encoding in small letters', text: small },
    { name: 'a letter percent-encoded', text: encodeLetter(plain) },
    { name: 'brackets percent-encoded', text: plain.replaceAll('[', '%5B').replaceAll(']', '%5D') },
    { name: 'a separator at the end', text: `${plain}&` },
  ];
}

/** The last small letter of a value: escapes have capitals. */
function encodeLetter(plain: string): string {
  const inValues = [...plain.matchAll(/(?<==[^&]*)[a-z]/g)].map(({ index }) => index);
  const place = inValues.findLast((n) => plain.lastIndexOf('\uE000', n) <= plain.lastIndexOf('\uE001', n));
  if (place === undefined) return plain;
  return `${plain.slice(0, place)}%${plain.charCodeAt(place).toString(16)}${plain.slice(place + 1)}`;
}
