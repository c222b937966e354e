/** Colour and width on the terminal. */
import type { Status } from '../results/results.js';

export type Ink = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

const codes: Record<Ink, [number, number]> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export type Paint = (text: string, ...inks: Ink[]) => string;

/** Paints when colour is wanted, otherwise gives the text back. */
export function painter(color: boolean): Paint {
  return (text, ...inks) => {
    if (!color || text === '') return text;
    return inks.reduce((painted, ink) => `\u001b[${codes[ink][0]}m${painted}\u001b[${codes[ink][1]}m`, text);
  };
}

export const inkOf: Readonly<Record<Status, Ink>> = {
  passed: 'green',
  failed: 'red',
  warned: 'yellow',
  error: 'red',
  skipped: 'yellow',
  blocked: 'yellow',
  inconclusive: 'yellow',
  noticed: 'cyan',
  observed: 'cyan',
};

/** Breaks text between words into lines of at most `width`; the second line and later ones are indented. */
export function wrap(text: string, width: number, indent: string, hanging = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = hanging;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}
