/** JSON as it was written: tokens with the white space before them, and lines that keep every spelling. */

import { meantBy, pairsOf } from '../form.js';

export interface Token {
  /** White space before it. */
  gap: string;
  text: string;
}

export interface Line {
  text: string;
  /** JSON pointer of the value on this line; `null` where the text is not JSON. */
  pointer: string | null;
}

// Deeper texts are shown as they are.
const deepest = 100;

/** The tokens of a JSON text, the white space at its end last; `null` when it is not JSON. */
export function tokensOf(text: string): Token[] | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const content = text.trimEnd();
  const found = content.matchAll(/(\s*)("(?:[^"\\]|\\[\s\S])*"|[{}[\],:]|[^\s{}[\],:"]+)/g);
  const end = { gap: text.slice(content.length), text: '' };
  return [...[...found].map(([, gap = '', token = '']) => ({ gap, text: token })), end];
}

/** One line for each value, indented; members keep their order, numbers and strings their spelling. */
export function linesOf(text: string): Line[] {
  const tokens = tokensOf(text);
  if (tokens === null) return formLines(text) ?? text.split('\n').map((line) => ({ text: line, pointer: null }));
  if (depthOf(tokens) > deepest) return text.split('\n').map((line) => ({ text: line, pointer: null }));
  return new Layout(tokens.map((token) => token.text)).lines;
}

/** A line for each pair of a form, as it is spelled. */
function formLines(text: string): Line[] | null {
  const pairs = pairsOf(text);
  if (pairs === null) return null;
  return pairs.map(({ name, value }) => {
    const names = (meantBy(name) ?? name).replaceAll(']', '').split('[');
    const pointer = names.map((one) => `/${one.replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
    return { text: `${name}=${value}`, pointer };
  });
}

function depthOf(tokens: readonly Token[]): number {
  let depth = 0;
  let most = 0;
  for (const { text } of tokens) {
    if (text === '{' || text === '[') depth += 1;
    if (text === '}' || text === ']') depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}

class Layout {
  readonly lines: Line[] = [];
  #next = 0;

  constructor(readonly tokens: readonly string[]) {
    this.#value('', '', 0);
  }

  #take(): string {
    const token = this.tokens[this.#next] ?? '';
    this.#next += 1;
    return token;
  }

  #value(before: string, pointer: string, depth: number): void {
    const token = this.#take();
    const start = `${'  '.repeat(depth)}${before}${token}`;
    if (token !== '{' && token !== '[') {
      this.lines.push({ text: start, pointer });
      return;
    }
    const end = token === '{' ? '}' : ']';
    if (this.tokens[this.#next] === end) {
      this.lines.push({ text: start + this.#take(), pointer });
      return;
    }
    this.lines.push({ text: start, pointer });
    this.#members(token === '{', pointer, depth + 1);
    this.lines.push({ text: '  '.repeat(depth) + this.#take(), pointer });
  }

  #members(named: boolean, pointer: string, depth: number): void {
    for (let index = 0; ; index += 1) {
      const name = named ? this.#take() : null;
      if (name !== null) this.#take();
      const step = name === null ? String(index) : (JSON.parse(name) as string);
      const place = `${pointer}/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      this.#value(name === null ? '' : `${name}: `, place, depth);
      if (this.tokens[this.#next] !== ',') return;
      (this.lines.at(-1) as Line).text += this.#take();
    }
  }
}
