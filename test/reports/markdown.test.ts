import { describe, expect, test } from 'vitest';
import { summaryMarkdown } from '../../reports/markdown.js';
import { visibleLine } from '../../reports/visible.js';
import { plain, rendered, tablesOf, tagsOf } from './gfm.js';
import { failing, hostile, nasty, passing, undecided } from './samples.js';

/** Every element that a summary is made of. */
const ours = new Set('h1 h2 h3 p strong code pre ul ol li table thead tbody tr th td !--'.split(' '));

describe('summary.md', () => {
  test('passing', () => {
    expect(summaryMarkdown(passing)).toMatchInlineSnapshot(`
      "# ✓ Conforms

      **Conforms in all 8 MUSTs; everything was checked.**

      <code>http:&#47;&#47;127.0.0.1:4010</code> · Moda tasks (moda 2026-05-01) · profile standard, seed 1234567 · 3,912 of 6,000 requests, 1,204 resources created · 8.4 s · idem-conformance 0&#46;1.0

      ## By chapter

      | Chapter | Passed | Failed | Warned | Not checked | Observed |
      | --- | --: | --: | --: | --: | --: |
      | **CREATE** no key, or another key | 3 | – | – | – | – |
      | **REPLAY** same key, same body | 3 | – | – | – | 1 |
      | **SCOPE** whose key it is | 2 | – | – | – | – |
      | **STORM** at the same time | 1 | – | – | – | – |

      ## Observed

      - Status of a replay: 200 (412) · REPLAY-10
      - Body of a replay: live state (37), as the first (3) · REPLAY-10
      "
    `);
  });

  test('failing', async () => {
    await expect(summaryMarkdown(failing)).toMatchFileSnapshot('expected/failing.summary.txt');
  });

  test('undecided', () => {
    expect(summaryMarkdown(undecided)).toMatchInlineSnapshot(`
      "# ○ Inconclusive

      **Conforms in 3 of 8 MUSTs so far; 5 not checked: the request budget was spent.**

      <code>http:&#47;&#47;127.0.0.1:4010</code> · Moda tasks (moda 2026-05-01) · profile standard, seed 1234567 · 120 of 120 requests, 1,204 resources created · 8.4 s · idem-conformance 0&#46;1.0

      ## By chapter

      | Chapter | Passed | Failed | Warned | Not checked | Observed |
      | --- | --: | --: | --: | --: | --: |
      | **CREATE** no key, or another key | 2 | – | – | 1 | – |
      | **REPLAY** same key, same body | 2 | – | – | 2 | – |
      | **SCOPE** whose key it is | – | – | – | 2 | – |
      | **STORM** at the same time | – | – | – | 1 | – |

      ## Not checked

      - **error**: the plan could not be made: no body is valid without a key. CREATE-2
      - **blocked**: the list of tasks could not be read: 404. REPLAY-3
      - **inconclusive**: the request budget was spent before a storm overlapped. REPLAY-10, STORM-1
      - **skipped**: no second credential: set IDEM_API_KEY_2. SCOPE-1, SCOPE-2

      ## Notes

      - The request budget of 120 was spent in round 2.
      "
    `);
  });

  test('hostile text stays text', () => {
    const summary = summaryMarkdown(hostile);
    const outside = summary.replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '').replaceAll('@<!-- -->', '');
    expect(outside.match(/<(?!\/?code>)/g)).toBeNull();
    expect(outside).not.toMatch(/`|\*\*b\*\*|\]\(|https?:\/\/|[^\P{Cc}\n]|[\u2028\u202e]/u);
    expect(outside).not.toContain('@');
    // The only lines that start something are ours.
    expect(outside.split('\n').filter((line) => /^\s*#/.test(line))).toHaveLength(7);
  });

  test.each(Object.entries({ passing, failing, undecided, hostile }))(
    'GFM makes of it what is meant when %s',
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
    const [requirement] = hostile.requirements;
    const [finding] = requirement?.findings ?? [];
    if (requirement === undefined || finding === undefined) throw new Error('the sample has a finding');
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
    const short = summaryMarkdown(failing, 2000);
    expect(Buffer.byteLength(summaryMarkdown(failing))).toBeGreaterThan(2000);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(2000);
    expect(short).toContain('… and 3 more findings: see report.html or results.json.');
  });

  test('stays under the size of a job summary', () => {
    const [requirement] = hostile.requirements;
    const [finding] = requirement?.findings ?? [];
    if (requirement === undefined || finding === undefined) throw new Error('the sample has a finding');
    const long = { ...finding, argument: Array(20).fill(nasty.repeat(1000)), summary: nasty.repeat(1000) };
    const summary = summaryMarkdown({
      ...hostile,
      requirements: [{ ...requirement, findings: Array(500).fill(long) }],
    });
    expect(Buffer.byteLength(summary)).toBeLessThan(1_000_000);
    expect(summary).toContain('more findings: see report.html or results.json.');
  });
});
