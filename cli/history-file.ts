/** `history.ndjson` in the report folder: every write of the run, as it is judged. */
import type { Contract } from '../contracts/contract.js';
import { historyLine } from '../history/ndjson.js';
import type { Reading } from '../history/reading.js';
import { escaped } from '../reports/visible.js';
import { AppendFile } from './append-file.js';

export class HistoryFile {
  readonly file: AppendFile;
  readonly #names: boolean;

  /**
   * Throws where the file cannot be made.
   * @param names whether each line names its operation
   */
  constructor(path: string, names: boolean) {
    this.file = new AppendFile(path);
    this.#names = names;
  }

  /** @param shown masks the secrets in a text */
  write(reading: Reading, plan: number, contract: Contract, shown: (text: string) => string): void {
    const line = historyLine(reading, plan, contract, shown, this.#names ? contract.create.name : undefined);
    if (line !== null) this.file.append(escaped(line));
  }
}
