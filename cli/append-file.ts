/** A file that grows by whole lines, each on its way to the disk before the call returns. */
import { closeSync, constants, fdatasync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';

export class AppendFile {
  readonly path: string;
  #fd: number | null;
  #length = 0;
  /** Why nothing is written any more, or `null`. */
  problem: NodeJS.ErrnoException | null = null;

  /** A new file in place of an earlier one; a link is replaced, not followed. Throws where it cannot be made. */
  constructor(path: string) {
    this.path = path;
    rmSync(path, { force: true });
    this.#fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  }

  /** Appends a line, newline included. On a full disk the file keeps its whole lines, and nothing is thrown. */
  append(line: string): void {
    if (this.#fd === null || this.problem !== null) return;
    const bytes = Buffer.from(line);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
      this.#length += bytes.length;
    } catch (error) {
      this.problem = error as NodeJS.ErrnoException;
      this.#dropHalfLine(this.#fd);
    }
  }

  /** Has the disk keep what was appended, beside other work. */
  flush(): void {
    if (this.#fd !== null) fdatasync(this.#fd, () => {});
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #dropHalfLine(fd: number): void {
    try {
      ftruncateSync(fd, this.#length);
    } catch {
      // Readers pass over half a line.
    }
  }
}
