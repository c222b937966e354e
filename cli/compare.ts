/** `idem-conformance compare OLD NEW`: what became better or worse, as Markdown. */
import type { Command } from 'commander';
import { comparisonMarkdown } from '../reports/compare-markdown.js';
import { count } from '../reports/words.js';
import { compare, regressionsIn } from '../results/compare.js';
import { readResults } from './results-file.js';

interface CompareFlags {
  strict?: true;
}

export function addCompare(program: Command, act: (older: string, newer: string, flags: CompareFlags) => void): void {
  program
    .command('compare')
    .argument('<old>', 'results.json of the earlier run, or its report folder')
    .argument('<new>', 'those of the later run')
    .description('say as Markdown what became better or worse; exit 1 on a regression')
    .option('--strict', 'a SHOULD that held and is violated now is a regression, too')
    .action(act);
}

/** @returns 0, or 1 on a regression. Throws `UsageError`. */
export function compareRuns(older: string, newer: string, flags: CompareFlags): number {
  const [before, after] = [readResults(older), readResults(newer)];
  const comparison = compare(before, after, { strict: flags.strict === true });
  process.stdout.write(comparisonMarkdown(before, after, comparison));
  const regressions = regressionsIn(comparison);
  if (regressions.length === 0) return 0;
  process.stderr.write(`idem-conformance: ${count(regressions.length, 'regression')}: ${regressions.join(', ')}.\n`);
  return 1;
}
