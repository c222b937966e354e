/** `history.ndjson` in the report folder: every write of the run, as it is judged. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { historyLine, type Sameness } from '../history/ndjson.js';
import type { Reading } from '../history/reading.js';
import { escaped } from '../reports/visible.js';
import { UsageError } from '../run/options/usage.js';

export interface HistoryFile {
  write(reading: Reading, plan: number, shown: (text: string) => string): void;
  close(): Promise<void>;
}

/** Throws `UsageError` where the folder cannot be written: better now than after the run. */
export async function openHistory(dir: string, same: Sameness): Promise<HistoryFile> {
  const file = join(dir, 'history.ndjson');
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new UsageError(`--report-dir ${dir} cannot be made: ${(error as Error).message}. Choose another folder.`);
  }
  const stream = createWriteStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) =>
      reject(new UsageError(`${file} cannot be written: ${error.message}. Choose another --report-dir.`)),
    );
  });
  return {
    write: (reading, plan, shown) => {
      const line = historyLine(reading, plan, same, shown);
      if (line !== null) stream.write(escaped(line));
    },
    close: async () => {
      stream.end();
      await finished(stream);
    },
  };
}
