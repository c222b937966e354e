/** `idem-conformance compare OLD NEW`: what became better or worse, as Markdown. */
import { comparisonMarkdown } from '../reports/compare-markdown.js';
import { count } from '../reports/words.js';
import { compare, regressionsIn } from '../results/compare.js';
import { readResults, sayVersions } from './results-file.js';

export interface CompareFlags {
  strict?: true;
}

/** @returns 0, or 1 on a regression. Throws `UsageError`. */
export function compareRuns(older: string, newer: string, flags: CompareFlags): number {
  const [before, after] = [readResults(older), readResults(newer)];
  sayVersions(before, after);
  const comparison = compare(before, after, { strict: flags.strict === true });
  process.stdout.write(comparisonMarkdown(before, after, comparison));
  const regressions = regressionsIn(comparison);
  if (regressions.length === 0) return 0;
  process.stderr.write(`idem-conformance: ${count(regressions.length, 'regression')}: ${regressions.join(', ')}.\n`);
  return 1;
}
