import { describe, expect, test } from 'vitest';
import { comparisonMarkdown } from '../../reports/compare-markdown.js';
import { compare, regressionsIn } from '../../results/compare.js';
import type { RequirementRecord, Results, Status } from '../../results/results.js';
import { rendered, tablesOf, tagsOf } from '../reports/gfm.js';
import { failing, hostile, passing, undecided } from '../reports/samples.js';

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
    expect(regressionsIn(compare(passing, failing, lenient))).toEqual(['REPLAY-1', 'SCOPE-1', 'SCOPE-2', 'STORM-1']);
    expect(regressionsIn(compare(passing, failing, strict))).toContain('REPLAY-9');
    expect(markdown(passing, failing)).toMatchInlineSnapshot(`
      "# ✗ 4 regressions: REPLAY-1, SCOPE-1, SCOPE-2, STORM-1

      | | Old | New |
      | --- | --- | --- |
      | Verdict | Conforms in all 8 MUSTs; everything was checked. | Violates 2 of 8 MUSTs (REPLAY-1, STORM-1); 2 not checked: SCOPE, set IDEM_API_KEY_2. |
      | Target | <code>http:&#47;&#47;127.0.0.1:4010</code> | <code>http:&#47;&#47;127.0.0.1:4010</code> |
      | Contract | moda 2026-05-01 | moda 2026-05-01 |
      | Run | standard, seed 1234567, 2026-05-01T09:30:00.000Z | standard, seed 1234567, 2026-05-01T09:30:00.000Z |
      | Version | idem-conformance 0.1.0 | idem-conformance 0.1.0 |

      ## Worse

      | Requirement | Level | Old | New | Why |
      | --- | --- | --- | --- | --- |
      | **REPLAY-1** A repeat returns the task of the first call: the same id | MUST | ✓ passed | ✗ failed | **Regression**: it held, and is violated now. A repeat made a second task. |
      | **REPLAY-9** &#96;input&#96; echoes the first request | SHOULD | ✓ passed | ! warned | &#96;input&#96; was empty. |
      | **SCOPE-1** The same key and body under two API keys are two tasks | MUST | ✓ passed | ○ skipped | **Regression**: a MUST that was decided, and is not checked now. No second credential: set IDEM_API_KEY_2. |
      | **SCOPE-2** Another body under another API key is no conflict | MUST | ✓ passed | ○ skipped | **Regression**: a MUST that was decided, and is not checked now. No second credential: set IDEM_API_KEY_2. |
      | **STORM-1** Simultaneous identical requests yield one task: all successes carry one id | MUST | ✓ passed | ✗ failed | **Regression**: it held, and is violated now. |

      ## Findings

      - new: **REPLAY-1** A repeat made a second task
      - new: **REPLAY-9** &#96;input&#96; is empty in 12 of 12 replays
      - new: **STORM-1** Four simultaneous requests made two tasks

      ## Counts

      | Status | Old | New | Difference |
      | --- | --: | --: | --: |
      | ✗ failed | 0 | 2 | +2 |
      | ! warned | 0 | 1 | +1 |
      | ○ skipped | 0 | 2 | +2 |
      | ◇ observed | 1 | 1 | – |
      | ✓ passed | 9 | 4 | −5 |
      "
    `);
  });

  test('better', () => {
    expect(regressionsIn(compare(failing, passing, strict))).toEqual([]);
    expect(markdown(failing, passing)).toMatchInlineSnapshot(`
      "# ✓ No regression

      | | Old | New |
      | --- | --- | --- |
      | Verdict | Violates 2 of 8 MUSTs (REPLAY-1, STORM-1); 2 not checked: SCOPE, set IDEM_API_KEY_2. | Conforms in all 8 MUSTs; everything was checked. |
      | Target | <code>http:&#47;&#47;127.0.0.1:4010</code> | <code>http:&#47;&#47;127.0.0.1:4010</code> |
      | Contract | moda 2026-05-01 | moda 2026-05-01 |
      | Run | standard, seed 1234567, 2026-05-01T09:30:00.000Z | standard, seed 1234567, 2026-05-01T09:30:00.000Z |
      | Version | idem-conformance 0.1.0 | idem-conformance 0.1.0 |

      ## Better

      | Requirement | Level | Old | New | Why |
      | --- | --- | --- | --- | --- |
      | **REPLAY-1** A repeat returns the task of the first call: the same id | MUST | ✗ failed | ✓ passed |  |
      | **REPLAY-9** &#96;input&#96; echoes the first request | SHOULD | ! warned | ✓ passed |  |
      | **SCOPE-1** The same key and body under two API keys are two tasks | MUST | ○ skipped | ✓ passed |  |
      | **SCOPE-2** Another body under another API key is no conflict | MUST | ○ skipped | ✓ passed |  |
      | **STORM-1** Simultaneous identical requests yield one task: all successes carry one id | MUST | ✗ failed | ✓ passed |  |

      ## Findings

      - gone: **REPLAY-1** A repeat made a second task
      - gone: **REPLAY-9** &#96;input&#96; is empty in 12 of 12 replays
      - gone: **STORM-1** Four simultaneous requests made two tasks

      ## Counts

      | Status | Old | New | Difference |
      | --- | --: | --: | --: |
      | ✗ failed | 2 | 0 | −2 |
      | ! warned | 1 | 0 | −1 |
      | ○ skipped | 2 | 0 | −2 |
      | ◇ observed | 1 | 1 | – |
      | ✓ passed | 4 | 9 | +5 |
      "
    `);
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
  ])('%s, then %s', (before, after, trend, must, should, shouldStrict) => {
    const judged = (level: RequirementRecord['level'], options: { strict: boolean }) =>
      compare(withOne({ level, status: before }), withOne({ level, status: after }), options);
    expect(judged('MUST', lenient).changes.map((change) => change.trend)).toEqual([trend]);
    expect(regressionsIn(judged('MUST', lenient)).length > 0).toBe(must);
    expect(regressionsIn(judged('SHOULD', lenient)).length > 0).toBe(should);
    expect(regressionsIn(judged('SHOULD', strict)).length > 0).toBe(shouldStrict);
  });

  test('another finding of a requirement that was violated before', () => {
    const [other] = failing.requirements.filter(({ id }) => id === 'STORM-1').flatMap(({ findings }) => findings);
    if (other === undefined) throw new Error('the sample has a finding');
    const newer = {
      ...failing,
      requirements: failing.requirements.map((one) => (one.id === 'REPLAY-1' ? { ...one, findings: [other] } : one)),
    };
    expect(compare(failing, newer, strict)).toMatchObject({
      changes: [],
      findings: [
        { requirement: 'REPLAY-1', is: 'new', finding: { summary: 'Four simultaneous requests made two tasks' } },
        { requirement: 'REPLAY-1', is: 'gone', finding: { summary: 'A repeat made a second task' } },
      ],
    });
    expect(markdown(failing, newer)).toContain(
      '## Findings\n\n- new: **REPLAY-1** Four simultaneous requests made two tasks\n- gone: **REPLAY-1** A repeat made a second task\n',
    );
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
        `- new: **STORM-9** ${last.title}, a MUST, failed`,
        `- gone: **STORM-1** ${last.title}, a MUST, was passed`,
        '- now a MUST, was a SHOULD: **CREATE-1** Without a key, identical bodies create separate tasks',
        '',
      ].join('\n'),
    );
  });

  test('runs of different kinds are called so', () => {
    const other = { ...passing, profile: 'smoke', contract: { ...passing.contract, name: 'other' } };
    expect(markdown(passing, other)).toContain(
      'The two runs are held to different contracts, and of different size: read this with care.',
    );
  });

  test.each([
    ['worse', passing, hostile],
    ['better', hostile, passing],
    ['both', hostile, hostile],
    ['undecided', undecided, hostile],
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
