/**
 * Where the idempotency key travels: what each place can hold, how it is sent and read, and how it is called.
 * A new place is a row in `PLACES`; nothing else asks where a key is.
 */
import type { KeyRule } from './contract.js';
import { isObject, type Json, type JsonObject, withSent } from './json.js';
import { namesIn, segmentOf } from './paths.js';
import { at, formatPointer, parsePointer } from './pointer.js';
import { headerNameProblem, LONGEST_KEY } from './sendable.js';

/** What is true of a place whatever the contract says. */
interface Place {
  /** 'the header', before the key's name. */
  words: string;
  /** A key there is a JSON value: it can be null, blank, or not a string. */
  json: boolean;
  /** The longest key that is sent there, in characters; servers refuse whole requests beyond it. */
  longest: number;
  /** Keys of nothing but white space that it can hold. */
  blank: readonly string[];
  /** Keys that arrive as they were sent, apart from their length. */
  carries: RegExp;
  /** Keys of which nothing may be taken for the place's own syntax, by servers that are less than exact. */
  plain: RegExp;
}

const PLACES: Record<KeyRule['in'], Place> = {
  body: {
    words: 'the body member',
    json: true,
    longest: Number.POSITIVE_INFINITY,
    blank: ['', ' ', '\t', '   ', '\u00a0'],
    carries: /^/,
    plain: /^/,
  },
  header: {
    words: 'the header',
    json: false,
    longest: 4096,
    blank: ['', ' ', '   '],
    // HTTP trims white space around a header's value; only printable ASCII is safe in it (RFC 9110, section 5.5).
    carries: /^(?=.*[^ ])[\x20-\x7e]+$/,
    // A comma separates values, a semicolon parameters, and a backslash escapes (RFC 9651).
    plain: /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/,
  },
  query: {
    words: 'the query parameter',
    json: false,
    longest: 2048,
    blank: ['', ' ', '\t', '   ', '\u00a0'],
    // Percent-encoded UTF-8 (RFC 3986, section 2.1), which half a character has none of.
    carries: /^\P{Cs}*$/u,
    plain: /^[^\p{Cs}\p{Cc}]+$/u,
  },
  path: {
    words: 'the path',
    json: false,
    longest: 2048,
    blank: [' ', '   '],
    // Dot segments are taken out, also where their dots are encoded, and an empty segment leads elsewhere.
    carries: /^(?!\.{1,2}$)\P{Cs}+$/u,
    // Encoded slashes and backslashes separate segments at some servers, and a semicolon begins parameters.
    plain: /^(?!\.{1,2}$)[^\p{Cs}\p{Cc}/\\;]+$/u,
  },
};

/** Whether a request can say that its key is null. */
export function isNullable(rule: KeyRule): boolean {
  return takesAnyJson(rule);
}

/** What holds a key, in one word: header, query, path, body or form. */
export function holderOf({ in: place, inForm }: KeyRule): string {
  return inForm === true ? 'form' : place;
}

/** Whether a key that is not a string can be sent. */
export function takesAnyJson({ in: place, inForm }: KeyRule): boolean {
  return PLACES[place].json && inForm !== true;
}

/** Whether a request can leave its key out: a path without it is another one. */
export function isSeparable({ in: place }: KeyRule): boolean {
  return place !== 'path';
}

/** Whether the key travels in a header. */
export function isInHeader({ in: place }: Pick<KeyRule, 'in'>): boolean {
  return place === 'header';
}

/** Keys of nothing but white space, as far as they arrive: around the value of a header it is dropped (RFC 9110, section 5.5). */
export function blanksOf(rule: KeyRule): readonly string[] {
  const { blank } = PLACES[rule.in];
  return rule.in === 'header' && !isQuoted(rule) ? blank.slice(0, 1) : blank;
}

/** Whether a key is the same as none: a header without a value. */
export function isMissing({ in: place }: KeyRule, key: string): boolean {
  return place === 'header' && key === '';
}

/** Whether the place can hold a key, so that it arrives as it was sent. */
export function carries(rule: KeyRule, text: string): boolean {
  const { longest, carries: carried } = PLACES[rule.in];
  if (!carried.test(text) || text.length > longest) return false;
  if (isInAddress(rule)) return segmentOf(text).length <= longest;
  // Half a character is not UTF-8.
  if (rule.in === 'body') return rule.inForm !== true || Buffer.from(text).toString() === text;
  return isQuoted(rule) || text.trim() === text;
}

/** The longest key that it makes sense to try, in characters. */
export function longestToTry({ in: place, maxLength }: KeyRule): number {
  return maxLength ?? Math.min(PLACES[place].longest, LONGEST_KEY[place]);
}

/** Whether nothing in a key may be taken for the place's own syntax, by servers that are less than exact. */
export function carriesPlainly(rule: KeyRule, text: string): boolean {
  return PLACES[rule.in].plain.test(text);
}

/** 'the header Idempotency-Key'. */
export function placeOf(rule: Pick<KeyRule, 'in' | 'name'>): string {
  const { words } = PLACES[rule.in];
  return rule.in === 'path' ? words : `${words} ${rule.name}`;
}

/** The names on the way to the key in the request body; `null` where it travels elsewhere. */
export function keyPath({ in: place, name }: Pick<KeyRule, 'in' | 'name'>): readonly string[] | null {
  if (place !== 'body') return null;
  return name.startsWith('/') ? parsePointer(name) : [name];
}

/** The member at the top of the request body that is the key or holds it; `null` where it travels elsewhere. */
export function keyMember(rule: Pick<KeyRule, 'in' | 'name'>): string | null {
  return keyPath(rule)?.[0] ?? null;
}

/** Whether a pointer into the request body is the key's; `-` stands for any element of an array. */
export function isKeyAt(rule: KeyRule, pointer: string): boolean {
  const path = keyPath(rule);
  if (path === null) return false;
  return [path, path.map((name) => (isIndex(name) ? '-' : name))].some((one) => pointer === formatPointer(one));
}

/** The headers that carry a key: none where it travels elsewhere. */
export function keyHeaders(rule: KeyRule, key: Json | undefined): [string, string][] {
  if (!isInHeader(rule) || typeof key !== 'string') return [];
  // Who lost the key sends a header without a value, and no string without characters.
  return [[rule.name, isQuoted(rule) && !isMissing(rule, key) ? quoted(key) : key]];
}

/** The query parameters that carry a key: none where it travels elsewhere. */
export function keyQuery(rule: KeyRule, key: Json | undefined): [string, string][] {
  return rule.in === 'query' && typeof key === 'string' ? [[rule.name, key]] : [];
}

/** What stands for `{key}` in a path that has it. */
export function keySegment(rule: KeyRule, key: Json | undefined): Record<string, string> {
  return rule.in === 'path' ? { key: typeof key === 'string' ? key : '' } : {};
}

/** Where a request may have its key. */
export interface Received {
  headers: readonly (readonly [string, string])[];
  /** What follows the question mark, as it was sent. */
  query: string;
  /** What stood for `{key}` in the path, decoded. */
  segment: string | undefined;
  body: Json | undefined;
}

/** The key of a request; `malformed` where there is one that is not written as the contract says. */
export function keyIn(
  rule: KeyRule,
  { headers, query, segment, body }: Received,
): { key: Json | undefined; malformed: boolean } {
  switch (rule.in) {
    case 'body':
      return { key: at(body, formatPointer(keyPath(rule) ?? [])), malformed: false };
    case 'query':
      return { key: new URLSearchParams(query).get(rule.name) ?? undefined, malformed: false };
    case 'path':
      return { key: segment, malformed: false };
  }
  const wanted = rule.name.toLowerCase();
  const values = headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value.trim());
  const text = values.join(', ');
  if (text === '') return { key: undefined, malformed: false };
  const key = isQuoted(rule) ? unquoted(text, rule) : text;
  return { key, malformed: key === undefined };
}

/** A body without the key. What holds the key stays. */
export function withoutKey(rule: KeyRule, body: Json): Json {
  const path = keyPath(rule);
  return path === null ? body : withKey(body, path, undefined);
}

/** A value with the key at its place, before other members; `undefined` takes it out. What holds it is made. */
export function withKey(value: Json | undefined, path: readonly string[], key: Json | undefined): Json {
  const [name = '', ...rest] = path;
  const inner = (of: Json | undefined) => withKey(of, rest, key);
  if (path.length === 0) return key ?? null;
  if (Array.isArray(value) || (value === undefined && isIndex(name))) {
    const list = value ?? [];
    if (key === undefined && list.length <= Number(name)) return list;
    return list.length <= Number(name)
      ? [...list, inner(undefined)]
      : withSent(list.with(Number(name), inner(list[Number(name)])), list);
  }
  // Where something else stands than what could hold a key, none is sent.
  if (value !== undefined && !isObject(value)) return value;
  const members = value ?? {};
  if (rest.length > 0) {
    if (key === undefined && !Object.hasOwn(members, name)) return members;
    return withSent({ ...members, [name]: inner(members[name]) }, members);
  }
  const { [name]: _key, ...others } = members;
  return key === undefined ? withSent(others, members) : { [name]: key, ...others };
}

/** A request schema without the key: it neither has nor requires one. What holds the key is required. */
export function schemaWithoutKey(rule: Pick<KeyRule, 'in' | 'name'>, schema: JsonObject): JsonObject {
  const path = keyPath(rule);
  return path === null ? schema : schemaWithout(schema, path, schema);
}

function schemaWithout(schema: JsonObject, path: readonly string[], root: JsonObject): JsonObject {
  const [name = '', ...rest] = path;
  const { $ref, ...own } = schema;
  const found = typeof $ref === 'string' && $ref.startsWith('#') ? at(root, $ref.slice(1)) : undefined;
  const copy: JsonObject = isObject(found) ? { ...found, ...own } : { ...schema };
  const holder = isIndex(name) && isObject(copy.items) ? 'array' : 'object';
  if (schema !== root && Array.isArray(copy.type) && copy.type.includes(holder)) copy.type = holder;
  if (holder === 'array') {
    copy.items = schemaWithout(copy.items as JsonObject, rest, root);
    copy.minItems = Math.max(Number(copy.minItems ?? 0), Number(name) + 1);
  }
  const required = Array.isArray(copy.required) ? copy.required.filter((one) => one !== name) : [];
  const { [name]: inner, ...others } = isObject(copy.properties) ? copy.properties : ({} as JsonObject);
  if (isObject(copy.properties)) copy.properties = others;
  if (rest.length > 0 && isObject(inner)) {
    copy.properties = { [name]: schemaWithout(inner, rest, root), ...others };
    required.push(name);
  }
  if (copy.required !== undefined || required.length > 0) copy.required = required;
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const branches = copy[word];
    if (Array.isArray(branches))
      copy[word] = branches.map((one) => (isObject(one) ? schemaWithout(one, path, root) : one));
  }
  return copy;
}

/** What is wrong with a key's name in its place; `null` where nothing is. */
export function nameProblem({ in: place, name }: Pick<KeyRule, 'in' | 'name'>): string | null {
  if (place === 'header') return headerNameProblem(name);
  if (place !== 'body' || !name.includes('/')) return null;
  if (!name.startsWith('/')) return 'a key inside another member is named by a JSON Pointer, which begins with /';
  if (!/^(\/([^~/]|~[01])+)+$/.test(name)) return 'that is not a JSON Pointer to a member';
  return isIndex(parsePointer(name).at(-1) as string) ? 'that names an element of an array, not a member' : null;
}

/** What is wrong with the path of the write, for a key that stands in it; `null` where nothing is. */
export function keySegmentProblem({ in: place }: Pick<KeyRule, 'in'>, path: string): string | null {
  if (place !== 'path') return null;
  const [before = '', query = ''] = path.split('?');
  if (namesIn(query).includes('key')) return 'has {key} in its query; write `key: { in: query, name: … }` instead';
  if (namesIn(before).filter((name) => name === 'key').length === 1) return null;
  return 'must have {key} once, where the key stands: /payments/{key}';
}

function isInAddress({ in: place }: KeyRule): boolean {
  return place === 'query' || place === 'path';
}

function isIndex(name: string): boolean {
  return /^(0|[1-9]\d*)$/.test(name);
}

function isQuoted({ quoting }: KeyRule): boolean {
  return quoting !== 'none';
}

/** RFC 8941, section 3.3.3: an sf-string. */
function unquoted(text: string, { quoting }: KeyRule): string | undefined {
  const inside = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(text)?.[1];
  if (inside !== undefined) return inside.replaceAll(/\\(["\\])/g, '$1');
  return quoting === 'either' && !text.startsWith('"') ? text : undefined;
}

function quoted(key: string): string {
  return `"${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
