/** Which tests of `describeConformance` fail and which are skipped: as the exit code has it. */
import { expect, test } from 'vitest';
import type { RequirementRecord, Results } from '../../results/results.js';
import { complaint, emptiness, exemption } from '../../vitest/outcome.js';
import { fixture, withChanges } from '../reports/fixtures.js';

const failing = fixture('failing');
const violated = failing.requirements.find(({ status, level }) => status === 'failed' && level === 'MUST');
const { id, reason } = violated as RequirementRecord;

function outcomeIn(results: Results): { fails: string | null; skips: string | null } {
  const requirement = results.requirements.find((one) => one.id === id) as RequirementRecord;
  return { fails: complaint(requirement, results), skips: exemption(requirement, results) };
}

const known = { id, reason: 'ticket 7', until: null };

test('a violation fails, with its finding', () => {
  expect(outcomeIn(failing).fails).toContain(violated?.findings[0]?.summary);
  expect(outcomeIn({ ...failing, baseline: [{ ...known, state: 'expired' }] }).fails).toContain(id);
});

test('a known failure is skipped, and so is a violation that does not count', () => {
  expect(outcomeIn({ ...failing, baseline: [{ ...known, state: 'known' }] })).toEqual({
    fails: null,
    skips: 'known failure: ticket 7',
  });
  expect(outcomeIn({ ...failing, decides: [] })).toEqual({
    fails: null,
    skips: `violated, but not counted: ${reason}`,
  });
});

test.each<[status: RequirementRecord['status'], required: boolean, fails: string | null, skips: string | null]>([
  ['skipped', false, null, 'why'],
  ['skipped', true, `${id} is required, and was not checked: why`, 'why'],
  ['blocked', false, null, 'why'],
  ['blocked', true, `${id} is required, and was not checked: why`, 'why'],
  ['inconclusive', false, `${id} could not be decided: why`, null],
  ['error', false, `${id} met an error of the suite: why`, null],
  ['warned', false, null, null],
  ['passed', true, null, null],
])('%s, required: %s', (status, required, fails, skips) => {
  const results = withChanges(failing, { [id]: { status, reason: 'why', findings: [] } });
  expect(outcomeIn({ ...results, strict: false, required: required ? [id] : [] })).toEqual({ fails, skips });
});

test('a violated SHOULD fails where the run is strict', () => {
  const results = withChanges(failing, { [id]: { status: 'warned', level: 'SHOULD' } });
  expect(outcomeIn({ ...results, strict: true }).fails).toContain(violated?.findings[0]?.summary);
  expect(outcomeIn({ ...results, strict: false })).toEqual({ fails: null, skips: null });
});

test('where nothing was judged, and no test says so, the suite fails', () => {
  const all = (status: RequirementRecord['status']) =>
    emptiness({ ...failing, requirements: failing.requirements.map((one) => ({ ...one, status, findings: [] })) });
  expect(all('skipped')).toBe(`Nothing was judged: ${failing.verdict}`);
  expect([all('inconclusive'), all('error'), all('passed'), emptiness(failing)]).toEqual([null, null, null, null]);
});
