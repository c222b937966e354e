import { describe, expect, test } from 'vitest';
import { closingText, verdictText } from '../../reports/terminal.js';
import type { RequirementRecord, Results } from '../../results/results.js';
import { firstFinding, fixture, hostileEverywhere, names } from './fixtures.js';

const plain = { color: false, width: 80 };
const failing = fixture('failing');

describe('closing text', () => {
  test('a finding stands under the title of its requirement, with its words, its steps and the command', () => {
    const { requirement, finding } = firstFinding(failing);
    const text = closingText(failing, { color: false, width: 2000 });
    expect(text).toContain(`${requirement.id} ${requirement.title}`);
    for (const words of [finding.summary, ...finding.argument]) expect(text).toContain(words.replace(/\.$/, ''));
    expect(text).toContain(`expected  ${finding.expected}\n`);
    for (const step of finding.smallest.steps) expect(text).toContain(`. ${step}\n`);
    expect(text).toContain(`    again     ${finding.commands.rerun}\n`);
  });

  test('what was not checked is a line for each reason, with parts of chapters folded where the list is long', () => {
    const stopped = fixture('stopped');
    const [first] = stopped.requirements.filter(({ status }) => status === 'inconclusive');
    const open = (many: number) => {
      const requirements = ['KEY', 'REPLAY', 'STORM'].flatMap((chapter) =>
        [1, 2, 3, 4].map((n) => ({ ...(first as RequirementRecord), chapter, id: `${chapter}-${n}` })),
      );
      // All of the first chapter, most of the second, little of the third.
      const status = (n: number) => (n < many && n !== 4 ? 'inconclusive' : 'passed');
      const results = { ...stopped, requirements: requirements.map((one, n) => ({ ...one, status: status(n) })) };
      const text = closingText(results as Results, { color: false, width: 2000 });
      return text.split('\n').filter((line) => line.startsWith('  ○ '));
    };
    const line = `  ○ inconclusive: ${first?.reason}: `;
    expect(open(6)).toContain(`${line}KEY, REPLAY-2`);
    expect(open(10)).toContain(`${line}KEY, REPLAY (3 of 4), STORM-1, STORM-2`);
  });

  test('colours only when wanted, and takes each back', () => {
    const painted = closingText(failing, { ...plain, color: true });
    const reset = painted.replaceAll(/\p{Cc}\[\d+m/gu, '');
    expect(reset).toBe(closingText(failing, plain));
    const [verdict = ''] = verdictText(failing, { color: true, width: 2000 }).split('\n');
    expect(JSON.stringify(verdict)).toMatch(/^"\\u001b\[1m\\u001b\[31m {2}✗ .*\\u001b\[39m\\u001b\[22m"$/);
  });

  test.each(names)('keeps to the width, but for commands and words that are longer: %s', (name) => {
    for (const width of [60, 80, 140]) {
      const lines = closingText(fixture(name), { color: false, width }).split('\n');
      const long = lines.filter((line) => line.length > width && !line.includes('npx '));
      expect(long.filter((line) => line.split(' ').every((word) => word.length < width / 2))).toEqual([]);
    }
  });

  test('a target cannot write to the terminal', () => {
    for (const results of [fixture('hostile'), hostileEverywhere()])
      expect(closingText(results, plain)).not.toMatch(/[^\P{Cc}\n]|[\u2028\u202e]|\p{Cs}/u);
  });
});
