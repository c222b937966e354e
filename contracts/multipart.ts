/**
 * Bodies of several parts: `multipart/form-data` (RFC 7578, https://www.rfc-editor.org/rfc/rfc7578). Every pair of a name
 * and a string is a part of its own. The text of a body begins with its boundary, so that its Content-Type follows from it.
 */
import type { JsonObject } from './json.js';
import { type Pair, pathOf, valueOfPairs } from './pairs.js';
import { formatPointer } from './pointer.js';

export const MULTIPART = 'multipart/form-data';

/** A part of a body. */
export interface Part {
  name: string;
  /** `undefined` for a plain value. */
  filename: string | undefined;
  /** The header fields, as they were sent. */
  head: string;
  value: string;
}

/** One boundary for all bodies, so that equal bodies have equal bytes. WHATWG's reader takes from 27 to 70 characters. */
const BOUNDARY = 'idem-conformance-7MA4YWxkTrZu0gW';

/** Others, with which a body means the same. An apostrophe needs no quotes, and often has them. */
const ANOTHER_BOUNDARY = '----WebKitFormBoundaryIdem7MA4YWxkTrZu0gW';
const QUOTED_BOUNDARY = "----idem'conformance'7MA4YWxkTrZu0gW";

/**
 * Pairs as they are sent.
 * @param files media types of the places that hold the contents of files
 */
export function multipartText(pairs: readonly Pair[], files: Record<string, string>): string {
  return joined(pairs.map((pair) => partOf(pair, files[pair.place])));
}

function partOf({ path, value }: Pair, type: string | undefined): Pick<Part, 'head' | 'value'> {
  const [first = '', ...inner] = path;
  const name = first + inner.map((one) => `[${one}]`).join('');
  // Half a character cannot be sent as UTF-8.
  return { head: headOf(wellFormed(name), type && { filename: 'file.bin', type }), value: wellFormed(value) };
}

/** The header fields of a part, with the line break after each. */
export function headOf(name: string, file?: '' | { filename: string; type: string }): string {
  const disposition = `Content-Disposition: form-data; name="${escaped(name)}"`;
  if (!file) return `${disposition}\r\n`;
  return `${disposition}; filename="${escaped(file.filename)}"\r\nContent-Type: ${file.type}\r\n`;
}

/** As browsers write names: the HTML standard, 'multipart/form-data encoding algorithm'. */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function unescaped(name: string): string {
  return name.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%22', '"');
}

/** A text without halves of characters. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function joined(parts: readonly Pick<Part, 'head' | 'value'>[], wanted = BOUNDARY): string {
  const written = parts.map(({ head, value }) => `${head}\r\n${value}\r\n`);
  let boundary = wanted;
  for (let n = 1; written.some((part) => part.includes(boundary)); n += 1) boundary = `${wanted}-${n}`;
  return `${written.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`;
}

/** The Content-Type of a body: without a boundary where the text begins with none. */
export function multipartType(text: string): string {
  const boundary = boundaryOf(text);
  return boundary === undefined ? MULTIPART : withBoundary(boundary);
}

/** The Content-Type of bodies with a boundary. */
export function withBoundary(boundary: string): string {
  return `${MULTIPART}; boundary=${/^[\w-]+$/.test(boundary) ? boundary : `"${boundary}"`}`;
}

function boundaryOf(text: string): string | undefined {
  return /^--(.{1,70}?)(?:--)?[ \t]*(?:\r\n|$)/.exec(text)?.[1];
}

/** The boundary that a Content-Type names; `undefined` where it names none, or is of another kind. */
function boundaryIn(contentType: string): string | undefined {
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  return quoted ?? bare;
}

/**
 * The parts of a body; `undefined` where it cannot be read.
 * @param contentType as it was sent; where it is not known, the text's own first line is the boundary
 */
export function partsOf(text: string, contentType?: string): Part[] | undefined {
  const boundary = contentType === undefined ? boundaryOf(text) : boundaryIn(contentType);
  if (boundary === undefined) return undefined;
  const [, ...pieces] = `\r\n${text}`.split(`\r\n--${boundary}`);
  const end = pieces.findIndex((piece) => piece.startsWith('--'));
  const parts = end < 0 ? [undefined] : pieces.slice(0, end).map(partIn);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function partIn(piece: string): Part | undefined {
  const [, head, value] = /^[ \t]*\r\n((?:[^\r\n]+\r\n)*)\r\n([\s\S]*)$/.exec(piece) ?? [];
  if (head === undefined || value === undefined) return undefined;
  const [, disposition] = /^content-disposition[ \t]*:[ \t]*form-data[ \t]*(;[^\r\n]*)\r\n/im.exec(head) ?? [];
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of disposition?.matchAll(PARAMETER) ?? [])
    parameters.set(name.toLowerCase(), unescaped(quoted ?? bare));
  const name = parameters.get('name');
  return name === undefined ? undefined : { name, filename: parameters.get('filename'), head, value };
}

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^\s;"]*))/g;

/** The pairs of a body; `undefined` where it cannot be read. */
export function multipartPairs(text: string, contentType?: string): [name: string, value: string][] | undefined {
  return partsOf(text, contentType)?.map(({ name, value }) => [name, value]);
}

/** What a body says, by what the schema says of each place; `undefined` where it cannot be read. */
export function multipartValue(text: string, schema?: JsonObject, contentType?: string): JsonObject | undefined {
  const pairs = multipartPairs(text, contentType);
  return pairs && valueOfPairs(pairs, schema);
}

/** The text of a body without the members at some pointers. */
export function multipartWithout(text: string, pointers: string[]): string {
  const kept = partsOf(text)?.filter(({ name }) => !pointers.includes(formatPointer(pathOf(name))));
  return kept === undefined ? text : joined(kept, boundaryOf(text));
}

/** The text of a body with one more part. */
export function multipartWith(text: string, name: string, value: string): string {
  const parts = [...(partsOf(text) ?? []), { head: headOf(name), value }];
  return joined(parts, boundaryOf(text));
}

/** Other texts of the same body, by what is written otherwise in them. The last differs by the least. */
export function multipartSpellings(plain: string): { name: string; text: string }[] {
  const parts = partsOf(plain) ?? [];
  const own = boundaryOf(plain);
  const headed = (change: (part: Part) => string) =>
    joined(
      parts.map((part) => ({ ...part, head: change(part) })),
      own,
    );
  const typed = ({ head, filename }: Part) =>
    filename === undefined ? `${head}Content-Type: text/plain; charset=utf-8\r\n` : head;
  return [
    {
      name: 'header names of parts in small letters',
      text: headed(({ head }) => head.replaceAll(/^[\w-]+(?=:)/gm, (name) => name.toLowerCase())),
    },
    { name: 'a Content-Type on every part', text: headed(typed) },
    { name: 'no line break at the end', text: plain.replace(/\r\n$/, '') },
    { name: 'a boundary in quotes', text: joined(parts, QUOTED_BOUNDARY) },
    { name: 'another boundary', text: joined(parts, ANOTHER_BOUNDARY) },
  ];
}

/** A text that nobody can read: its Content-Type names no boundary. Some readers do without the last boundary. */
export function brokenMultipart(plain: string): string[] {
  return [`\r\n${plain}`];
}
