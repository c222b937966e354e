/** `history.ndjson` in the report folder: every write of the run, as it is judged. */
import { historyLine, type Sameness } from '../history/ndjson.js';
import type { Reading } from '../history/reading.js';
import { AppendFile } from './append-file.js';

export class HistoryFile {
  readonly file: AppendFile;
  readonly #same: Sameness;

  /** Throws where the file cannot be made. */
  constructor(path: string, same: Sameness) {
    this.file = new AppendFile(path);
    this.#same = same;
  }

  write(reading: Reading, plan: number): void {
    const line = historyLine(reading, plan, this.#same);
    if (line !== null) this.file.append(line);
  }
}
