/** What becomes of the test of a requirement. */
import { findingText } from '../reports/terminal.js';
import type { RequirementRecord, Results } from '../results/results.js';
import { isUnchecked, isUnmet, knownAs, violates } from '../results/tally.js';

/** What the test fails with, or `null`. */
export function complaint(requirement: RequirementRecord, results: Results): string | null {
  const { id, level, status, reason, findings } = requirement;
  if (violates(requirement, results)) {
    return findings
      .map((finding, index) => findingText({ requirement, finding, number: index + 1 }, { color: false, width: 100 }))
      .join('\n');
  }
  if (status === 'error') return `${id} met an error of the suite: ${reason}`;
  if (status === 'inconclusive' && level === 'MUST') return `${id} could not be decided: ${reason}`;
  return isUnmet(requirement, results) ? `${id} is required, and was not checked: ${reason}` : null;
}

/** Why a test that does not fail is skipped, or `null`. */
export function exemption(requirement: RequirementRecord, results: Results): string | null {
  const { status, reason } = requirement;
  if (status === 'skipped' || status === 'blocked') return reason;
  if (status !== 'failed') return null;
  const known = knownAs(requirement, results);
  return known === undefined ? `violated, but not counted: ${reason}` : `known failure: ${known.reason}`;
}

/** What a run fails with in which no test would fail because nothing was judged, or `null`. */
export function emptiness(results: Results): string | null {
  const judged = results.requirements.some((one) => !isUnchecked(one.status) || complaint(one, results) !== null);
  return judged ? null : `Nothing was judged: ${results.verdict}`;
}
