/** What is cut off or summed up: keys that are equal but for one place, and keys with one checksum. */
import { crc32 } from 'node:zlib';
import { setCell, setOf } from '../../history/key-template.js';
import { type Cells, type Draw, type Rewriting, spliced, variants } from './rewriting.js';

/** A key of so many characters that begins and ends with what makes it unique, where there is room for both. */
function filled(draw: Draw, length: number): Cells {
  const base = draw.base();
  const missing = length - 2 * base.length;
  if (missing < 0)
    return [
      ...base,
      ...draw
        .word(7, 7)
        .repeat(length)
        .slice(0, Math.max(0, length - base.length)),
    ];
  // A word again and again: what nothing could be compressed into would only be longer to read.
  return [
    ...base,
    ...draw
      .word(7, 7)
      .repeat(Math.ceil(missing / 7))
      .slice(0, missing),
    ...base,
  ];
}

/** The key and others that differ from it in the last place, the first, the middle and a random one. */
function differing(draw: Draw, length: number): Cells[] {
  const whole = filled(draw, length);
  const last = whole.length - 1;
  // Punctuation may be where a format wants it.
  const places = [last, 0, Math.floor(last / 2), draw.below(last)].map((wanted) => {
    const at = whole.slice(0, wanted + 1).findLastIndex((cell) => /[a-z0-9]/.test(cell));
    return Math.max(at, 0);
  });
  const [one, other] = draw.some([...'abcdef'], 2) as [string, string];
  const key = (changed: number | null) =>
    whole.map((cell, at) => (at === changed ? other : places.includes(at) ? one : cell));
  return [key(null), ...places.map((at) => key(at))];
}

/** The cell with the character of its set that comes so many later, which the key has not there. */
function stepped(cell: string, step: number): string {
  const set = setOf(cell);
  return set === null ? cell : setCell(set.characters, set.at, 1 + (step % (Math.min(set.characters.length, 10) - 1)));
}

/** Single edits, and lengths: drawn in every round. */
export const alwaysDue: Rewriting[] = [
  {
    name: 'one character',
    url: 'https://dl.acm.org/doi/10.1145/363958.363994',
    keys: (draw) =>
      variants(draw, (base) => {
        const [at, last] = [draw.below(base.length - 1), base.length - 1];
        const next = base[at + 1] as string;
        return [
          spliced(base, at, 0, draw.letter()),
          spliced(base, at, 1),
          spliced(base, at, 1, draw.pick('abcdef0123456789')),
          spliced(base, at, 2, next, base[at] as string),
          [...base, draw.pick('abcdef0123456789')],
          base.slice(0, last),
          base.slice(1),
          [draw.letter(), ...base],
        ];
      }),
  },
  {
    name: 'all but the beginning or the end, at some length',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/column-indexes.html#column-indexes-prefix',
    keys: (draw) => differing(draw, draw.size(draw.base().length, draw.longest)),
  },
  {
    name: 'all but the beginning or the end, at the longest length',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sql-mode-strict',
    keys: (draw) => differing(draw, draw.longest),
  },
  {
    name: 'one character of those that a format leaves open',
    url: 'https://www.rfc-editor.org/rfc/rfc9562#section-4',
    keys: (draw) =>
      variants(draw, (base) => {
        const open = base.flatMap((cell, at) => ((setOf(cell)?.characters.length ?? 0) < 2 ? [] : [at]));
        if (open.length === 0) return [];
        const places = [open[0], open.at(-1), open[Math.floor(open.length / 2)], draw.pick(open)] as number[];
        return [...new Set(places)].map((at) => spliced(base, at, 1, stepped(base[at] as string, draw.below(9))));
      }),
  },
];

/** Two texts with one polynomial hash: a step up in one character is as much as `factor` steps in the next. */
const polynomial = (factor: number) => (draw: Draw) => {
  const [one, two] = [draw.pick('abcdefghijklmno'), draw.pick('cdefghijklmnopqrstuvwxy')];
  const step = (letter: string, by: number) => String.fromCharCode(letter.charCodeAt(0) + by);
  const base = draw.base();
  const at = draw.below(base.length + 1);
  return [spliced(base, at, 0, one, two), spliced(base, at, 0, step(one, 1), step(two, -factor))];
};

/** Digits of which the lowest three bits are free: 36 bits for the 32 of the checksum. */
const FREE = 12;

/**
 * Two texts of digits with one CRC-32: as it is linear over exclusive or, changes whose effects cancel are found by
 * elimination, and cancel in any text.
 */
function crcPair(draw: Draw): [string, string] {
  const before = Array.from({ length: FREE }, () => draw.below(8));
  const text = (bits: number[]) => bits.map((value) => String(value)).join('');
  const sum = crc32(text(before));
  const changes = draw.some(
    before.flatMap((_, at) => [1, 2, 4].map((bit) => ({ at, bit }))),
    FREE * 3,
  );
  const rows: { sum: number; used: Set<number> }[] = [];
  for (const [n, { at, bit }] of changes.entries()) {
    const changed = before.map((value, place) => (place === at ? value ^ bit : value));
    let left = (crc32(text(changed)) ^ sum) >>> 0;
    const used = new Set([n]);
    for (const row of rows) {
      // The highest bit of each row is in no later one.
      if ((left ^ row.sum) >>> 0 < left) {
        left = (left ^ row.sum) >>> 0;
        for (const one of row.used) if (!used.delete(one)) used.add(one);
      }
    }
    if (left === 0) {
      const after = [...before];
      for (const one of used) {
        const { at: place, bit: flipped } = changes[one] as { at: number; bit: number };
        after[place] = (after[place] as number) ^ flipped;
      }
      return [text(before), text(after)];
    }
    rows.push({ sum: left, used });
    rows.sort((a, b) => b.sum - a.sum);
  }
  throw new Error('36 changes to a checksum of 32 bits are independent');
}

export const hashRewritings: Rewriting[] = [
  {
    name: 'all but a hash with the factor 31',
    url: 'https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/String.html#hashCode()',
    keys: polynomial(31),
  },
  {
    name: 'all but a hash with the factor 33',
    url: 'http://www.cse.yorku.ca/~oz/hash.html',
    keys: polynomial(33),
  },
  {
    name: 'all but a CRC-32',
    url: 'https://www.rfc-editor.org/rfc/rfc1952#section-8',
    keys: (draw) => {
      const base = draw.base();
      const at = draw.below(base.length + 1);
      return crcPair(draw).map((text) => spliced(base, at, 0, ...text));
    },
  },
  {
    name: 'all but an Adler-32',
    url: 'https://www.rfc-editor.org/rfc/rfc1950#section-8',
    keys: (draw) => {
      const [base, code] = [draw.base(), 99 + draw.below(20)];
      const at = draw.below(base.length + 1);
      const text = (...steps: number[]) =>
        spliced(base, at, 0, ...steps.map((step) => String.fromCharCode(code + step)));
      // One up, two down, one up keeps the sum, and the sum of sums.
      return [text(0, 0, 0), text(1, -2, 1)];
    },
  },
  {
    name: 'order of characters',
    url: 'https://www.rfc-editor.org/rfc/rfc1071#section-1',
    keys: (draw) => {
      const [one, other] = draw.some([...'bcdefghijklm'], 2) as [string, string];
      const base = draw.base();
      const at = draw.below(base.length + 1);
      return [spliced(base, at, 0, one, other), spliced(base, at, 0, other, one)];
    },
  },
];
