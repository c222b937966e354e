/** The folder of a run: locked, without the reports of an earlier one, with a journal and a history from the start. */
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reportNames, why } from '../reports/write.js';
import type { Results } from '../results/results.js';
import { leftWords } from '../results/verdict.js';
import { UsageError } from '../run/options/usage.js';
import { HistoryFile } from './history-file.js';
import { Journal, readJournal } from './journal.js';
import { Lock } from './lock.js';

const JOURNAL = 'journal.ndjson';

/** Where the journal of a run that did not end is kept when the next one begins, and with a number where there is one. */
const EARLIER = 'earlier-run';

export class ReportFolder {
  readonly dir: string;
  readonly journal: Journal;
  readonly history: HistoryFile;
  readonly #lock: Lock;

  /**
   * Throws `UsageError` where the folder cannot be written, or another run writes there: better now than after the run.
   * @param isOfSeveral whether the run is of several operations
   */
  constructor(dir: string, isOfSeveral: boolean) {
    this.dir = dir;
    this.#lock = lockOf(dir);
    try {
      keepJournal(dir);
      clearReports(dir);
      this.journal = new Journal(join(dir, JOURNAL));
      this.history = new HistoryFile(join(dir, 'history.ndjson'), isOfSeveral);
    } catch (error) {
      this.#lock.release();
      throw error instanceof UsageError ? error : cannotWrite(dir, error);
    }
  }

  /** Sentences about files that stayed incomplete. */
  problems(): string[] {
    return [this.history.file, this.journal.file].flatMap(({ path, problem }) => {
      if (problem !== null) return [`${path} is incomplete: ${why(problem)}.`];
      return existsSync(path) ? [] : [`${path} is lost: it was removed during the run.`];
    });
  }

  /** The run has its verdict: the journal is kept only where the results could not be written. */
  end(results: Results, isWritten: boolean): void {
    if (isWritten) rmSync(this.journal.file.path, { force: true });
    else this.journal.end(results);
    this.close();
  }

  /** What ends the run before its verdict. */
  breakOff(reason: string): void {
    this.journal.breakOff(reason);
    this.close();
  }

  close(): void {
    this.journal.file.close();
    this.history.file.close();
    this.#lock.release();
  }
}

/** Removes the reports in a folder: what is written next may not have all their formats. Throws `UsageError`. */
export function clearReports(dir: string): void {
  try {
    for (const name of reportNames) removeFile(join(dir, name));
  } catch (error) {
    throw cannotWrite(dir, error);
  }
}

/** Takes a folder for what writes there. */
export function lockOf(dir: string): Lock {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new UsageError(`--report-dir ${dir} cannot be made: ${why(error)}. Choose another folder.`);
  }
  try {
    return new Lock(join(dir, 'run.lock'));
  } catch (error) {
    throw error instanceof UsageError ? error : cannotWrite(dir, error);
  }
}

/** The journal in a folder; `null` where there is none. */
export function journalIn(dir: string): string | null {
  const path = join(dir, JOURNAL);
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : null;
}

function cannotWrite(dir: string, error: unknown): UsageError {
  return new UsageError(`--report-dir ${dir} cannot be written: ${why(error)}. Choose another folder.`);
}

/** Under a name of its own: what stands under another one came from a run that was killed, too. */
function keepJournal(dir: string): void {
  const journal = journalIn(dir);
  if (journal === null) return;
  if (!isWorthKeeping(journal)) {
    rmSync(journal);
    return;
  }
  let folder = join(dir, EARLIER);
  for (let n = 2; lstatSync(folder, { throwIfNoEntry: false }) !== undefined; n += 1)
    folder = join(dir, `${EARLIER}-${n}`);
  mkdirSync(folder);
  renameSync(journal, join(folder, JOURNAL));
}

/** Whether a journal says more than that a run began; one that cannot be read may. */
function isWorthKeeping(journal: string): boolean {
  try {
    const results = readJournal(journal);
    if (results === null) return false;
    return leftWords(results) !== null || results.requirements.some(({ findings }) => findings.length > 0);
  } catch {
    return true;
  }
}

/** A folder of that name stays, and is in the way when the report is written. */
function removeFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) rmSync(path, { force: true });
}
