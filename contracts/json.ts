/** JSON values: their types, one text for equal values, and reading without throwing. */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** A JSON object; the order of its members is the order they are sent in. */
export type JsonObject = { [member: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with sorted members, so that equal values are equal strings; integers as they were sent. */
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

/** Integers that a double rounds, as they were sent: by what they stand in, and their name there. */
const sent = new WeakMap<object, Map<string, string>>();

/** A member or element; an integer that a double rounds is the string of its digits. Expects that it exists. */
export function memberOf(parent: JsonObject | Json[], name: string): Json {
  return sent.get(parent)?.get(name) ?? ((parent as JsonObject)[name] as Json);
}

/** Members or elements with their names, integers as `memberOf` gives them; none of what is neither object nor array. */
export function membersOf(value: Json | undefined): [string, Json][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).map((name) => [name, memberOf(value, name)]);
}

/** `copy`, whose members come from `original` under the same names, with the integers as they were sent. */
export function withSent<Copy extends JsonObject | Json[]>(copy: Copy, original: Json): Copy {
  const digits = typeof original === 'object' && original !== null ? sent.get(original) : undefined;
  if (digits !== undefined) sent.set(copy, digits);
  return copy;
}

/** `undefined` where the text is not JSON. Integers beyond 2^53 are rounded in the value; `memberOf` knows them exactly. */
export function parseJson(text: string): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!/\d{16}/.test(text)) return value;
  const quoted = withQuotedIntegers(text);
  if (quoted === text) return value;
  const exact = JSON.parse(quoted) as Json;
  rememberIntegers(value, exact);
  return typeof value === 'number' ? exact : value;
}

/** The JSON with every integer that a double rounds as a string. */
function withQuotedIntegers(text: string): string {
  let inString = false;
  return text.replace(/\\[\s\S]|"|-?\d[\d.eE+-]*/g, (token) => {
    if (token === '"') inString = !inString;
    const isRounded = !inString && /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
    return isRounded ? `"${token}"` : token;
  });
}

/** Remembers what is a number in `value` and a string in `exact`, which are the same but for that. */
function rememberIntegers(value: Json, exact: Json): void {
  // Not recursive: an answer may be nested deeper than the stack.
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
