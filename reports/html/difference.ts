/** What differs between two texts: lines that went and came, and the characters within them. */
import { type Line, linesOf, type Token, tokensOf } from './tokens.js';

export interface Part {
  text: string;
  changed: boolean;
}

export type Row = { kind: 'same' | 'out' | 'in'; parts: Part[] } | { kind: 'gap'; lines: number };

export interface Difference {
  /** `white space`: the tokens are the same, only what stands between them is not. */
  equal: 'bytes' | 'white space' | 'no';
  rows: Row[];
  /** JSON pointers of what differs. */
  pointers: string[];
}

// Equal lines shown around a change; a comparison of more pairs of lines would take too long.
const context = 2;
const mostPairs = 400_000;

export function difference(before: string, after: string): Difference {
  if (before === after) return { equal: 'bytes', rows: [], pointers: [] };
  const [one, other] = [tokensOf(before), tokensOf(after)];
  if (one !== null && other !== null && sameTokens(one, other)) {
    return { equal: 'white space', rows: spaceRows(one, other), pointers: [] };
  }
  const changes = changesOf(linesOf(before), linesOf(after));
  const pointers = changes.flatMap(({ kind, line }) => (kind === 'same' || !line.pointer ? [] : [line.pointer]));
  return { equal: 'no', rows: folded(rowsOf(changes)), pointers: [...new Set(pointers)] };
}

type Change = { kind: 'same' | 'out' | 'in'; line: Line };

/** A comma at the end says only that another member follows. */
function sameLine(a: Line | undefined, b: Line | undefined): boolean {
  return a !== undefined && b !== undefined && bare(a) === bare(b);
}

function bare({ text, pointer }: Line): string {
  return pointer === null ? text : text.replace(/,$/, '');
}

function changesOf(before: Line[], after: Line[]): Change[] {
  let start = 0;
  while (sameLine(before[start], after[start])) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && sameLine(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const same = (lines: Line[]): Change[] => lines.map((line) => ({ kind: 'same', line }));
  const middle = between(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...same(after.slice(0, start)), ...middle, ...same(after.slice(after.length - end))];
}

/** The longest common subsequence decides which lines stayed. */
function between(before: Line[], after: Line[]): Change[] {
  const [n, m] = [before.length, after.length];
  const out = (line: Line): Change => ({ kind: 'out', line });
  const came = (line: Line): Change => ({ kind: 'in', line });
  if (n * m > mostPairs) return [...before.map(out), ...after.map(came)];
  const longest = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      const row = longest[i] as Uint16Array;
      row[j] = sameLine(before[i], after[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const changes: Change[] = [];
  for (let i = 0, j = 0; i < n || j < m; ) {
    if (i < n && j < m && sameLine(before[i], after[j])) {
      changes.push({ kind: 'same', line: after[j] as Line });
      i += 1;
      j += 1;
    } else if (j >= m || (i < n && at(i + 1, j) >= at(i, j + 1))) changes.push(out(before[i++] as Line));
    else changes.push(came(after[j++] as Line));
  }
  return changes;
}

/** Lines that went and lines that came in their place are compared by character. */
function rowsOf(changes: Change[]): Row[] {
  const rows: Row[] = [];
  for (let index = 0; index < changes.length; ) {
    const change = changes[index] as Change;
    if (change.kind === 'same') {
      rows.push({ kind: 'same', parts: [{ text: change.line.text, changed: false }] });
      index += 1;
      continue;
    }
    const until = changes.findIndex(({ kind }, place) => place >= index && kind === 'same');
    const hunk = changes.slice(index, until < 0 ? changes.length : until);
    const [outs, ins] = (['out', 'in'] as const).map((kind) => hunk.filter((one) => one.kind === kind));
    const marked = (outs ?? []).map((one, place) => within(one.line.text, ins?.[place]?.line.text));
    rows.push(...(outs ?? []).map((_, place): Row => ({ kind: 'out', parts: marked[place]?.[0] ?? [] })));
    rows.push(
      ...(ins ?? []).map(({ line }, place): Row => {
        return { kind: 'in', parts: marked[place]?.[1] ?? whole(line.text) };
      }),
    );
    index += hunk.length;
  }
  return rows;
}

/** The characters between the common start and the common end. */
function within(before: string, after: string | undefined): [Part[], Part[]] {
  if (after === undefined) return [whole(before), []];
  const [a, b] = [[...before], [...after]];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const parts = (letters: string[]): Part[] =>
    [
      { text: letters.slice(0, start).join(''), changed: false },
      { text: letters.slice(start, letters.length - end).join(''), changed: true },
      { text: letters.slice(letters.length - end).join(''), changed: false },
    ].filter(({ text }) => text !== '');
  return [parts(a), parts(b)];
}

/** All of a line but its indentation. */
function whole(line: string): Part[] {
  const text = line.trimStart();
  const indent = line.slice(0, line.length - text.length);
  return [...(indent === '' ? [] : [{ text: indent, changed: false }]), { text, changed: true }];
}

function folded(rows: Row[]): Row[] {
  const near = rows.map((_, index) =>
    rows.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind === 'out' || kind === 'in'),
  );
  const short: Row[] = [];
  for (const [index, row] of rows.entries()) {
    const last = short.at(-1);
    // A single line needs no more room than the words for it.
    const alone = near[index - 1] !== false && near[index + 1] !== false;
    if (near[index] || alone) short.push(row);
    else if (last?.kind === 'gap') last.lines += 1;
    else short.push({ kind: 'gap', lines: 1 });
  }
  return short;
}

function sameTokens(one: Token[], other: Token[]): boolean {
  return one.length === other.length && one.every(({ text }, index) => text === other[index]?.text);
}

/** White space has no look of its own: where it differs it is drawn. */
function spaceRows(one: Token[], other: Token[]): Row[] {
  const parts = (tokens: Token[], others: Token[]): Part[] =>
    tokens.flatMap(({ gap, text }, index) => {
      const changed = gap !== others[index]?.gap;
      return [
        { text: changed ? drawn(gap) : gap, changed },
        { text, changed: false },
      ].filter((part) => part.text !== '');
    });
  return [
    { kind: 'out', parts: joined(parts(one, other)) },
    { kind: 'in', parts: joined(parts(other, one)) },
  ];
}

function drawn(gap: string): string {
  return gap.replace(/ /g, '·').replace(/\t/g, '→').replace(/\r/g, '␍').replace(/\n/g, '↵\n');
}

function joined(parts: Part[]): Part[] {
  const whole: Part[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (last?.changed === part.changed) last.text += part.text;
    else whole.push({ ...part });
  }
  return whole;
}
