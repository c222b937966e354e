/**
 * Padding: what makes a body large. A run of one letter, which is written as a token wherever bodies are planned or kept:
 * plans, histories and reports of bodies of any size stay small.
 */
const LETTER = 'x';

/** A shorter run is written as it is. */
const LEAST = 1_000;

/** Token of a run; its first group is the run's length. The characters around it are private, as in `tokens.ts`. */
export const PADDING = /\uE000pad:(\d{1,8})\uE001/g;

const RUN = new RegExp(`${LETTER}{${LEAST},}`, 'g');

/** So many characters of padding, as kept texts have them. */
export function padding(length: number): string {
  return length < LEAST ? run(length) : `\uE000pad:${length}\uE001`;
}

/** A text of plans with other lengths of padding. */
export function repadded(text: string, lengthOf: (length: number) => number): string {
  return text.replace(PADDING, (_, length: string) => padding(lengthOf(Number(length))));
}

/** The text with padding in full, as it goes over the wire. */
export function unfolded(text: string): string {
  return text.replace(PADDING, (_, length: string) => run(Number(length)));
}

/** The text as it is kept. Equal texts stay equal and different ones different. */
export function folded(text: string): string {
  return text.length < LEAST ? text : text.replace(RUN, ({ length }) => padding(length));
}

function run(length: number): string {
  return LETTER.repeat(Math.max(0, length));
}
