/** JSON values: their types, one text for equal values, and reading without throwing. */

import { isNestedDeeper } from './nesting.js';

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** A JSON object; the order of its members is the order they are sent in. */
export type JsonObject = { [member: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with sorted members, so that equal values are equal strings; numbers as exactly as they were sent. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((_, n) => canonicalAt(value, String(n))).join(',')}]`;
  if (isObject(value)) {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalAt(value, name)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

function canonicalAt(parent: JsonObject | Json[], name: string): string {
  return sent.get(parent)?.get(name) ?? canonical((parent as JsonObject)[name] as Json);
}

/** Numbers that a double rounds, with all their digits: by what they stand in, and their name there. */
const sent = new WeakMap<object, Map<string, string>>();

/** A member or element; a number that a double rounds is the string of its digits. Expects that it exists. */
export function memberOf(parent: JsonObject | Json[], name: string): Json {
  return sent.get(parent)?.get(name) ?? ((parent as JsonObject)[name] as Json);
}

/** Members or elements with their names, numbers as `memberOf` gives them; none of what is neither object nor array. */
export function membersOf(value: Json | undefined): [string, Json][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).map((name) => [name, memberOf(value, name)]);
}

/** A number in a value that was read by `parseJson` which a double rounds; `null` where there is none. */
export function roundedIn(value: Json): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const [own] = sent.get(value)?.values() ?? [];
  if (own !== undefined) return own;
  for (const inner of Object.values(value)) {
    const found = roundedIn(inner);
    if (found !== null) return found;
  }
  return null;
}

/** `copy`, whose members come from `original` under the same names, with the numbers as they were sent. */
export function withSent<Copy extends JsonObject | Json[]>(copy: Copy, original: Json): Copy {
  const digits = typeof original === 'object' && original !== null ? sent.get(original) : undefined;
  if (digits !== undefined) sent.set(copy, digits);
  return copy;
}

/** Nesting of what is read as JSON: what looks at it is recursive. Deeper texts stay texts. */
export const MOST_NESTED_ANSWER = 1_000;

/** What a message adds about a text that is not read as JSON although it may be. */
export function unreadWords(text: string): string {
  return isNestedDeeper(text, MOST_NESTED_ANSWER)
    ? ` (nested deeper than ${MOST_NESTED_ANSWER.toLocaleString('en')}, so it is not read as JSON)`
    : '';
}

/**
 * `undefined` where the text is not JSON, or nested too deep. Numbers that a double does not hold are rounded in the
 * value; `memberOf` knows them exactly. A byte order mark is passed over.
 */
export function parseJson(text: string): Json | undefined {
  if (isNestedDeeper(text, MOST_NESTED_ANSWER)) return undefined;
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    return undefined;
  }
  if (!MAY_BE_ROUNDED.test(source)) return value;
  const quoted = withQuotedNumbers(source);
  if (quoted === source) return value;
  const exact = JSON.parse(quoted) as Json;
  rememberNumbers(value, exact);
  return typeof value === 'number' ? exact : value;
}

/** A double holds what has at most 15 digits, and an exponent of at most two. */
const MAY_BE_ROUNDED = /\d[\d.]{15}|(?:^|[\s:,[])-?\d[\d.]*[eE][+-]?\d{3}/;

/** The JSON with every number that a double rounds as a string, in one spelling for equal numbers. */
function withQuotedNumbers(text: string): string {
  let inString = false;
  return text.replace(/\\[\s\S]|"|-?\d[\d.eE+-]*/g, (token) => {
    if (token === '"') inString = !inString;
    if (inString || !/^-?\d/.test(token)) return token;
    const rounded = String(Number(token));
    if (rounded === token || (token.length < 16 && !/[eE]/.test(token))) return token;
    const exact = decimal(token);
    return exact === decimal(rounded) ? token : `"${exact}"`;
  });
}

/** Zeros that are written out at most, at either end of a number. */
const MOST_ZEROS = 40;

/** A number in one spelling: in full where it is not too long, otherwise as its digits and the power of ten they stand at. */
function decimal(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,15}))?$/.exec(token) ?? [];
  // Of an exponent of a million digits, equal spellings alone are equal.
  if (whole === '') return token;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = trimmedZeros(digits);
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  if (power >= 0 && power <= MOST_ZEROS) return sign + significant + '0'.repeat(power);
  if (power > 0 || power < -MOST_ZEROS - significant.length) return `${sign}${significant}e${power}`;
  const padded = significant.padStart(1 - power, '0');
  return `${sign}${padded.slice(0, power)}.${padded.slice(power)}`;
}

/** A regular expression would try again at each zero. */
function trimmedZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/** Remembers what is a number in `value` and a string in `exact`, which are the same but for that. */
function rememberNumbers(value: Json, exact: Json): void {
  const open: [Json, Json][] = [[value, exact]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [parent, same] = next;
    if (typeof parent !== 'object' || parent === null) continue;
    const digits = new Map<string, string>();
    for (const name of Object.keys(parent)) {
      const [inner, other] = [parent, same].map((one) => (one as JsonObject)[name] as Json) as [Json, Json];
      if (typeof inner === 'number' && typeof other === 'string') digits.set(name, other);
      else open.push([inner, other]);
    }
    if (digits.size > 0) sent.set(parent, digits);
  }
}
