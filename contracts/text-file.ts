/** Files that users name, read as text: what is not text is refused with a sentence, and nothing is waited for in vain. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of the longest file that is read whole. */
const MOST_BYTES = 64 << 20;

/** Milliseconds that a pipe has for its next bytes. */
const PATIENCE_MS = 10_000;

const PIECE = 1 << 16;

/** Why a file cannot be used: follows its name in a message. */
export class FileError extends Error {
  override name = 'FileError';
}

/** The text of a file or pipe in UTF-8, byte order mark aside. Throws `FileError`. */
export function readTextFile(file: string, most = MOST_BYTES): string {
  const bytes = readBytes(file, most);
  if (!isUtf8(bytes)) throw new FileError('is not UTF-8; save it as UTF-8');
  try {
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    throw tooLong(most);
  }
}

function readBytes(file: string, most: number): Buffer {
  let fd: number | undefined;
  try {
    // Without waiting: a named pipe may have no writer.
    fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new FileError('is a folder; name a file');
    if (stat.isFile() && stat.size > most) throw tooLong(most);
    return readAll(fd, most);
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`cannot be read (${codeOf(error)}); check the path`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Sizes are not asked for: those of pipes and devices are not known. */
function readAll(fd: number, most: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  for (let waited = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE);
    let count: number;
    try {
      count = readSync(fd, piece, 0, PIECE, null);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      if (waited >= PATIENCE_MS) throw new FileError(`gave nothing within ${PATIENCE_MS / 1000} s; name a file`);
      waited += pause(20);
      continue;
    }
    if (count === 0) return Buffer.concat(pieces);
    waited = 0;
    length += count;
    if (length > most) throw tooLong(most);
    pieces.push(piece.subarray(0, count));
  }
}

function pause(ms: number): number {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return ms;
}

function tooLong(most: number): FileError {
  return new FileError(`is longer than ${most >> 20} MiB; name another file`);
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
