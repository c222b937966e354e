/** `idem-conformance compare OLD NEW`: what became better or worse, as Markdown. */
import { comparisonMarkdown } from '../reports/compare-markdown.js';
import { count } from '../reports/words.js';
import { compare, isComparable, regressionsIn } from '../results/compare.js';
import { readResults, sayVersions } from './results-file.js';

export interface CompareFlags {
  strict?: true;
}

/** @returns 0, 1 on a regression, 3 where the two runs decided no requirement in common. Throws `UsageError`. */
export function compareRuns(older: string, newer: string, flags: CompareFlags): number {
  const [before, after] = [readResults(older), readResults(newer)];
  sayVersions(before, after);
  const comparison = compare(before, after, { strict: flags.strict === true });
  process.stdout.write(comparisonMarkdown(before, after, comparison));
  const regressions = regressionsIn(comparison);
  if (regressions.length > 0) {
    process.stderr.write(`idem-conformance: ${count(regressions.length, 'regression')}: ${regressions.join(', ')}.\n`);
    return 1;
  }
  if (isComparable(before, after)) return 0;
  process.stderr.write(
    'idem-conformance: Nothing could be compared: there is no requirement that both runs decided. Give two whole runs.\n',
  );
  return 3;
}
