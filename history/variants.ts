/** Near misses: keys that are nearly, and yet not, a given key. */

/** Characters of the shared beginning of two long keys, and what tells them apart. */
const PREFIXES = [35, 36, 63, 64, 127, 128, 254, 255, 256];

type Variant = (key: string) => string;

/** By the name that reports use. */
export const VARIANTS: Record<string, Variant> = {
  'in upper case': (key) => key.toUpperCase(),
  'in title case': (key) => key.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  'with a space before it': (key) => ` ${key}`,
  'with a space behind it': (key) => `${key} `,
  'with a tab behind it': (key) => `${key}\t`,
  'with a composed letter': (key) => `${key}é`,
  'with a decomposed letter': (key) => `${key}e\u0301`,
  'with one character more': (key) => `${key}x`,
  'with one character less': (key) => key.slice(0, -1),
  'with other punctuation': (key) => key.replace(/[-:.]/, '_'),
  'without punctuation': (key) => key.replace(/[-:.]/g, ''),
  'with a full stop behind it': (key) => `${key}.`,
  'with punctuation percent-encoded': (key) =>
    key.replace(/[-:.]/, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
  'in quotes': (key) => `"${key}"`,
  'with a NUL and more behind it': (key) => `${key}\0x`,
  ...Object.fromEntries(
    PREFIXES.flatMap((length): [string, Variant][] => [
      [`filled to ${length} characters, then a`, (key) => `${key.padEnd(length, '0').slice(0, length)}a`],
      [`filled to ${length} characters, then b`, (key) => `${key.padEnd(length, '0').slice(0, length)}b`],
    ]),
  ),
};

/** Variants that a header can carry: HTTP trims white space, quotes may be its syntax, and letters beyond ASCII are not safe. */
export function variantNames(place: 'body' | 'header', maxLength: number | null): string[] {
  return Object.entries(VARIANTS)
    .filter(([, make]) => {
      const example = make('a0'.repeat(16));
      return place === 'body' || (example.trim() === example && /^[\x21\x23-\x7e]+$/.test(example));
    })
    .filter(([, make]) => maxLength === null || make('a0'.repeat(16)).length <= maxLength)
    .map(([name]) => name);
}
