/** A comparison of two runs as Markdown, for a pull request. */
import {
  type Change,
  type Comparison,
  type FindingChange,
  isComparable,
  regressionsIn,
  type Trend,
} from '../results/compare.js';
import type { RequirementRecord, Results } from '../results/results.js';
import { countByStatus, signOf, statuses } from '../results/tally.js';
import { code, prose } from './markdown.js';
import { capital, count, sentence } from './words.js';

const headings: Readonly<Record<Trend, string>> = { worse: 'Worse', better: 'Better', other: 'Other' };

export function comparisonMarkdown(older: Results, newer: Results, comparison: Comparison): string {
  const { changes, findings } = comparison;
  const sections = [
    `# ${headline(comparison, isComparable(older, newer))}`,
    ...unlike(older, newer),
    runs(older, newer),
    ...(Object.keys(headings) as Trend[]).flatMap((trend) => changed(trend, changes)),
    ...found(findings),
    ...catalogue(comparison),
    counts(older, newer),
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline(comparison: Comparison, comparable: boolean): string {
  const regressions = regressionsIn(comparison);
  if (regressions.length > 0)
    return `${signOf.failed} ${count(regressions.length, 'regression')}: ${prose(regressions.join(', '))}`;
  if (!comparable) return `${signOf.inconclusive} Nothing could be compared`;
  const { changes, findings, added, removed, relevelled } = comparison;
  const none = [changes, findings, added, removed, relevelled].every((list) => list.length === 0);
  return `${signOf.passed} ${none ? 'Nothing changed' : 'No regression'}`;
}

/** Runs of different kinds can be compared, and the reader must know. */
function unlike(older: Results, newer: Results): string[] {
  const differences = [
    older.contract.name === newer.contract.name ? '' : 'held to different contracts',
    older.profile === newer.profile ? '' : 'of different size',
  ].filter((words) => words !== '');
  return differences.length === 0 ? [] : [`The two runs are ${differences.join(', and ')}: read this with care.`];
}

function runs(older: Results, newer: Results): string {
  const row = (name: string, of: (results: Results) => string) => `| ${name} | ${of(older)} | ${of(newer)} |`;
  return [
    '| | Old | New |',
    '| --- | --- | --- |',
    row('Verdict', ({ verdict }) => prose(capital(verdict))),
    row('Target', ({ targets }) => targets.map(code).join(', ')),
    row('Contract', ({ contract }) => prose(`${contract.name} ${contract.version}`)),
    row('Run', ({ profile, seed, startedAt }) => prose(`${profile}, seed ${seed}, ${startedAt}`)),
    row('Version', ({ versions }) => prose(`idem-conformance ${versions.suite}`)),
  ].join('\n');
}

function changed(trend: Trend, changes: Change[]): string[] {
  const own = changes.filter((change) => change.trend === trend);
  if (own.length === 0) return [];
  return [
    `## ${headings[trend]}`,
    ['| Requirement | Level | Old | New | Why |', '| --- | --- | --- | --- | --- |', ...own.map(changeRow)].join('\n'),
  ];
}

function changeRow({ before, after, regression }: Change): string {
  const why = [
    ...(regression === null ? [] : [`**Regression**: ${prose(sentence(regression))}`]),
    ...(after.reason === '' ? [] : [prose(capital(sentence(after.reason)))]),
  ];
  return `| ${named(after)} | ${after.level} | ${state(before)} | ${state(after)} | ${why.join(' ')} |`;
}

function state({ status }: RequirementRecord): string {
  return `${signOf[status]} ${status}`;
}

function named({ id, title }: RequirementRecord): string {
  return `**${prose(id)}** ${prose(title)}`;
}

function found(findings: FindingChange[]): string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(
    ({ requirement, finding, is }) => `- ${is}: **${prose(requirement)}** ${prose(finding.summary)}`,
  );
  return ['## Findings', lines.join('\n')];
}

function catalogue({ added, removed, relevelled }: Comparison): string[] {
  const lines = [
    ...added.map((one) => `- new: ${named(one)}, a ${one.level}, ${one.status}`),
    ...removed.map((one) => `- gone: ${named(one)}, a ${one.level}, was ${one.status}`),
    ...relevelled.map(({ before, after }) => `- now a ${after.level}, was a ${before.level}: ${named(after)}`),
  ];
  return lines.length === 0 ? [] : ['## Requirements', lines.join('\n')];
}

function counts(older: Results, newer: Results): string {
  const [before, after] = [countByStatus(older.requirements), countByStatus(newer.requirements)];
  const rows = statuses
    .filter((status) => before[status] + after[status] > 0)
    .map((status) => {
      const difference = after[status] - before[status];
      const signed = difference === 0 ? '–' : `${difference > 0 ? '+' : '−'}${Math.abs(difference)}`;
      return `| ${signOf[status]} ${status} | ${before[status]} | ${after[status]} | ${signed} |`;
    });
  return ['## Counts', ['| Status | Old | New | Difference |', '| --- | --: | --: | --: |', ...rows].join('\n')].join(
    '\n\n',
  );
}
