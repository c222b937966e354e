/** What was met once and never again is a full finding everywhere, under a name of its own, and a failure nowhere. */
import { describe, expect, test } from 'vitest';
import { annotations } from '../../reports/annotations.js';
import { reportHtml } from '../../reports/html.js';
import { junitXml } from '../../reports/junit.js';
import { summaryMarkdown } from '../../reports/markdown.js';
import { sarif } from '../../reports/sarif.js';
import { closingText } from '../../reports/terminal.js';
import type { FindingRecord } from '../../results/results.js';
import { exitCodeOf, verdictOf } from '../../results/verdict.js';
import { fixture, withChanges } from './fixtures.js';

const failing = fixture('failing');
const must = failing.requirements.find(({ status, level }) => status === 'failed' && level === 'MUST');
const id = must?.id as string;
const finding = must?.findings[0] as FindingRecord;
const others = Object.fromEntries(
  failing.requirements
    .filter((one) => one.id !== id)
    .map((one) => [one.id, { status: 'passed' as const, reason: '', because: null, findings: [] }]),
);
const changed = withChanges(failing, {
  ...others,
  [id]: {
    status: 'inconclusive',
    because: { code: 'not-reproduced', by: null },
    reason: `seen once, not reproduced: ${finding.summary}`,
    findings: [{ ...finding, confirmed: { failed: 0, of: 10 } }],
  },
});
const once = { ...changed, strict: true, exitCode: 3 as const, verdict: verdictOf(changed, null, 3) };

describe('a finding that was seen once', () => {
  test('leaves a MUST undecided, and stands in the verdict', () => {
    expect(exitCodeOf(once, null)).toBe(3);
    expect(once.verdict).toContain(`seen once, not reproduced: ${id}`);
    expect(once.verdict).not.toContain('violated');
  });

  test('says so on the terminal, in the summary and in the HTML report', () => {
    const text = closingText(once, { color: false, width: 100 });
    expect(text).toContain(`○ ${id} `);
    expect(text).toContain('Seen once, not reproduced. ');
    expect(text).toContain('failed again in 0 of 10 runs');
    expect(summaryMarkdown(once)).toContain(`### ○ ${id}: `);
    expect(summaryMarkdown(once)).toContain('\n\nSeen once, not reproduced: ');
    const html = reportHtml(once);
    expect(html).toContain('Seen once, not reproduced.');
    expect(html).not.toContain('Violated');
  });

  test('is skipped in JUnit, and a warning in SARIF and GitHub Actions, however strict the run is', () => {
    const junit = junitXml(once);
    expect(junit).not.toContain('<failure');
    expect(junit).toMatch(/<skipped message="inconclusive: seen once, not reproduced: [^>]*>[^<]*Run it again/);
    const [result] = JSON.parse(sarif(once)).runs[0].results;
    expect([result.ruleId, result.level]).toEqual([id, 'warning']);
    expect(result.message.text).toMatch(/^Seen once, not reproduced: /);
    const lines = annotations(once).split('\n');
    expect(lines.filter((line) => line.startsWith('::error'))).toEqual([]);
    expect(lines[0]).toMatch(new RegExp(`^::warning title=${id}.*Seen once, not reproduced`));
  });

  test('fails where it had to be decided, with that as the reason', () => {
    const required = { ...once, required: [id] };
    expect(exitCodeOf(required, null)).toBe(1);
    expect(junitXml(required)).toContain('message="required, but inconclusive: seen once, not reproduced');
    expect(annotations(required)).toContain(`::error title=${id}%3A required%2C but inconclusive`);
  });
});
