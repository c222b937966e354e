/** `junit.xml`: one testsuite for each chapter, one testcase for each requirement. */
import type { FindingRecord, RequirementRecord, Results } from '../results/results.js';
import { type Chapter, chaptersOf, fails, isUnchecked } from '../results/tally.js';
import { visible } from './visible.js';
import { confirmation, count, nameOf } from './words.js';

type Verdict = 'failure' | 'error' | 'skipped' | 'passed';

/** The shape that Jenkins, GitLab and their like read. Names hold no seed, time or port, so that trends work. */
export function junitXml(results: Results): string {
  const chapters = chaptersOf(results);
  const all = results.requirements.map((requirement) => verdictOf(requirement, results));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({
      name: 'idem-conformance',
      tests: all.length,
      failures: tally(all, 'failure'),
      errors: tally(all, 'error'),
      time: (results.durationMs / 1000).toFixed(3),
    })}>`,
    ...chapters.map((chapter) => testsuite(chapter, results)),
    '</testsuites>',
    '',
  ].join('\n');
}

function testsuite(chapter: Chapter, results: Results): string {
  const verdicts = chapter.requirements.map((requirement) => verdictOf(requirement, results));
  const head = attributes({
    name: chapter.title === '' ? chapter.id : `${chapter.id}: ${chapter.title}`,
    tests: verdicts.length,
    failures: tally(verdicts, 'failure'),
    errors: tally(verdicts, 'error'),
    skipped: tally(verdicts, 'skipped'),
  });
  const cases = chapter.requirements.map((requirement) => testcase(requirement, results));
  return [`  <testsuite ${head}>`, ...cases, '  </testsuite>'].join('\n');
}

function testcase(requirement: RequirementRecord, results: Results): string {
  const head = attributes({
    name: `${nameOf(requirement, results)} ${requirement.title}`,
    classname: `idem-conformance.${requirement.chapter}`,
  });
  const content = contentOf(requirement, verdictOf(requirement, results));
  if (content === '') return `    <testcase ${head}/>`;
  return `    <testcase ${head}>\n${content}\n    </testcase>`;
}

function contentOf(requirement: RequirementRecord, verdict: Verdict): string {
  const { status, reason, findings } = requirement;
  if (verdict === 'skipped') {
    const head = attributes({ message: `${status}: ${reason}` });
    const isShown = status === 'inconclusive' && findings.length > 0;
    return `      <skipped ${head}${isShown ? `>${text(argumentOf(findings))}</skipped>` : '/>'}`;
  }
  if (verdict === 'error') return `      <error ${attributes({ type: 'suite error', message: reason })}/>`;
  if (verdict === 'failure') {
    const [first] = isUnchecked(status) ? [] : findings;
    const message = first?.summary ?? `required, but ${status}: ${reason}`;
    const head = attributes({ type: `${requirement.level} ${status}`, message });
    return `      <failure ${head}>${text(findings.length === 0 ? message : argumentOf(findings))}</failure>`;
  }
  const output = { warned: `Warning: ${argumentOf(findings)}`, noticed: `Noticed: ${argumentOf(findings)}` }[
    status as string
  ];
  const said = output ?? reason;
  return said === '' ? '' : `      <system-out>${text(said)}</system-out>`;
}

function argumentOf(findings: FindingRecord[]): string {
  return findings
    .map((finding) =>
      [
        finding.summary,
        ...finding.argument,
        `Expected: ${finding.expected}`,
        `Observed: ${finding.observed}`,
        `Smallest case (${count(finding.smallest.attempts, 'request')}, ${confirmation(finding)}):`,
        ...finding.smallest.steps.map((step) => `  ${step}`),
        `Run it again: ${finding.commands.rerun}`,
      ].join('\n'),
    )
    .join('\n\n');
}

function verdictOf(requirement: RequirementRecord, results: Results): Verdict {
  if (requirement.status === 'error') return 'error';
  if (fails(requirement, results)) return 'failure';
  // A violation that is known, or decides nothing, has not passed either.
  return isUnchecked(requirement.status) || requirement.status === 'failed' ? 'skipped' : 'passed';
}

function tally(verdicts: Verdict[], verdict: Verdict): number {
  return verdicts.filter((other) => other === verdict).length;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${text(String(value)).replace(/"/g, '&quot;').replace(/\n/g, '&#10;')}"`)
    .join(' ');
}

/** Characters that XML 1.0 cannot hold are shown as escapes, so that nothing is lost silently. */
function text(value: string): string {
  return visible(value)
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
