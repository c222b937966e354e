/** Faults of key handling: different keys taken for the same. */
import type { Fault } from './fault.js';
import { blurred, equalityFaults, likened, pair } from './key-equality.js';
import { unusualKeyFaults } from './unusual-keys.js';
import { contractHas } from './where.js';

/** Columns of 36, 64, 128 and 255 or 256 characters, buffers one shorter, and lengths that nothing suggests. */
const lengths = [35, 36, 63, 64, 127, 128, 254, 255, 256, 777, 1000, 4095];

export const keyFaults: Fault[] = [
  {
    name: 'keyless-accepted',
    sentence: 'A request without a key is carried out, although a key is required.',
    kind: 'fault',
    breaks: ['KEY-7'],
    applies: contractHas(({ key }) => key.required),
    deviation: () => ({ requiresKey: false }),
  },
  blurred('keys-in-lower-case', 'Keys are compared without regard to letter case.', (key) => key.toLowerCase(), [
    pair('K', 'k'),
  ]),
  blurred(
    'keys-first-letter-in-lower-case',
    'The case of the first letter of a key does not count.',
    (key) => key.replace(/^./u, (letter) => letter.toLowerCase()),
    [[`K${'k'.repeat(30)}`, 'k'.repeat(31)]],
  ),
  blurred('keys-trimmed', 'White space around a key is dropped.', (key) => key.trim(), [pair(' ', '')]),
  blurred('keys-trimmed-in-front', 'White space in front of a key is dropped.', (key) => key.trimStart(), [
    [` ${'k'.repeat(30)}`, 'k'.repeat(30)],
  ]),
  blurred(
    'keys-trimmed-of-spaces-behind',
    'Spaces at the end of a key are dropped, as padded columns do.',
    (key) => key.replace(/ +$/, ''),
    [pair(' ', '')],
  ),
  blurred('keys-trimmed-of-tabs-behind', 'Tabs at the end of a key are dropped.', (key) => key.replace(/\t+$/, ''), [
    pair('\t', ''),
  ]),
  ...lengths.map((length) =>
    blurred(`keys-cut-at-${length}`, `Keys are cut after ${length} characters.`, (key) => key.slice(0, length), [
      [`${'k'.repeat(length)}a`, `${'k'.repeat(length)}b`],
    ]),
  ),
  blurred('keys-cut-at-nul', 'A key ends where a NUL stands in it.', (key) => key.replace(/\0.*/s, ''), [
    pair('\0a', '\0b'),
  ]),
  blurred('keys-in-normal-form', 'Keys are put in Unicode normal form.', (key) => key.normalize('NFC'), [
    pair('\u00e9', 'e\u0301'),
  ]),
  blurred(
    'keys-in-ascii',
    'Characters outside ASCII are dropped from keys.',
    (key) => key.replace(/[^\0-\x7f]/gu, ''),
    [pair('\u00e9', '')],
  ),
  blurred(
    'keys-without-punctuation',
    'Punctuation in keys does not count.',
    (key) => key.replace(/[\p{P}\p{S}]/gu, ''),
    [pair('.k', 'k')],
  ),
  blurred('keys-with-underscores', 'Punctuation in keys becomes underscores.', (key) => key.replace(/\p{P}/gu, '_'), [
    pair(':k', '_k'),
  ]),
  blurred(
    'keys-without-full-stop-behind',
    'A full stop at the end of a key is dropped.',
    (key) => key.replace(/\.$/, ''),
    [pair('.', '')],
  ),
  blurred(
    'keys-percent-decoded',
    'Percent-encoding in keys is undone.',
    (key) => key.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
    [pair('%3A', ':')],
  ),
  blurred('keys-unquoted', 'Quotes around a key are dropped.', (key) => key.replace(/^"(.*)"$/s, '$1'), [
    ['"k0k0k0k0k0k0k0k0k0k0"', 'k0k0k0k0k0k0k0k0k0k0'],
  ]),
  likened(
    'keys-by-their-beginning',
    'A key that begins with a known key is taken for it.',
    (key, known) => key.startsWith(known),
    [pair('x', '')],
  ),
  likened(
    'keys-by-the-known-beginning',
    'A key with which a known key begins is taken for that.',
    (key, known) => known.startsWith(key),
    [pair('x', '')],
  ),
  {
    ...blurred(
      'keys-in-a-decoded-query',
      'A query string is decoded before it is taken apart, so that a key ends at its first ampersand.',
      (key) => key.replace(/&.*/s, ''),
      [pair('&a', '&b')],
    ),
    applies: contractHas(({ key }) => key.in === 'query'),
  },
  ...equalityFaults,
  ...unusualKeyFaults,
];
