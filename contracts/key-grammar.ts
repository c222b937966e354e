/** Which strings are keys: format, pattern, prefix, alphabet and length, as far as a contract says them. */
import type { KeyRule } from './contract.js';

/** The members of a key rule that say which keys are legal. */
export type KeyGrammar = Pick<KeyRule, 'format' | 'pattern' | 'prefix' | 'alphabet' | 'minLength' | 'maxLength'>;

export type KeyFormat = NonNullable<KeyRule['format']>;

/** A UUID with one of these digits for its version. */
const uuid = (versions: string) =>
  new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-[${versions}][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, 'i');

const FORMATS: Record<KeyFormat, { is: RegExp; words: string }> = {
  // RFC 9562, section 4: versions 1 to 8 of its variant.
  uuid: { is: uuid('1-8'), words: 'a UUID' },
  uuidv4: { is: uuid('4'), words: 'a version 4 UUID' },
  uuidv7: { is: uuid('7'), words: 'a version 7 UUID' },
  // https://github.com/ulid/spec: Crockford's base 32, and no more than 48 bits of time.
  ulid: { is: /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, words: 'a ULID' },
};

/** Names of the formats, the widest first. */
export const keyFormats = Object.keys(FORMATS) as KeyFormat[];

/** 'a version 7 UUID'. */
export function formatWords(format: KeyFormat): string {
  return FORMATS[format].words;
}

/** What is wrong with a key, as the end of a sentence; `null` where it is legal. */
export function keyProblem(grammar: KeyGrammar, key: string): string | null {
  const { format, pattern, prefix, alphabet, minLength, maxLength } = grammar;
  const length = [...key].length;
  if (maxLength !== null && length > maxLength) return `must not have more than ${maxLength} characters`;
  if (minLength !== null && length < minLength) return `must not have fewer than ${minLength} characters`;
  if (prefix !== null && !key.startsWith(prefix)) return `must begin with ${prefix}`;
  const rest = key.slice(prefix?.length ?? 0);
  if (format !== null && !FORMATS[format].is.test(rest))
    return `must be ${FORMATS[format].words}${prefix === null ? '' : ` after ${prefix}`}`;
  if (alphabet !== null && ![...rest].every((one) => alphabet.includes(one)))
    return `must consist of the characters ${alphabet}`;
  return pattern === null || new RegExp(pattern, 'u').test(key) ? null : `must match ${pattern}`;
}

/** Whether any string of some length is a key. */
export function isFreeForm({ format, pattern, prefix, alphabet }: KeyGrammar): boolean {
  return (format ?? pattern ?? prefix ?? alphabet) === null;
}

/** 'is a version 7 UUID', 'begins with ord_, matches ^[a-z]+$'; empty where any string is a key. */
export function grammarWords({ format, pattern, prefix, alphabet }: KeyGrammar): string {
  return [
    format === null ? [] : `is ${FORMATS[format].words}`,
    prefix === null ? [] : `begins with ${prefix}`,
    alphabet === null ? [] : `consists of ${alphabet}`,
    pattern === null ? [] : `matches ${pattern}`,
  ]
    .flat()
    .join(', ');
}

/** What `--key-format` and a user's answer mean: a format by name, or a regular expression. `null`: neither. */
export function grammarOf(said: string): Partial<KeyGrammar> | null {
  const text = said.trim();
  if (keyFormats.some((one) => one === text)) return { format: text as KeyFormat };
  const pattern = /^\/(.+)\/$/.exec(text)?.[1];
  if (pattern === undefined) return null;
  try {
    new RegExp(pattern, 'u');
    return { pattern };
  } catch {
    return null;
  }
}
