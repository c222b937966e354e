/** Faults of comparing: values that differ are taken for the same. */
import type { Json } from '../../contracts/contract.js';
import { blind } from './blind.js';
import { canonical, rebuilt, without, withTexts } from './canonical.js';

/** Members that hold one of a few words, by their names. */
const choices = new Set(['model_tier', 'category', 'type', 'role']);

const isAddress = (text: string) => text.startsWith('https://');

/** What lies around some number of kilobytes, as columns and buffers have it. */
const kilobytes = [16, 64].map((size) =>
  blind(
    `compares-first-${size}-kilobytes`,
    `Only the first ${size} kilobytes of a body are compared.`,
    ['CONFLICT-3'],
    ({ bytes }) => bytes.subarray(0, size * 1024).toString('latin1'),
  ),
);

export const valueFaults = [
  blind('ignores-numbers', 'Numbers are not compared.', ['CONFLICT-3'], ({ value }) =>
    canonical(value, (one) => (typeof one === 'number' ? 0 : one)),
  ),
  blind('ignores-booleans', 'Booleans are not compared.', ['CONFLICT-3'], ({ value }) =>
    canonical(value, (one) => (typeof one === 'boolean' ? true : one)),
  ),
  blind(
    'ignores-choices',
    'Members that hold one of a few words are not compared: the tier, the category, types and roles.',
    ['CONFLICT-3'],
    ({ value }) => withTexts(value, (text, path) => (choices.has(path.at(-1) ?? '') ? '' : text)),
  ),
  blind('compares-null-as-text', 'A null is the same as the text "null".', ['CONFLICT-3'], ({ value }) =>
    canonical(value, (one) => one ?? 'null'),
  ),
  blind('compares-addresses-by-host', 'Only the host of an address is compared.', ['CONFLICT-3'], ({ value }) =>
    withTexts(value, (text) => (isAddress(text) ? new URL(text).host : text)),
  ),
  blind('compares-addresses-without-query', 'The query of an address is not compared.', ['CONFLICT-3'], ({ value }) =>
    withTexts(value, (text) => (isAddress(text) ? text.replace(/\?.*/, '') : text)),
  ),

  blind(
    'compares-white-space-collapsed',
    'A run of white space is the same as one space.',
    ['CONFLICT-3'],
    ({ value }) => withTexts(value, (text) => text.replace(/\s+/g, ' ')),
  ),
  blind('compares-without-accents', 'A letter with an accent is the same as without it.', ['CONFLICT-3'], ({ value }) =>
    // Only letters that are one character with their accent: another normal form is another fault.
    withTexts(value, (text) => text.replace(/[à-ÿ]/gi, (letter) => letter.normalize('NFD').slice(0, 1))),
  ),
  blind(
    'compares-emoji-alike',
    'All characters beyond the Basic Multilingual Plane are the same, as some collations have it.',
    ['CONFLICT-3'],
    ({ value }) => withTexts(value, (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd')),
  ),
  blind('compares-without-punctuation', 'Punctuation does not count in texts.', ['CONFLICT-3'], ({ value }) =>
    withTexts(value, (text) => (isAddress(text) ? text : text.replace(/\p{P}/gu, ''))),
  ),
  blind(
    'compares-255-characters',
    'Of each text only the first 255 characters are compared.',
    ['CONFLICT-3'],
    ({ value }) => withTexts(value, (text) => text.slice(0, 255)),
  ),
  ...kilobytes,
  blind('compares-last-kilobyte', 'Only the last kilobyte of a body is compared.', ['CONFLICT-3'], ({ bytes }) =>
    bytes.subarray(-1024).toString('latin1'),
  ),
  blind(
    'compares-sum-of-bytes',
    'Bodies are compared by a checksum that adds their bytes.',
    ['CONFLICT-3', 'CONFLICT-4'],
    ({ bytes }) => String(bytes.reduce((sum, byte) => sum + byte, 0)),
  ),
  blind(
    'compares-two-levels',
    'Values deeper than in a member of a member are not compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    ({ value }) => canonical(rebuilt(without(value, 'idempotency_key'), (one, path) => shallow(one, path))),
  ),
];

function shallow(value: Json, path: string[]): Json {
  return path.length > 2 ? null : value;
}
