/** Parts of a JSON text as they were written: what is parsed and written again has lost digits and spaces. */
import { parseJson } from './json.js';
import { parsePointer } from './pointer.js';

/** A member or element: its name or index, and where its value stands. */
interface Part {
  name: string;
  start: number;
  end: number;
}

/** The text of the value at a JSON Pointer; `undefined` where there is none, or the text is not JSON. */
export function textAt(text: string, pointer: string): string | undefined {
  if (parseJson(text) === undefined) return undefined;
  let here = { start: skipped(text, 0), end: text.trimEnd().length };
  for (const name of parsePointer(pointer)) {
    // Of two members with one name, the last counts, as everywhere.
    const part = partsAt(text, here.start).findLast((one) => one.name === name);
    if (part === undefined) return undefined;
    here = part;
  }
  return text.slice(here.start, here.end);
}

/** The texts of the elements of the array at a JSON Pointer; `undefined` where there is no array. */
export function elementsAt(text: string, pointer: string): string[] | undefined {
  const array = textAt(text, pointer);
  if (array?.startsWith('[') !== true) return undefined;
  return partsAt(array, 0).map(({ start, end }) => array.slice(start, end));
}

/** Members of the object, or elements of the array, that begins here; none of another value. Expects JSON. */
function partsAt(text: string, from: number): Part[] {
  const kind = text[from];
  if (kind !== '{' && kind !== '[') return [];
  const parts: Part[] = [];
  for (let at = skipped(text, from + 1); text[at] !== '}' && text[at] !== ']'; ) {
    let name = String(parts.length);
    if (kind === '{') {
      const end = endOf(text, at);
      name = JSON.parse(text.slice(at, end)) as string;
      at = skipped(text, skipped(text, end) + 1);
    }
    const end = endOf(text, at);
    parts.push({ name, start: at, end });
    at = skipped(text, end);
    if (text[at] === ',') at = skipped(text, at + 1);
  }
  return parts;
}

/** After white space and a byte order mark. */
function skipped(text: string, from: number): number {
  let at = from;
  while (' \t\r\n\uFEFF'.includes(text[at] ?? '.')) at += 1;
  return at;
}

/** Where the value that begins here ends. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (letter === '"') at = quoteAfter(text, at);
    if ('[{'.includes(letter)) depth += 1;
    if (']}'.includes(letter)) depth -= 1;
    if (depth > 0) continue;
    // A value that is neither string, array nor object goes on to what follows it.
    if ('"]}'.includes(letter) || /[\s,\]}]/.test(text[at + 1] ?? ',')) return at + 1;
  }
  return text.length;
}

/** Where the string that begins here has its closing quote. */
function quoteAfter(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
