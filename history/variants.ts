/** Near misses: keys that are nearly, and yet not, a given key. */
import type { KeyRule } from '../contracts/contract.js';
import { carriesPlainly } from '../contracts/key.js';

/** Characters of the shared beginning of two long keys, and what follows it. */
const PREFIXES = [35, 36, 63, 64, 127, 128, 254, 255, 256];

type Variant = (key: string) => string;

/** By the name that reports use. */
export const VARIANTS: Record<string, Variant> = {
  'in upper case': (key) => key.toUpperCase(),
  'in title case': (key) => key.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  'with a space before it': (key) => ` ${key}`,
  'with a space after it': (key) => `${key} `,
  'with a tab after it': (key) => `${key}\t`,
  'with a composed letter': (key) => `${key}é`,
  'with a decomposed letter': (key) => `${key}e\u0301`,
  'with an extra character': (key) => `${key}x`,
  'without the last character': (key) => key.slice(0, -1),
  'with other punctuation': (key) => key.replace(/[-:.]/, '_'),
  'without punctuation': (key) => key.replace(/[-:.]/g, ''),
  'with a full stop after it': (key) => `${key}.`,
  'with punctuation percent-encoded': (key) =>
    key.replace(/[-:.]/, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
  'in quotes': (key) => `"${key}"`,
  'with a NUL and more after it': (key) => `${key}\0x`,
  ...Object.fromEntries(
    PREFIXES.flatMap((length): [string, Variant][] => [
      [`filled to ${length} characters, then a`, (key) => `${key.padEnd(length, '0').slice(0, length)}a`],
      [`filled to ${length} characters, then b`, (key) => `${key.padEnd(length, '0').slice(0, length)}b`],
    ]),
  ),
};

/** The variants that a place can carry: in a header no white space, which HTTP trims, and no quotes, which may be syntax. */
export function variantNames(rule: KeyRule): string[] {
  return Object.entries(VARIANTS)
    .map(([name, make]) => ({ name, key: make('a0'.repeat(16)) }))
    .filter(({ key }) => carriesPlainly(rule, key) && key.length <= (rule.maxLength ?? Number.POSITIVE_INFINITY))
    .map(({ name }) => name);
}
