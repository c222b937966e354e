/** `idem-conformance merge`: the reports of several shards as one. */
import { closingText } from '../reports/terminal.js';
import { visibleLine } from '../reports/visible.js';
import { writeReports } from '../reports/write.js';
import { MergeError } from '../results/merge.js';
import { mergeShards } from '../run/merge-shards.js';
import { UsageError } from '../run/options/usage.js';
import { tellGitHub } from './github.js';
import type { Given } from './options.js';
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
  const files = await writeReports(results, reportDir, { formats: format });
  process.stdout.write(closingText(results, { color: false, width: process.stdout.columns || 100 }));
  process.stdout.write(`\nReports: ${files.join(', ')}\n`);
  tellGitHub(results, environment);
  if (results.exitCode > 0) process.stderr.write(`idem-conformance: ${visibleLine(results.verdict)}\n`);
  return results.exitCode;
}

function mergedOf(shards: Parameters<typeof mergeShards>[0]) {
  try {
    return mergeShards(shards);
  } catch (error) {
    throw error instanceof MergeError ? new UsageError(`merge: ${error.message}`) : error;
  }
}
