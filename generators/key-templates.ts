/** Templates of keys for a grammar: what differs from key to key is one character of a set at each place. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { KeyRule } from '../contracts/contract.js';
import { carriesPlainly } from '../contracts/key.js';
import { type KeyFormat, keyProblem } from '../contracts/key-grammar.js';
import { cellsOf, fillKey, setCell, setOf, templateOfCells } from '../history/key-template.js';

const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const ALPHANUMERIC = `${DIGITS}abcdefghijklmnopqrstuvwxyz`;
/** Crockford's base 32, as a ULID is written. */
const BASE_32 = `${DIGITS}ABCDEFGHJKMNPQRSTVWXYZ`;

/** The sets by the letters that stand for them below. */
const SETS: Record<string, string> = { h: HEX, v: '89ab', b: BASE_32 };

/** Both kinds that begin with a time begin with one of the last years. */
const FORMATS: Record<KeyFormat, string> = {
  uuid: 'hhhhhhhh-hhhh-4hhh-vhhh-hhhhhhhhhhhh',
  uuidv4: 'hhhhhhhh-hhhh-4hhh-vhhh-hhhhhhhhhhhh',
  uuidv7: '019hhhhh-hhhh-7hhh-vhhh-hhhhhhhhhhhh',
  ulid: '01Jbbbbbbbbbbbbbbbbbbbbbbb',
};

/** As many characters as a key has where nothing says more. */
const USUAL = 24;

/** The template of a format. */
export function formatTemplate(format: KeyFormat): string {
  return templateOfCells(
    [...FORMATS[format]].map((one, at) => (SETS[one] === undefined ? one : setCell(SETS[one], at))),
  );
}

/** A template of so many characters of an alphabet, after the prefix. */
export function alphabetTemplate({ prefix, alphabet, minLength, maxLength }: KeyRule, length?: number): string {
  const before = prefix ?? '';
  const wanted = length ?? Math.min(Math.max(before.length + USUAL, minLength ?? 0), maxLength ?? Infinity);
  const cells = Array.from({ length: Math.max(0, wanted - [...before].length) }, (_, at) =>
    setCell(alphabet ?? ALPHANUMERIC, at),
  );
  return before + templateOfCells(cells);
}

/** Strings of a pattern that are drawn, and how many of them are looked at closely: the longest. */
const [DRAWN, LOOKED_AT] = [100, 8];

/** Keys that are made of a template before it is taken to give legal ones only. */
const FILLED = 12;

const digests = Array.from({ length: FILLED }, (_, n) => createHash('sha256').update(String(n)).digest('hex'));

/** What keys may consist of where a pattern leaves it open: what no server takes for syntax, and no template. */
const CHARACTERS = Array.from({ length: 0x7f - 0x21 }, (_, n) => String.fromCharCode(0x21 + n)).filter(
  (one) => !'{}",;\\'.includes(one),
);

/**
 * A template of a pattern, or `null` where none is found: a string that matches it, with a set of characters at each
 * place where others match as well, and in which keys differ most.
 */
export function patternTemplate(rule: KeyRule): string | null {
  const isLegal = (key: string) => keyProblem(rule, key) === null && carriesPlainly(rule, key);
  const found = stringsOf(rule)
    .filter(isLegal)
    .sort((a, b) => b.length - a.length)
    .slice(0, LOOKED_AT)
    .map((one) => freed([...one], isLegal));
  const best = found.reduce<{ cells: string[]; bits: number } | null>(
    (most, one) => (most === null || one.bits > most.bits ? one : most),
    null,
  );
  return best === null ? null : templateOfCells(best.cells);
}

/** Whether a template makes keys enough for a run: some ten thousand. */
export function isRoomy(template: string): boolean {
  const sizes = cellsOf(template).map((cell) => setOf(cell)?.characters.length ?? 1);
  return sizes.reduce((bits, size) => bits + Math.log2(size), 0) >= 14;
}

/** Strings that match a pattern whole, also after the prefix; none where fast-check cannot read it. */
function stringsOf({ pattern, prefix }: KeyRule): string[] {
  if (pattern === null) return [];
  try {
    const matching = fc.stringMatching(new RegExp(`^(?:${pattern})$`, 'u'));
    return fc.sample(matching, { seed: 1, numRuns: DRAWN }).flatMap((one) => [one, (prefix ?? '') + one]);
  } catch {
    return [];
  }
}

/** A key with a set at each place, as far as keys of such sets together are legal. */
function freed(key: string[], isLegal: (key: string) => boolean): { cells: string[]; bits: number } {
  let cells = key;
  let bits = 0;
  for (const at of key.keys()) {
    const legal = CHARACTERS.filter((one) => isLegal(key.with(at, one).join('')));
    if (legal.length < 2) continue;
    const freer = cells.with(at, setCell(legal.join(''), at));
    const template = templateOfCells(freer);
    if (!digests.every((hex) => isLegal(fillKey(template, hex)))) continue;
    cells = freer;
    bits += Math.log2(legal.length);
  }
  return { cells, bits };
}
