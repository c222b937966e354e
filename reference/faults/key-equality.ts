/** Faults that take different keys for the same: what is compared is not the key, but what something makes of it. */
import { posix } from 'node:path';
import { carriesPlainly } from '../../contracts/key.js';
import type { LoadedContract } from '../../contracts/load.js';
import { canonical } from '../server/canonical.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { takesKeys } from './where.js';

/** Two keys of the usual lengths that a fault takes for the same. */
export type Pair = readonly [one: string, other: string];

/** What stands in front of examples, so that they are long enough everywhere. */
const LONG_ENOUGH = 'a0'.repeat(12);

export function pair(one: string, other: string): Pair {
  return [LONG_ENOUGH + one, LONG_ENOUGH + other];
}

const NUMBER = '123456789012345';

/** The part of a number's value that a 64-bit column keeps. */
function clamped(key: string): string {
  if (!/^[+-]?\d+$/.test(key)) return key;
  const value = BigInt(key);
  const most = 2n ** 63n - 1n;
  return String(value > most ? most : value);
}

/** Java's hash of a string. */
function polynomial(key: string, factor: number): string {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, factor) + key.charCodeAt(at)) | 0;
  return String(hash);
}

function checksum(key: string): string {
  let left = 0xffffffff;
  for (const byte of Buffer.from(key)) {
    left ^= byte;
    for (let bit = 0; bit < 8; bit += 1) left = left & 1 ? (left >>> 1) ^ 0xedb88320 : left >>> 1;
  }
  return String(left >>> 0);
}

const parsed = (key: string, digits: RegExp, base: number) =>
  key.replace(digits, (_, code: string) => String.fromCodePoint(Number.parseInt(code, base) || 0xfffd));

const uuidOf = (key: string) =>
  /^[{]?(urn:uuid:)?([0-9a-f]{4}-?){8}[}]?$/i.test(key) ? key.replace(/urn:uuid:|[^0-9a-f]/gi, '').toLowerCase() : key;

/** A LIKE pattern, or a glob, with what stands for one character and for any. */
function matches(pattern: string, text: string, one: string, any: string): boolean {
  const source = [...pattern].map((each) => {
    if (each === one) return '.';
    return each === any ? '.*' : each.replace(/[^\p{L}\p{N}]/u, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
  });
  return new RegExp(`^${source.join('')}$`, 'su').test(text);
}

export const equalityFaults: Fault[] = [
  blurred('keys-by-their-last-40', 'Only the last 40 characters of a key count.', (key) => key.slice(-40), [
    [`a${'k'.repeat(60)}`, `b${'k'.repeat(60)}`],
  ]),
  blurred(
    'keys-by-both-ends',
    'Only 30 characters at either end of a key count.',
    (key) => key.slice(0, 30) + key.slice(-30),
    [[`${'k'.repeat(40)}a${'k'.repeat(40)}`, `${'k'.repeat(40)}b${'k'.repeat(40)}`]],
  ),

  blurred(
    'keys-case-folded',
    'Keys are compared in upper case, as full case folding does.',
    (key) => key.toUpperCase(),
    [pair('ß', 'ss')],
  ),
  blurred(
    'keys-with-turkish-case',
    'Keys are in lower case by the rules of Turkish.',
    (key) => key.toLocaleLowerCase('tr'),
    [pair('I', 'ı')],
  ),
  blurred(
    'keys-without-accents',
    'Accents in keys do not count.',
    (key) => key.normalize('NFD').replace(/\p{M}/gu, ''),
    [pair('é', 'e')],
  ),
  blurred('keys-in-compatibility-form', 'Keys are put in compatibility normal form.', (key) => key.normalize('NFKC'), [
    pair('ﬁ', 'fi'),
  ]),
  blurred(
    'keys-in-half-width',
    'Full-width characters in keys are taken for those of ASCII.',
    (key) => key.replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)),
    [pair('ａ', 'a')],
  ),
  blurred(
    'keys-by-looks',
    'Cyrillic letters that look like Latin ones are taken for them.',
    (key) => key.replace(/[асеорхуі]/g, (letter) => 'aceopxyi'['асеорхуі'.indexOf(letter)] as string),
    [pair('а', 'a')],
  ),
  blurred(
    'keys-without-zero-width',
    'Zero-width spaces and joiners in keys do not count.',
    (key) => key.replace(/[\u200b-\u200d\ufeff]/g, ''),
    [pair('\u200bk', 'k')],
  ),
  blurred('keys-without-word-joiners', 'Word joiners in keys do not count.', (key) => key.replaceAll('\u2060', ''), [
    pair('\u2060k', 'k'),
  ]),
  blurred(
    'keys-without-format-characters',
    'Format characters in keys do not count.',
    (key) => key.replace(/\p{Cf}/gu, ''),
    [pair('\u00adk', 'k')],
  ),
  blurred(
    'keys-without-control-characters',
    'Control characters in keys do not count.',
    (key) => key.replace(/(?!\0)\p{Cc}/gu, ''),
    [pair('\x02k', 'k')],
  ),
  blurred(
    'keys-up-to-the-basic-plane',
    'A key ends at the first character beyond the basic plane.',
    (key) => key.replace(/[\u{10000}-\u{10ffff}].*/su, ''),
    [pair('🙂a', '🙂b')],
  ),
  blurred(
    'keys-with-emoji-alike',
    'All characters beyond the basic plane are the same.',
    (key) => key.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd'),
    [pair('🙂', '🙃')],
  ),

  blurred('keys-squished', 'Runs of white space in keys are one space.', (key) => key.replace(/\s+/g, ' '), [
    pair('a  b', 'a b'),
  ]),
  blurred('keys-without-white-space', 'White space in keys does not count.', (key) => key.replace(/\s+/g, ''), [
    pair('a b', 'ab'),
  ]),
  blurred('keys-up-to-a-line-end', 'A key ends at its first line end.', (key) => key.replace(/\n.*/s, ''), [
    pair('a\nb', 'a\nc'),
  ]),
  blurred('keys-up-to-a-question-mark', 'A key ends at its first question mark.', (key) => key.replace(/\?.*/s, ''), [
    pair('a?b', 'a?c'),
  ]),

  blurred(
    'keys-by-their-number',
    'Keys that are numbers are the same where the numbers are.',
    (key) => {
      const value = key.trim() === '' ? Number.NaN : Number(key);
      return Number.isNaN(value) ? key : String(value);
    },
    [[`${NUMBER}000`, `${NUMBER}e3`]],
  ),
  blurred(
    'keys-as-integers',
    'A key that begins with many digits is the integer that they are.',
    (key) => /^\d{15,}/.exec(key)?.[0].replace(/^0+/, '') ?? key,
    [[`${NUMBER}1a`, `${NUMBER}1b`]],
  ),
  blurred('keys-in-64-bits', 'A key that is an integer is kept in 64 bits.', clamped, [
    [`${NUMBER}999999`, `${NUMBER}999998`],
  ]),
  blurred(
    'keys-without-zeros-in-front',
    'Zeros in front of a key do not count.',
    (key) => key.replace(/^0+(?=.)/, ''),
    [[`0${NUMBER}`, NUMBER]],
  ),
  blurred(
    'keys-in-digits-of-any-script',
    'Digits of any script are the same.',
    (key) => key.replace(/[٠-٩０-９]/g, (digit) => String(digit.charCodeAt(0) & 15)),
    [pair('٣', '3')],
  ),

  blurred(
    'keys-form-decoded',
    'Keys are decoded as forms are.',
    (key) => parsed(key.replaceAll('+', ' '), /%([0-7][0-9a-f])/gi, 16),
    [pair('a+b', 'a b'), pair('a%62', 'ab')],
  ),
  blurred('keys-html-decoded', 'Character references in keys are undone.', (key) => parsed(key, /&#(\d{1,5});/g, 10), [
    pair('&#97;', 'a'),
  ]),
  blurred(
    'keys-unescaped',
    'Escapes with a backslash in keys are undone.',
    (key) => parsed(key, /\\u([0-9a-f]{4})/gi, 16),
    [pair('\\u0061', 'a')],
  ),
  blurred('keys-without-backslashes', 'Backslashes in keys do not count.', (key) => key.replaceAll('\\', ''), [
    pair("\\'", "'"),
  ]),
  blurred(
    'keys-as-base64',
    'A key that is base64 is the bytes that it stands for.',
    (key) => (/^[\w+/-]{16,}=*$/.test(key) ? Buffer.from(key, 'base64').toString('hex') : key),
    [pair('QQ', 'QQ==')],
  ),
  blurred(
    'keys-as-hex',
    'A key of hexadecimal digits ends where they end.',
    (key) => (/^[0-9a-f]{24}/i.test(key) ? Buffer.from(key, 'hex').toString('hex') : key),
    [pair('g', 'x')],
  ),
  blurred('keys-as-uuids', 'A key that is a UUID is the same however it is written.', uuidOf, [
    ['0B4e3c1a-9f60-4d2b-8a57-1c2d3e4f5a6b', '0b4e3c1a9f604d2b8a571c2d3e4f5a6b'],
  ]),
  blurred(
    'keys-in-latin-1',
    'Only the low byte of each character of a key is kept.',
    (key) => Buffer.from(key, 'latin1').toString('hex'),
    [pair('Ł', 'A')],
  ),
  blurred(
    'keys-with-question-marks',
    'What is not in ASCII becomes a question mark.',
    (key) => key.replace(/[^\0-\x7f]/gu, '?'),
    [pair('中', '文')],
  ),
  blurred('keys-as-paths', 'Keys are paths, and put in their shortest form.', (key) => posix.normalize(key), [
    pair('/a//b', '/a/b'),
  ]),
  blurred(
    'keys-as-names-of-files',
    'Dots and spaces at the end of a key do not count, and what files cannot have is one character.',
    (key) => key.replace(/[. ]+$/, '').replace(/[<>"/\\|?*]/g, '_'),
    [pair('.', '')],
  ),
  blurred(
    'keys-by-a-hash-of-31',
    'Keys are the same where a hash with the factor 31 is.',
    (key) => polynomial(key, 31),
    [pair('Aa', 'BB')],
  ),
  blurred('keys-by-a-checksum', 'Keys are the same where their CRC-32 is.', checksum, [
    ['plumless0plumless0plumless', 'buckeroo0buckeroo0buckeroo'],
    pair('000000000000', ''),
  ]),
  blurred(
    'keys-in-any-order',
    'The order of the characters of a key does not count.',
    (key) => [...key].sort().join(''),
    [pair('ab', 'ba')],
  ),

  likened(
    'keys-as-like-patterns',
    'Keys are looked up as LIKE patterns.',
    (key, known) => matches(key, known, '_', '%'),
    [pair('b', '_')],
  ),
  likened('keys-as-globs', 'Keys are looked up as globs.', (key, known) => matches(key, known, '?', '*'), [
    pair('b', '?'),
  ]),
];

/** Whether a contract takes both keys of one of the pairs, and nothing in them is its own syntax. */
function takesOneOf(pairs: readonly Pair[]) {
  return (loaded: LoadedContract): boolean =>
    pairs.some((one) => takesKeys(...one)(loaded) && one.every((key) => carriesPlainly(loaded.contract.key, key)));
}

/** The key is not part of what is compared, so that keys taken for the same replay each other's resources. */
function bodyAlone({ key }: World) {
  return { fingerprintOf: ({ value }: { value: Parameters<typeof key.without>[0] }) => canonical(key.without(value)) };
}

/** Takes keys for the same of which `blur` makes the same; of each pair it does. */
export function blurred(name: string, sentence: string, blur: (key: string) => string, pairs: readonly Pair[]): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['KEY-2'],
    // What has nothing to tell it from another, such as a number that is zero, is met in other plans as well.
    follows: ['CREATE-3', 'KEY-3', 'KEY-5'],
    applies: takesOneOf(pairs),
    deviation: (correct, world) => ({
      ...bodyAlone(world),
      keyOf: (request) => {
        const key = correct.keyOf(request);
        return key === null ? null : blur(key);
      },
    }),
  };
}

/** Takes a key for a known one that is like it. */
export function likened(
  name: string,
  sentence: string,
  like: (key: string, known: string) => boolean,
  pairs: readonly Pair[],
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['KEY-2'],
    follows: ['CREATE-3', 'KEY-3', 'KEY-5'],
    applies: takesOneOf(pairs),
    deviation: (correct, world) => {
      const seen = new Map<string, Set<string>>();
      return {
        ...bodyAlone(world),
        find: (records, request, resources) => {
          const { scope, key } = request;
          const keys = seen.get(scope) ?? new Set();
          seen.set(scope, keys);
          const known = keys.has(key) ? undefined : [...keys].find((one) => one.trim() !== '' && like(key, one));
          if (known !== undefined && key.trim() !== '')
            return correct.find(records, { ...request, key: known }, resources);
          keys.add(key);
          return correct.find(records, request, resources);
        },
      };
    },
  };
}
