/** Strings of a pattern that are as long as they must be: drawn from the same pattern with narrower quantifiers. */
import fc from 'fast-check';

/** Escapes and classes, in which nothing is a quantifier, and quantifiers that leave a length open. */
const PARTS = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\{(\d+)(?:(,)(\d*))?\}\??|[*+]\??/g;

/** By how much a repetition may go above its least: wide where lengths leave room, none where they are exact. */
const WIDTHS = [8, 2, 1, 0];

/** Share of the draws that must fit: of fewer, bodies with several such members would be rare. */
const ENOUGH = 0.5;

const DRAWS = 40;
const FEW_DRAWS = 10;

/** Longest string that is looked for so. */
const LONGEST = 4_000;

/** Strings that match and are as long as they must be; `null` where none of some is. */
export function ofLength(expression: RegExp, least: number, most: number): fc.Arbitrary<string> | null {
  if (least > LONGEST) return null;
  const lengthOf = (text: string) => [...text].length;
  const fits = (text: string) => {
    const length = lengthOf(text);
    return length >= least && length <= most && expression.test(text);
  };
  const near = (repetitions: number, width: number) => fc.stringMatching(narrowed(expression, repetitions, width));
  const drawn = (texts: fc.Arbitrary<string>, times: number) => fc.sample(texts, { seed: 1, numRuns: times });
  // The fewest repetitions that reach the least length: from below, for repetitions of repetitions grow fast.
  const reaches = (repetitions: number) =>
    drawn(near(repetitions, 0), FEW_DRAWS).some((text) => lengthOf(text) >= least);
  let high = 1;
  while (high < least && !reaches(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (reaches(middle)) high = middle;
    else low = middle + 1;
  }
  let best: { texts: fc.Arbitrary<string>; share: number } | null = null;
  for (const width of WIDTHS) {
    for (const repetitions of [low, low + 1, Math.max(0, low - 1)]) {
      const texts = near(repetitions, width);
      const share = drawn(texts, DRAWS).filter(fits).length / DRAWS;
      if (share > (best?.share ?? 0)) best = { texts, share };
      if (share >= ENOUGH) return texts.filter(fits);
    }
  }
  return best?.texts.filter(fits) ?? null;
}

/** The pattern with every repetition as near as it allows to a number; what is open at its end is filled up. */
function narrowed({ source, flags }: RegExp, repetitions: number, width: number): RegExp {
  const near = (from: number, to: number) => {
    const least = Math.min(Math.max(from, repetitions), to);
    return `{${least},${Math.min(least + width, to)}}`;
  };
  const narrow = source.replace(PARTS, (part, from: string, open: string | undefined, to: string) => {
    if (part.startsWith('\\') || part.startsWith('[')) return part;
    if (part.startsWith('*') || part.startsWith('+')) return near(part.startsWith('+') ? 1 : 0, Infinity);
    return open === undefined ? part : near(Number(from), to === '' ? Infinity : Number(to));
  });
  return new RegExp(/(?<!\\)\$$/.test(source) ? narrow : `(?:${narrow})[a-z0-9]${near(0, Infinity)}$`, flags);
}
