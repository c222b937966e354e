/** What a near miss is drawn with, and what one class of them is. */
import type { KeyRule } from '../../contracts/contract.js';
import { isFreeForm } from '../../contracts/key-grammar.js';
import { cellsOf } from '../../history/key-template.js';
import { keyExamples } from '../keys.js';

/** The places of a key: characters, and placeholders of one character each. */
export type Cells = readonly string[];

/** Something that stores, languages or frameworks do to strings. */
export interface Rewriting {
  /** For reports: what does not count. */
  name: string;
  /** The manual that describes it. */
  url: string;
  /** Different keys that it makes equal to the first of them, at random places. */
  keys(draw: Draw): Cells[];
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Random choices: always the same for the same seed. */
export class Draw {
  #state: number;

  constructor(
    seed: number,
    readonly rule: KeyRule,
    /** The longest key that the target accepts, in characters. */
    readonly longest: number,
  ) {
    this.#state = seed | 0;
  }

  /** From 0 to below `count`: a step of mulberry32. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  pick<One>(list: ArrayLike<One>): One {
    return list[this.below(list.length)] as One;
  }

  /** Some of a list in random order. */
  some<One>(list: readonly One[], count: number): One[] {
    const left = [...list];
    return Array.from(
      { length: Math.min(count, list.length) },
      () => left.splice(this.below(left.length), 1)[0] as One,
    );
  }

  letter(): string {
    return this.pick(LETTERS);
  }

  word(least: number, most: number): string {
    return Array.from({ length: least + this.below(most - least + 1) }, () => this.letter()).join('');
  }

  /** A number from `least` to `most`, small ones as likely as large ones. */
  size(least: number, most: number): number {
    const share = this.below(2 ** 30) / 2 ** 30;
    return Math.min(most, Math.round(least * (Math.max(most, least) / Math.max(least, 1)) ** share));
  }

  /** The places of a random key: one of a documented shape, or words around what makes it unique. */
  base(): Cells {
    const shapes = keyExamples(this.rule);
    const shape =
      isFreeForm(this.rule) && this.below(2) === 0 ? `${this.word(1, 8)}{unique}${this.word(1, 8)}` : this.pick(shapes);
    const cells = cellsOf(shape);
    const missing = (this.rule.minLength ?? 0) - cells.length;
    return missing > 0 && isFreeForm(this.rule) ? [...cells, ...this.word(missing, missing)] : cells;
  }
}

/** A key with other cells from a place on. */
export function spliced(cells: Cells, at: number, dropped: number, ...added: string[]): Cells {
  return [...cells.slice(0, at), ...added, ...cells.slice(at + dropped)];
}

/** Placeholders before a place, so that what is cut off there leaves a key that no other execution has. */
const ENOUGH = 12;

/** The first place with enough of what makes the key unique before it. */
function afterUnique(cells: Cells): number {
  let met = 0;
  const at = cells.findIndex((cell) => {
    if (cell.length > 2) met += 1;
    return met === ENOUGH;
  });
  return at + 1;
}

/** Whether nothing could end at this: it may be the first character of a key. */
function isLetters(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}]*$/u.test(text) && !/[\u{10000}-\u{10ffff}]/u.test(text);
}

/**
 * Keys with `to` where the first has `from`: at the beginning, at a random place, or at the end. What is one character long may take the place of another, for alphabets and lengths that are narrow.
 */
export function atPlaces(draw: Draw, from: string, to: string): Cells[] {
  const base = draw.base();
  const last = base.length - 1;
  const over = [...from].length === 1 && [...to].length === 1 && draw.below(2) === 0;
  const after = isLetters(from + to) ? 0 : afterUnique(base);
  const end = over ? last : base.length;
  const places = [after, Math.min(end, after + 1 + draw.below(Math.max(1, last - after))), end];
  const key = (changed: number | null) =>
    places.reduceRight<Cells>(
      (cells, place, n) => spliced(cells, place, over ? 1 : 0, ...(n === changed ? to : from)),
      base,
    );
  return [key(null), ...places.map((_, n) => key(n))];
}

/** Keys of which each has one more pair's second where the first has all the firsts, at a random place. */
export function eachOf(draw: Draw, pairs: readonly (readonly [from: string, to: string])[]): Cells[] {
  const base = draw.base();
  const after = afterUnique(base);
  const places = pairs.map(() => after + draw.below(base.length - after + 1)).sort((a, b) => a - b);
  const key = (changed: number | null) =>
    pairs.reduceRight<Cells>(
      (cells, [from, to], n) => spliced(cells, places[n] as number, 0, ...(n === changed ? to : from)),
      base,
    );
  return [key(null), ...pairs.map((_, n) => key(n))];
}

/** The base, and what is made of it. */
export function variants(draw: Draw, of: (base: Cells) => Cells[]): Cells[] {
  const base = draw.base();
  return [base, ...of(base)];
}
