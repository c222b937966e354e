import { describe, expect, test } from 'vitest';
import { summaryMarkdown } from '../../reports/markdown.js';
import { visibleLine } from '../../reports/visible.js';
import { firstFinding, fixture, hostileEverywhere, names, nasty } from './fixtures.js';
import { plain, rendered, tablesOf, tagsOf } from './gfm.js';

const failing = fixture('failing');
const hostile = hostileEverywhere();
const passing = fixture('passing');

/** Every element that a summary is made of. */
const ours = new Set('h1 h2 h3 p strong code pre ul ol li table thead tbody tr th td !--'.split(' '));

describe('summary.md', () => {
  test('a finding has its title, its words, its sources, its steps and its command', () => {
    const { requirement, finding } = firstFinding(failing);
    const html = plain(rendered(summaryMarkdown(failing)));
    const words = [requirement.title, finding.summary, finding.expected, finding.observed, finding.commands.rerun];
    const sources = requirement.sources.map(({ name }) => name);
    for (const part of [...words, ...sources, ...finding.argument, ...finding.smallest.steps])
      expect(html).toContain(visibleLine(part));
  });

  test('hostile text stays text', () => {
    const summary = summaryMarkdown(hostile);
    const outside = summary.replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '').replaceAll('@<!-- -->', '');
    expect(outside.match(/<(?!\/?code>)/g)).toBeNull();
    expect(outside).not.toMatch(/`|\*\*b\*\*|\]\(|https?:\/\/|[^\P{Cc}\n]|[\u2028\u202e]/u);
    expect(outside).not.toContain('@');
    // The only lines that start something are ours.
    const own = /^(# |## (By chapter|Findings|Not checked|Observed|Notes)$|### )/;
    for (const line of outside.split('\n').filter((line) => /^\s*#/.test(line))) expect(line).toMatch(own);
  });

  test.each([...names.map((name) => [name, fixture(name)] as const), ['hostile everywhere', hostile] as const])(
    'GFM makes of it what is meant: %s',
    (_, results) => {
      const html = rendered(summaryMarkdown(results));
      const chapters = new Set(results.requirements.map(({ chapter }) => chapter)).size;
      expect(tablesOf(html)).toEqual([Array(chapters + 1).fill(6)]);
      expect([...tagsOf(html)].filter((tag) => !ours.has(tag))).toEqual([]);
      const findings = results.requirements.flatMap((one) => one.findings).length;
      expect(html.match(/<h3>/g) ?? []).toHaveLength(findings);
      expect(html.match(/<pre>/g) ?? []).toHaveLength(findings);
    },
  );

  test('GFM shows hostile text as it was written', () => {
    const note = plain(rendered(summaryMarkdown({ ...passing, notes: [nasty] })).split('<h2>Notes</h2>')[1] ?? '');
    expect(note.trim()).toBe(visibleLine(nasty));
  });

  test('a command cannot close its fence', () => {
    const { requirement, finding } = firstFinding(hostile);
    const commands = { ...finding.commands, rerun: '````\n# broken out' };
    const summary = summaryMarkdown({
      ...hostile,
      requirements: [{ ...requirement, findings: [{ ...finding, commands }] }],
    });
    expect(summary).toContain('`````sh\n````\\n# broken out\n`````');
  });

  test('marks at the beginning of a text start no list, heading or rule', () => {
    const notes = ['- a', '# b', '1. c', '+ d', '=== e', '    f', 'snake_case _g_'];
    const [, end = ''] = summaryMarkdown({ ...passing, notes }).split('## Notes\n\n');
    expect(end.split('\n')).toEqual([
      '- &#45; a',
      '- &#35; b',
      '- 1&#46; c',
      '- &#43; d',
      '- &#61;== e',
      '- f',
      '- snake_case &#95;g&#95;',
      '',
    ]);
  });

  test('is made shorter where there is little room', () => {
    const storm = fixture('storm');
    const findings = storm.requirements.flatMap((one) => one.findings).length;
    const room = Buffer.byteLength(summaryMarkdown(storm)) - 2000;
    const short = summaryMarkdown(storm, room);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(room);
    expect(short).toMatch(new RegExp(`… and ${findings} more findings: see report.html or results.json.`));
  });

  test('stays under the size of a job summary', () => {
    const { requirement, finding } = firstFinding(hostile);
    const long = { ...finding, argument: Array(20).fill(nasty.repeat(1000)), summary: nasty.repeat(1000) };
    const summary = summaryMarkdown({
      ...hostile,
      requirements: [{ ...requirement, findings: Array(500).fill(long) }],
    });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toContain('more findings: see report.html or results.json.');
  });
});
