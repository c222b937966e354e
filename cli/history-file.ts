/** `history.ndjson` in the report folder: every write of the run, as it is judged. */
import { historyLine, type Sameness } from '../history/ndjson.js';
import type { Reading } from '../history/reading.js';
import { escaped } from '../reports/visible.js';
import { AppendFile } from './append-file.js';

export class HistoryFile {
  readonly file: AppendFile;
  readonly #same: Sameness;

  /** Throws where the file cannot be made. */
  constructor(path: string, same: Sameness) {
    this.file = new AppendFile(path);
    this.#same = same;
  }

  /** @param shown masks the secrets in a text */
  write(reading: Reading, plan: number, shown: (text: string) => string): void {
    const line = historyLine(reading, plan, this.#same, shown);
    if (line !== null) this.file.append(escaped(line));
  }
}
