/** An answer's bytes as text: the content codings that the client asks for undone, within a bound, and byte order marks read. */
import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import type { Outcome } from '../history/history.js';

/** What every request says it can read. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/** Codings one over another; whoever needs more wants to keep the reader busy. */
const MOST_CODINGS = 3;

/** An answer as it came: `bytes` are those of the body, one more than the limit where it is longer. */
interface Raw {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

/**
 * The outcome with its body decoded; no more than `limit` bytes of it, whatever it expands to. A body in a coding that was
 * not asked for, or not in the coding that its header names, is an unknown outcome: what it says cannot be read. JSON
 * under the name of an unknown coding is read as it is.
 */
export async function answerOf({ status, headers, bytes }: Raw, limit: number): Promise<Outcome> {
  const codings = codingsOf(headers['content-encoding']);
  const other =
    codings.length > MOST_CODINGS ? codings.join(', ') : codings.find((name) => decoderFor(name) === undefined);
  // As `isUndecoded` knows it.
  const unread = (why: string): Outcome => ({ kind: 'unknown', reason: `answered ${status} with a body ${why}` });
  const isCut = bytes.length > limit;
  if (bytes.length === 0 || codings.length === 0) return answer({ status, headers, bytes }, isCut, limit);
  // Some servers write a charset there.
  if (other !== undefined && !isCut && isJson(bytes)) return answer({ status, headers, bytes }, isCut, limit);
  if (other !== undefined) return unread(`in the content coding '${shortened(other)}', which was not asked for`);
  let decoded = { bytes: bytes.subarray(0, limit), isCut };
  try {
    for (const coding of codings.toReversed()) decoded = await expanded(decoded, coding, limit);
  } catch (error) {
    return unread(`that is not what its Content-Encoding '${codings.join(', ')}' says (${(error as Error).message})`);
  }
  return answer({ status, headers, bytes: decoded.bytes }, decoded.isCut, limit);
}

function answer({ status, headers, bytes }: Raw, isCut: boolean, limit: number): Outcome {
  const body = textOf(bytes.subarray(0, limit));
  return { kind: 'answer', status, headers, body, ...(isCut ? { truncated: true } : {}) };
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** From the innermost to the outermost. */
function codingsOf(header: string | undefined): string[] {
  const names = (header ?? '').split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

function decoderFor(coding: string): ((first: Buffer) => Transform) | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return () => createGunzip();
    case 'br':
      return () => createBrotliDecompress();
    case 'deflate':
      return (first) => (hasZlibHeader(first) ? createInflate() : createInflateRaw());
    default:
      return undefined;
  }
}

/** By RFC 9110 'deflate' has one (https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2); some servers leave it out. */
function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length > 1 && ((bytes[0] as number) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

/** What one coding holds, read no further than the limit. What was cut off before ends where it was cut. */
async function expanded(
  { bytes, isCut }: { bytes: Buffer; isCut: boolean },
  coding: string,
  limit: number,
): Promise<{ bytes: Buffer; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  const decoder = Readable.from([bytes]).pipe(decoderFor(coding)?.(bytes) as Transform);
  try {
    for await (const chunk of decoder) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > limit) break;
    }
  } catch (error) {
    // Of a part, what is there can be read.
    if (!isCut || length === 0) throw error;
  } finally {
    decoder.destroy();
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), isCut: isCut || length > limit };
}

/** UTF-8 unless a byte order mark says UTF-16; the mark itself is no part of the text. */
function textOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

function shortened(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`;
}
