/**
 * Where the idempotency key travels: what each place can hold, how it is sent and read, and how it is called.
 * A new place is a row in `PLACES`; nothing else asks where a key is.
 */
import type { KeyRule } from './contract.js';
import { isObject, type Json, type JsonObject, withSent } from './json.js';
import { formatPointer } from './pointer.js';

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
}

const PLACES: Record<KeyRule['in'], Place> = {
  body: {
    words: 'the body member',
    json: true,
    longest: Number.POSITIVE_INFINITY,
    blank: ['', ' ', '\t', '   ', '\u00a0'],
  },
  header: { words: 'the header', json: false, longest: 4096, blank: ['', ' ', '   '] },
};

/** Whether a request can say that its key is null. */
export function isNullable({ in: place }: KeyRule): boolean {
  return PLACES[place].json;
}

/** Whether a key that is not a string can be sent. */
export function takesAnyJson({ in: place }: KeyRule): boolean {
  return PLACES[place].json;
}

/** Keys of nothing but white space, as far as they arrive: around the value of a header it is dropped (RFC 9110, section 5.5). */
export function blanksOf(rule: KeyRule): readonly string[] {
  const { blank } = PLACES[rule.in];
  return rule.in === 'body' || isQuoted(rule) ? blank : blank.slice(0, 1);
}

/** Whether a key is the same as none: a header without a value. */
export function isMissing({ in: place }: KeyRule, key: string): boolean {
  return place === 'header' && key === '';
}

/** Whether the place can hold a key, so that it arrives as it was sent. */
export function carries(rule: KeyRule, text: string): boolean {
  if (text.length > PLACES[rule.in].longest) return false;
  if (rule.in === 'body') return true;
  // HTTP trims white space around a header's value; only printable ASCII is safe in it (RFC 9110, section 5.5).
  return /^[\x20-\x7e]+$/.test(text) && text.trim() !== '' && (isQuoted(rule) || text.trim() === text);
}

/** The longest key that it makes sense to try, in characters. */
export function longestToTry({ in: place, maxLength }: KeyRule): number {
  return maxLength ?? Math.min(PLACES[place].longest, 65_536);
}

/** Whether nothing in a key may be taken for the place's own syntax, by servers that are less than exact. */
export function carriesPlainly(rule: KeyRule, text: string): boolean {
  // A comma separates values, a semicolon parameters, and a backslash escapes (RFC 9651).
  return rule.in === 'body' || /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(text);
}

/** 'the header Idempotency-Key'. */
export function placeOf(rule: KeyRule): string {
  return `${PLACES[rule.in].words} ${rule.name}`;
}

/** The member of the request body that holds the key; `null` where it travels elsewhere. */
export function keyMember(rule: Pick<KeyRule, 'in' | 'name'>): string | null {
  return rule.in === 'body' ? rule.name : null;
}

/** Whether a pointer into the request body is the key's. */
export function isKeyAt(rule: KeyRule, pointer: string): boolean {
  const member = keyMember(rule);
  return member !== null && pointer === formatPointer([member]);
}

/** The headers that carry a key: none where it travels elsewhere. */
export function keyHeaders(rule: KeyRule, key: Json | undefined): [string, string][] {
  if (rule.in !== 'header' || typeof key !== 'string') return [];
  // Who lost the key sends a header without a value, and no string without characters.
  return [[rule.name, isQuoted(rule) && !isMissing(rule, key) ? quoted(key) : key]];
}

/** The key of a request; `malformed` where there is one that is not written as the contract says. */
export function keyIn(
  rule: KeyRule,
  headers: readonly (readonly [string, string])[],
  body: Json | undefined,
): { key: Json | undefined; malformed: boolean } {
  const member = keyMember(rule);
  if (member !== null) {
    const key = isObject(body) && Object.hasOwn(body, member) ? body[member] : undefined;
    return { key, malformed: false };
  }
  const wanted = rule.name.toLowerCase();
  const values = headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value.trim());
  const text = values.join(', ');
  if (text === '') return { key: undefined, malformed: false };
  const key = isQuoted(rule) ? unquoted(text, rule) : text;
  return { key, malformed: key === undefined };
}

/** A body without the key. */
export function withoutKey(rule: KeyRule, body: Json): Json {
  const member = keyMember(rule);
  if (member === null || !isObject(body)) return body;
  const { [member]: _key, ...rest } = body;
  return withSent(rest, body);
}

/** A request schema without the key: it neither has nor requires one. */
export function schemaWithoutKey(rule: KeyRule, schema: JsonObject): JsonObject {
  const member = keyMember(rule);
  if (member === null) return schema;
  const copy = { ...schema };
  if (Array.isArray(copy.required)) copy.required = copy.required.filter((name) => name !== member);
  if (isObject(copy.properties)) {
    const { [member]: _key, ...rest } = copy.properties;
    copy.properties = rest;
  }
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const branches = copy[word];
    if (Array.isArray(branches))
      copy[word] = branches.map((one) => (isObject(one) ? schemaWithoutKey(rule, one) : one));
  }
  return copy;
}

/** What is wrong with a key's name in its place; `null` where nothing is. */
export function nameProblem({ in: place, name }: Pick<KeyRule, 'in' | 'name'>): string | null {
  // RFC 9110, section 5.6.2: a token.
  if (place === 'header' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return 'a header cannot have that name';
  return null;
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
