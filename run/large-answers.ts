/** Bodies of large answers, in a file: what was judged is looked at rarely, and a run of them has more than memory holds. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unreadWords } from '../contracts/json.js';
import type { Exchange } from '../history/history.js';
import { isLarge } from '../judge/large.js';

export class LargeAnswers {
  /** Answers that are nested too deep to be read as JSON. */
  unread = 0;
  /** `null`: no file can be written, so that bodies stay where they are; `undefined`: there was no large one yet. */
  #file: number | null | undefined;
  #end = 0;

  /** Puts the bodies of large answers away; they are read when they are asked for. */
  put(exchanges: readonly Exchange[]): void {
    for (const { outcome, batch } of exchanges) {
      if (outcome.kind !== 'answer' || isAway(outcome)) continue;
      if (unreadWords(outcome.body) !== '') this.unread += 1;
      this.#putAway(outcome);
      if (batch !== undefined && batch.answer !== null && !isAway(batch.answer)) this.#putAway(batch.answer);
    }
  }

  #putAway(answer: { body: string }): void {
    if (!isLarge(answer)) return;
    const bytes = Buffer.from(answer.body, 'utf16le');
    const at = this.#write(bytes);
    if (at === null) return;
    const get = () => this.#read(at, bytes.length);
    Object.defineProperty(answer, 'body', { get, enumerable: true, configurable: true });
  }

  close(): void {
    if (typeof this.#file === 'number') closeSync(this.#file);
    this.#file = null;
  }

  /** Where the bytes stand; `null` where they cannot be written. */
  #write(bytes: Buffer): number | null {
    this.#file ??= this.#file === null ? null : opened();
    if (this.#file === null) return null;
    const at = this.#end;
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
    } catch {
      return null;
    }
    this.#end += bytes.length;
    return at;
  }

  #read(at: number, length: number): string {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#file as number, bytes, done, length - done, at + done);
      if (count === 0) throw new Error('the file of large answers is shorter than what was written');
      done += count;
    }
    return bytes.toString('utf16le');
  }
}

/** Whether the body of an answer is in the file. */
function isAway(answer: object): boolean {
  return Object.getOwnPropertyDescriptor(answer, 'body')?.get !== undefined;
}

/** A file that has no name any more, so that nothing is left behind however the run ends. */
function opened(): number | null {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'idem-answers-'));
    const fd = openSync(join(folder, 'bodies'), 'wx+', 0o600);
    rmSync(folder, { recursive: true, force: true });
    return fd;
  } catch {
    return null;
  }
}
