/** The lines of a file of any size, a piece at a time. */
import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';

const PIECE = 1 << 20;
const NEWLINE = 0x0a;

/** Bytes of the longest line that is read. */
export const LONGEST_LINE = 16 * PIECE;

/** Every line of the first `size` bytes of an open file: `null` for one that is too long, or no UTF-8. */
export function* linesOf(fd: number, size: number): Generator<string | null> {
  const piece = Buffer.allocUnsafe(PIECE);
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  for (let at = 0; at < size; ) {
    const count = readSync(fd, piece, 0, Math.min(PIECE, size - at), at);
    if (count === 0) break;
    at += count;
    const read = piece.subarray(0, count);
    const end = read.lastIndexOf(NEWLINE);
    if (end < 0) {
      tooLong ||= rest.length + count > LONGEST_LINE;
      rest = tooLong ? Buffer.alloc(0) : Buffer.concat([rest, read]);
      continue;
    }
    const lines = decoded(Buffer.concat([rest, read.subarray(0, end)]));
    if (tooLong) lines[0] = null;
    yield* lines;
    tooLong = false;
    rest = Buffer.from(read.subarray(end + 1));
  }
  if (tooLong) yield null;
  else if (rest.length > 0) yield* decoded(rest);
}

function decoded(bytes: Buffer): (string | null)[] {
  if (isUtf8(bytes)) return bytes.toString().split('\n');
  const lines: (string | null)[] = [];
  for (let at = 0; at <= bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, at);
    const line = bytes.subarray(at, found < 0 ? bytes.length : found);
    lines.push(isUtf8(line) ? line.toString() : null);
    at += line.length + 1;
  }
  return lines;
}
