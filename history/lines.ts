/** The lines of a file of any size, a piece at a time. */
import { isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';

const PIECE = 1 << 18;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** Bytes of the longest line that is read: what is longer is not held. */
const LONGEST_LINE = 16 << 20;

/** Lines of the first `size` bytes of an open file, byte order mark aside: `null` for what is not UTF-8 or too long. */
export function* linesOf(fd: number, size: number): Generator<string | null> {
  const piece = Buffer.allocUnsafe(PIECE);
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  for (let at = startOf(fd); at < size; ) {
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

/** After the byte order mark, where there is one. */
function startOf(fd: number): number {
  const mark = Buffer.alloc(3);
  return readSync(fd, mark, 0, 3, 0) === 3 && mark.equals(BYTE_ORDER_MARK) ? 3 : 0;
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
