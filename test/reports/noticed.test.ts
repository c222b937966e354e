/** What is noticed is a full finding everywhere, and a failure nowhere, however strict the run is. */
import { describe, expect, test } from 'vitest';
import { annotations } from '../../reports/annotations.js';
import { junitXml } from '../../reports/junit.js';
import { summaryMarkdown } from '../../reports/markdown.js';
import { sarif } from '../../reports/sarif.js';
import { closingText } from '../../reports/terminal.js';
import { exitCodeOf, verdictOf } from '../../results/verdict.js';
import { fixture, withChanges } from './fixtures.js';

const warned = fixture('warned');
const one = warned.requirements.find(({ status }) => status === 'warned');
const id = one?.id as string;
const summary = one?.findings[0]?.summary as string;
const strict = {
  ...withChanges(warned, { [id]: { status: 'noticed', level: 'OBSERVE', promise: 'body' } }),
  strict: true,
};

describe('a noticed requirement', () => {
  test('fails no strict run, and stands in the verdict', () => {
    expect(exitCodeOf(strict, null)).toBe(0);
    expect(verdictOf(strict, null, 0)).toContain(`seen, not promised: ${id}`);
  });

  test('has its finding on the terminal and in the summary', () => {
    const text = closingText(strict, { color: false, width: 100 });
    expect(text).toContain(`◆ ${id} `);
    expect(text).toContain('Noticed');
    expect(text).toContain('\n  Seen, not promised\n');
    expect(text).toContain('with --promise body this fails the run\n');
    expect(summaryMarkdown(strict)).toContain(`### ◆ ${id}: `);
    expect(summaryMarkdown(strict)).toContain('| Noticed |');
    expect(summaryMarkdown(strict)).toContain('## Seen, not promised\n');
  });

  test('passes in JUnit, is a note in SARIF and a notice in GitHub Actions', () => {
    expect(junitXml(strict)).toContain(`<system-out>Noticed: ${summary.slice(0, 20)}`);
    expect(junitXml(strict)).not.toContain('<failure');
    const [result] = JSON.parse(sarif(strict)).runs[0].results;
    expect([result.ruleId, result.kind, result.level]).toEqual([id, 'fail', 'note']);
    const lines = annotations(strict).split('\n');
    expect(lines.filter((line) => line.startsWith('::error') || line.startsWith('::warning'))).toEqual([]);
    expect(lines[0]).toContain(`::notice title=${id}`);
  });
});
