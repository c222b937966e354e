/** Faults of comparing: values that differ are taken for the same. */
import type { Json } from '../../contracts/contract.js';
import { formatPointer } from '../../contracts/pointer.js';
import { canonical, rebuilt, withTexts } from '../server/canonical.js';
import { blind, not } from './blind.js';
import {
  isAddress,
  isBoolean,
  isChoice,
  isList,
  isNumber,
  isText,
  isTextBeyond,
  isTextOrNull,
  neighbours,
  requestPlaces,
  somewhere,
} from './places.js';
import { all, bodiesAreJson } from './where.js';

const looksLikeAddress = (text: string) => /^https?:\/\//.test(text) && URL.canParse(text);

/** What lies around some number of kilobytes, as columns and buffers have it. */
const kilobytes = [16, 64].map((size) =>
  blind(
    `compares-first-${size}-kilobytes`,
    `Only the first ${size} kilobytes of a body are compared.`,
    ['CONFLICT-3'],
    somewhere(isTextBeyond(size * 1024)),
    ({ bytes }) => bytes.subarray(0, size * 1024).toString('latin1'),
  ),
);

/** How many names deep values are compared. */
const DEPTH = 2;

export const valueFaults = [
  blind('ignores-numbers', 'Numbers are not compared.', ['CONFLICT-3'], somewhere(isNumber), ({ value }) =>
    canonical(value, (one) => (typeof one === 'number' ? 0 : one)),
  ),
  blind('ignores-booleans', 'Booleans are not compared.', ['CONFLICT-3'], somewhere(isBoolean), ({ value }) =>
    canonical(value, (one) => (typeof one === 'boolean' ? true : one)),
  ),
  blind(
    'ignores-choices',
    'Members that hold one of a few values are not compared.',
    ['CONFLICT-3'],
    somewhere(isChoice),
    ({ value }, world) => {
      const choices = requestPlaces(world).filter((place) => isChoice(place, world));
      const pointers = new Set(choices.map(({ pointer }) => pointer));
      return canonical(
        rebuilt(value, (one, path) => (typeof one !== 'object' && pointers.has(formatPointer(path)) ? '' : one)),
      );
    },
  ),
  blind(
    'compares-null-as-text',
    'A null is the same as the string "null".',
    ['CONFLICT-3'],
    all(bodiesAreJson, somewhere(isTextOrNull)),
    ({ value }) => canonical(value, (one) => one ?? 'null'),
  ),
  blind(
    'compares-addresses-by-host',
    'Only the host of an address is compared.',
    ['CONFLICT-3'],
    somewhere(isAddress),
    ({ value }) => withTexts(value, (text) => (looksLikeAddress(text) ? new URL(text).host : text)),
  ),
  blind(
    'compares-addresses-without-query',
    'The query of an address is not compared.',
    ['CONFLICT-3'],
    somewhere(isAddress),
    ({ value }) => withTexts(value, (text) => (looksLikeAddress(text) ? text.replace(/\?.*/, '') : text)),
  ),

  blind(
    'compares-white-space-collapsed',
    'A run of white space is the same as one space.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ value }) => withTexts(value, (text) => text.replace(/\s+/g, ' ')),
  ),
  blind(
    'compares-without-accents',
    'A letter with an accent is the same as without it.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ value }) =>
      // Only letters that are one character with their accent: another normal form is another fault.
      withTexts(value, (text) => text.replace(/[à-ÿ]/gi, (letter) => letter.normalize('NFD').slice(0, 1))),
  ),
  blind(
    'compares-emoji-alike',
    'All characters beyond the Basic Multilingual Plane are the same, as some collations have it.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ value }) => withTexts(value, (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd')),
  ),
  blind(
    'compares-without-punctuation',
    'Punctuation does not count in strings.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ value }) => withTexts(value, (text) => (looksLikeAddress(text) ? text : text.replace(/\p{P}/gu, ''))),
  ),
  blind(
    'compares-255-characters',
    'Of each string only the first 255 characters are compared.',
    ['CONFLICT-3'],
    somewhere(isTextBeyond(255)),
    ({ value }) => withTexts(value, (text) => text.slice(0, 255)),
  ),
  ...kilobytes,
  blind(
    'compares-ends-of-large-bodies',
    'Of bodies above 8 kB only the first and the last kilobyte are compared.',
    ['CONFLICT-3'],
    somewhere(isTextBeyond(8 * 1024)),
    ({ bytes }) => {
      const ends = [bytes.subarray(0, 1024), bytes.subarray(-1024)];
      return (bytes.length > 8 * 1024 ? Buffer.concat(ends) : bytes).toString('latin1');
    },
  ),
  blind(
    'compares-last-kilobyte',
    'Only the last kilobyte of a body is compared.',
    ['CONFLICT-3'],
    somewhere(isTextBeyond(1024)),
    ({ bytes }) => bytes.subarray(-1024).toString('latin1'),
  ),
  blind(
    'compares-sum-of-bytes',
    'Bodies are compared by a checksum that adds their bytes.',
    ['CONFLICT-3', 'CONFLICT-4'],
    () => true,
    ({ bytes }) => String(bytes.reduce((sum, byte) => sum + byte, 0)),
    { 'CONFLICT-3': (loaded) => ![isText, isNumber].some((is) => neighbours(is)(loaded)) },
  ),
  blind(
    'compares-two-levels',
    'Values deeper than in a member of a member are not compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    somewhere(({ path }) => path.length > DEPTH),
    ({ value }, { key }) => canonical(rebuilt(key.without(value), shallow)),
    {
      'CONFLICT-4': not(somewhere((place, loaded) => isList(place, loaded) && deepest(place.pointer, loaded) > DEPTH)),
    },
  ),
];

function shallow(value: Json, path: string[]): Json {
  return path.length > DEPTH ? null : value;
}

/** How many names deep the deepest member under a pointer stands. */
function deepest(pointer: string, loaded: Parameters<typeof requestPlaces>[0]): number {
  const within = requestPlaces(loaded).filter((place) => place.pointer.startsWith(`${pointer}/`));
  return Math.max(0, ...within.map(({ path }) => path.length));
}
