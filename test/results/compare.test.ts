import { describe, expect, test } from 'vitest';
import { comparisonMarkdown } from '../../reports/compare-markdown.js';
import { prose } from '../../reports/markdown.js';
import { compare, regressionsIn } from '../../results/compare.js';
import type { RequirementRecord, Results, Status } from '../../results/results.js';
import { firstFinding, fixture, hostileEverywhere, withChanges } from '../reports/fixtures.js';
import { rendered, tablesOf, tagsOf } from '../reports/gfm.js';
import { failing, idsWith, passing } from './pair.js';

const hostile = hostileEverywhere();
const [failed = ''] = idsWith(failing, 'failed');
const [warned = ''] = idsWith(failing, 'warned');
const skipped = idsWith(failing, 'skipped');

const lenient = { strict: false };
const strict = { strict: true };

function markdown(older: Results, newer: Results, options = lenient): string {
  return comparisonMarkdown(older, newer, compare(older, newer, options));
}

function withOne(change: Partial<RequirementRecord>): Results {
  return {
    ...passing,
    requirements: passing.requirements.map((one, index) => (index === 0 ? { ...one, ...change } : one)),
  };
}

describe('compare', () => {
  test('two equal runs', () => {
    expect(compare(failing, structuredClone(failing), strict)).toEqual({
      changes: [],
      findings: [],
      added: [],
      removed: [],
      relevelled: [],
    });
    expect(markdown(failing, failing)).toMatch(/^# ✓ Nothing changed\n/);
  });

  test('worse', () => {
    const broken = failing.requirements.map(({ id }) => id).filter((id) => id === failed || skipped.includes(id));
    expect(regressionsIn(compare(passing, failing, lenient))).toEqual(broken);
    expect(regressionsIn(compare(passing, failing, strict))).toContain(warned);
    const text = markdown(passing, failing);
    expect(text.split('\n')[0]).toBe(`# ✗ ${broken.length} regressions: ${broken.join(', ')}`);
    expect(text.match(/^#+ .*$/gm)).toEqual([text.split('\n')[0], '## Worse', '## Findings', '## Counts']);
    const row = text.split('\n').find((line) => line.startsWith(`| **${failed}**`));
    expect(row).toContain('| MUST | ✓ passed | ✗ failed | **Regression**: it held, and is violated now. ');
    expect(text.match(/^- new: \*\*.*$/gm)).toHaveLength(2);
    expect(text).toContain('| ○ skipped | 0 | 2 | +2 |');
  });

  test('better', () => {
    expect(regressionsIn(compare(failing, passing, strict))).toEqual([]);
    const text = markdown(failing, passing);
    expect(text.match(/^#+ .*$/gm)).toEqual(['# ✓ No regression', '## Better', '## Findings', '## Counts']);
    expect(text.split('\n').find((line) => line.startsWith(`| **${failed}**`))).toContain('| ✗ failed | ✓ passed |  |');
    expect(text.match(/^- gone: \*\*.*$/gm)).toHaveLength(2);
    expect(text).toContain('| ○ skipped | 2 | 0 | −2 |');
  });

  // [before, after, trend, regression of a MUST, of a SHOULD, of a SHOULD when strict]
  test.each<[Status, Status, string, boolean, boolean, boolean]>([
    ['passed', 'failed', 'worse', true, true, true],
    ['observed', 'failed', 'worse', true, true, true],
    ['passed', 'warned', 'worse', false, false, true],
    ['passed', 'inconclusive', 'worse', true, false, false],
    ['failed', 'skipped', 'worse', true, false, false],
    ['warned', 'error', 'worse', true, false, false],
    ['observed', 'blocked', 'worse', true, false, false],
    ['skipped', 'failed', 'worse', false, false, false],
    ['inconclusive', 'warned', 'worse', false, false, false],
    ['warned', 'failed', 'worse', false, false, false],
    ['failed', 'warned', 'better', false, false, false],
    ['failed', 'passed', 'better', false, false, false],
    ['skipped', 'observed', 'better', false, false, false],
    ['skipped', 'blocked', 'other', false, false, false],
    ['passed', 'observed', 'other', false, false, false],
    ['observed', 'noticed', 'worse', false, false, false],
    ['noticed', 'failed', 'worse', false, false, false],
    ['noticed', 'passed', 'better', false, false, false],
  ])('%s, then %s', (before, after, trend, must, should, shouldStrict) => {
    const judged = (level: RequirementRecord['level'], options: { strict: boolean }) =>
      compare(withOne({ level, status: before }), withOne({ level, status: after }), options);
    expect(judged('MUST', lenient).changes.map((change) => change.trend)).toEqual([trend]);
    expect(regressionsIn(judged('MUST', lenient)).length > 0).toBe(must);
    expect(regressionsIn(judged('SHOULD', lenient)).length > 0).toBe(should);
    expect(regressionsIn(judged('SHOULD', strict)).length > 0).toBe(shouldStrict);
  });

  test('another finding of a requirement that was violated before', () => {
    const { finding: other } = firstFinding(fixture('storm'));
    const own = failing.requirements.find(({ id }) => id === failed)?.findings[0];
    const newer = withChanges(failing, { [failed]: { findings: [other] } });
    expect(compare(failing, newer, strict)).toMatchObject({
      changes: [],
      findings: [
        { requirement: failed, is: 'new', finding: { fingerprint: other.fingerprint } },
        { requirement: failed, is: 'gone', finding: { fingerprint: own?.fingerprint } },
      ],
    });
    expect(
      markdown(failing, newer)
        .match(/^- (new|gone): .*$/gm)
        ?.map((line) => line.split('**')[0]),
    ).toEqual(['- new: ', '- gone: ']);
  });

  test('another catalogue is told, and is no regression', () => {
    const older = withOne({ level: 'SHOULD' });
    const requirements = passing.requirements.slice(0, -1);
    const [last] = passing.requirements.slice(-1);
    if (last === undefined) throw new Error('the sample has requirements');
    const newer = {
      ...passing,
      requirements: [...requirements, { ...last, id: 'STORM-9', status: 'failed' as const }],
    };
    expect(regressionsIn(compare(older, newer, strict))).toEqual([]);
    expect(markdown(older, newer)).toContain(
      [
        '## Requirements',
        '',
        `- new: **STORM-9** ${prose(last.title)}, a MUST, failed`,
        `- gone: **${last.id}** ${prose(last.title)}, a MUST, was passed`,
        `- now a MUST, was a SHOULD: **CREATE-1** ${prose(passing.requirements[0]?.title ?? '')}`,
        '',
      ].join('\n'),
    );
  });

  test('runs of different kinds are called so', () => {
    const other = { ...passing, profile: 'standard', contract: { ...passing.contract, name: 'other' } };
    expect(markdown(passing, other)).toContain(
      'The two runs are held to different contracts, and of different size: read this with care.',
    );
  });

  test.each([
    ['worse', passing, hostile],
    ['better', hostile, passing],
    ['both', hostile, hostile],
    ['undecided', fixture('stopped'), hostile],
  ])('hostile text breaks no table and makes no markup: %s', (_, older, newer) => {
    const html = rendered(markdown(older, newer, strict));
    for (const rows of tablesOf(html)) expect(new Set(rows).size).toBe(1);
    const headings = markdown(older, newer, strict).match(/^## (Worse|Better|Other|Counts)$/gm) ?? [];
    // The first table tells the runs apart.
    expect(tablesOf(html)).toHaveLength(headings.length + 1);
    expect(
      [...tagsOf(html)].filter((tag) => !/^(h[12]|p|strong|code|ul|li|table|thead|tbody|t[rhd]|!--)$/.test(tag)),
    ).toEqual([]);
  });
});
