/** Messages about wrong usage, short enough to be read in a screen whatever they quote. */
import { visibleLine } from '../reports/visible.js';

const MOST_LINES = 10;
const MOST_COLUMNS = 200;

/** Characters of one line of a message; what a value adds beyond that is cut out of its middle. */
const MOST_CHARACTERS = 3 * MOST_COLUMNS;

/** At most ten lines of at most 200 characters. What is cut is marked by …; lines that only wrap lose nothing. */
export function brief(message: string, most = MOST_LINES): string {
  const lines = message.split('\n', 2 * most).map((line) => wrapped(cut(line)));
  const whole = message.endsWith('\n') ? lines.slice(0, -1) : lines;
  if (whole.flat().length <= most) return whole.flat().join('\n');
  const shown: string[] = [];
  let problems = 0;
  for (const line of whole) {
    if (shown.length + line.length >= most && problems > 0) break;
    shown.push(...line.slice(0, most - 1));
    problems += 1;
  }
  const more = count(message) - problems;
  return [...shown, `… and ${more} more ${more === 1 ? 'line' : 'lines'}: correct these first.`].join('\n');
}

/** Cuts first what is one word, such as a quoted value; then the whole, whose end says what to do. */
function cut(line: string): string {
  const words = line.length > MOST_COLUMNS ? line.replace(/\S{160,}/g, (word) => middleOut(word, 100)) : line;
  return middleOut(visibleLine(middleOut(words, MOST_CHARACTERS)), MOST_CHARACTERS);
}

function middleOut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${text.slice(0, most - end - 1)}…${text.slice(-end)}`;
}

function wrapped(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > MOST_COLUMNS) {
    const space = rest.lastIndexOf(' ', MOST_COLUMNS);
    const at = space > MOST_COLUMNS / 2 ? space : MOST_COLUMNS;
    lines.push(rest.slice(0, at));
    rest = `  ${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}

function count(message: string): number {
  let lines = message.endsWith('\n') ? 0 : 1;
  for (let at = message.indexOf('\n'); at >= 0; at = message.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
