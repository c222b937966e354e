/**
 * Near misses: keys that must stay different, by the grammar of what stores, languages and frameworks do to strings.
 * Nothing here is a list of keys: each is made at a random place of a random key by what a rewriting is.
 */
import fc from 'fast-check';
import type { KeyRule } from '../../contracts/contract.js';
import { carriesPlainly } from '../../contracts/key.js';
import { fillKey, templateOfCells } from '../../history/key-template.js';
import { allows } from '../keys.js';
import { encodingRewritings } from './encodings.js';
import { alwaysDue, hashRewritings } from './lengths.js';
import { letterRewritings } from './letters.js';
import { numberRewritings } from './numbers.js';
import { Draw, type Rewriting } from './rewriting.js';
import { spaceRewritings } from './spaces.js';

/** Keys of which a rewriting makes some equal, as templates of one slot. */
export interface NearKeys {
  /** What does not count. */
  name: string;
  templates: string[];
}

/** Every class once. */
const rewritings: readonly Rewriting[] = [
  ...letterRewritings,
  ...spaceRewritings,
  ...numberRewritings,
  ...encodingRewritings,
  ...hashRewritings,
  ...alwaysDue,
];

/** Rounds in which every class occurs once: a standard run has twice as many. */
export const TURN = 4;

/** Draws in which a class may fail to make two legal keys, before it is taken to have none. */
const TRIES = 12;

/** Digests to make keys of templates with: what differs in neither may never differ. */
const DIGESTS = ['0123456789abcdef', 'fa5c27d10e3b9684'].map((half) => half.repeat(4));

/** The classes that are due in a round, each with keys that the contract allows. Single edits and lengths are in every round. */
export function nearKeys(rule: KeyRule, longest: number, round: number): fc.Arbitrary<NearKeys[]> {
  const due = rewritings.filter((one, n) => alwaysDue.includes(one) || n % TURN === round % TURN);
  return fc.integer().map((seed) => due.flatMap((one, n) => keysOf(one, new Draw(seed + n, rule, longest))));
}

/** The keys of one class, or none. */
function keysOf(rewriting: Rewriting, draw: Draw): NearKeys[] {
  for (let n = 0; n < TRIES; n += 1) {
    const templates = [...new Set(rewriting.keys(draw).map(templateOfCells))];
    const legal = templates.filter((one) => isLegal(one, draw));
    const different = legal.filter((one, at) => legal.slice(0, at).every((other) => differ(one, other, draw.rule)));
    // Where the first is not legal, the others may not be equal by this rewriting.
    if (different.length > 1 && different[0] === templates[0]) return [{ name: rewriting.name, templates: different }];
  }
  return [];
}

function isLegal(template: string, { rule, longest }: Draw): boolean {
  return DIGESTS.every((hex) => {
    const key = fillKey(template, hex);
    return allows(rule, key) && key.length <= longest && carriesPlainly(rule, key);
  });
}

/** Whether two templates make two keys: a format of UUIDs alone may mean the same one in other letter case (RFC 9562). */
function differ(one: string, other: string, rule: KeyRule): boolean {
  return DIGESTS.some((hex) => {
    const [a, b] = [one, other].map((template) => fillKey(template, hex));
    return a !== b && !((rule.pattern ?? rule.format) !== null && isUuid(a) && a?.toLowerCase() === b?.toLowerCase());
  });
}

function isUuid(key: string | undefined): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key ?? '');
}
