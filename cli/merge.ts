/** `idem-conformance merge`: the reports of several shards as one. */
import { MergeError } from '../results/merge.js';
import { mergeShards } from '../run/merge-shards.js';
import { UsageError } from '../run/options/usage.js';
import { conclude, terminalOf } from './conclude.js';
import type { Given } from './options.js';
import { clearReports, lockOf } from './report-folder.js';
import { readResults, sayVersions } from './results-file.js';

/** @returns the exit code that the whole run would have had */
export async function mergeReports(
  folders: string[],
  { reportDir, format }: Given['own'],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const shards = folders.map((one) => readResults(one));
  sayVersions(...shards);
  const results = mergedOf(shards);
  const lock = lockOf(reportDir);
  try {
    // After the shards are read, which may lie in this folder.
    clearReports(reportDir);
    const terminal = { ...terminalOf(environment), color: false };
    const files = await conclude(results, { reportDir, formats: format, terminal, environment });
    if (files.length > 0) terminal.write(`\nReports: ${files.join(', ')}\n`);
    return results.exitCode;
  } finally {
    lock.release();
  }
}

function mergedOf(shards: Parameters<typeof mergeShards>[0]) {
  try {
    return mergeShards(shards);
  } catch (error) {
    throw error instanceof MergeError ? new UsageError(`merge: ${error.message}`) : error;
  }
}
