/** Forms: `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#application/x-www-form-urlencoded). */
import type { JsonObject } from './json.js';
import { type Pair, pathOf, valueOfPairs } from './pairs.js';
import { formatPointer } from './pointer.js';
import { TOKEN } from './tokens.js';

/** Pairs as they are sent. */
export function formText(pairs: readonly Pair[]): string {
  return pairs.map(({ path, value }) => `${nameOf(path)}=${component(value)}`).join('&');
}

function nameOf([first = '', ...inner]: readonly string[]): string {
  return component(first) + inner.map((name) => `[${component(name)}]`).join('');
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
export function formValue(text: string, schema?: JsonObject): JsonObject | undefined {
  const pairs = formPairs(text);
  return pairs && valueOfPairs(pairs, schema);
}

/** The pairs of a form; `undefined` where it cannot be read. */
export function formPairs(text: string): [name: string, value: string][] | undefined {
  const pairs: [string, string][] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const [name, value] = [pair.slice(0, end), pair.slice(end + 1)].map(meant);
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name, value]);
  }
  return pairs;
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
