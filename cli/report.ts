/** `idem-conformance report`: the reports of a run that did not come to write them. */
import { join } from 'node:path';
import type { Results } from '../results/results.js';
import { UsageError } from '../run/options/usage.js';
import { conclude, terminalOf } from './conclude.js';
import { readJournal } from './journal.js';
import type { Given } from './options.js';
import { journalIn, lockOf } from './report-folder.js';
import { isFolder, readResults } from './results-file.js';

/** @returns the exit code of the run; 1 or 3, and never 0, for one that did not end */
export async function reportFolder(
  dir: string,
  { format }: Given['own'],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  if (!isFolder(dir)) throw new UsageError(`report: ${dir} is not a folder: give the report folder of a run.`);
  const lock = lockOf(dir);
  try {
    const results = resultsIn(dir);
    if (results === null) {
      process.stderr.write(
        `idem-conformance: ${join(dir, 'journal.ndjson')} holds no complete line: the run ended before it sent anything, or could not write there.\n`,
      );
      return 3;
    }
    const terminal = { ...terminalOf(environment), live: false };
    const files = await conclude(results, { reportDir: dir, formats: format, terminal, environment });
    if (files.length > 0) terminal.write(`\nReports: ${files.join(', ')}\n`);
    return results.exitCode;
  } finally {
    lock.release();
  }
}

/** What the journal holds, or where there is none, because the run wrote its reports, what they hold. */
function resultsIn(dir: string): Results | null {
  const journal = journalIn(dir);
  return journal === null ? readResults(dir) : readJournal(journal);
}
