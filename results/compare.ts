/** Two runs side by side: what became better or worse. */
import type { FindingRecord, RequirementRecord, Results, Status } from './results.js';
import { isUnchecked } from './tally.js';

export type Trend = 'worse' | 'better' | 'other';

export interface Change {
  before: RequirementRecord;
  after: RequirementRecord;
  trend: Trend;
  /** Why it makes the comparison fail; `null` where it does not. */
  regression: string | null;
}

export interface FindingChange {
  requirement: string;
  finding: FindingRecord;
  is: 'new' | 'gone';
}

export interface Comparison {
  /** Other statuses, in the order of the newer run. */
  changes: Change[];
  /** Findings of requirements that both runs know. */
  findings: FindingChange[];
  /** Requirements that one run alone knows. */
  added: RequirementRecord[];
  removed: RequirementRecord[];
  /** Requirements with another level. */
  relevelled: { before: RequirementRecord; after: RequirementRecord }[];
}

export interface CompareOptions {
  /** A violated SHOULD is a regression, too. */
  strict: boolean;
}

export function compare(older: Results, newer: Results, options: CompareOptions): Comparison {
  const before = new Map(older.requirements.map((one) => [nameOf(one), one]));
  const known = new Set(newer.requirements.map(nameOf));
  const both = newer.requirements.flatMap((after) => {
    const one = before.get(nameOf(after));
    return one === undefined ? [] : [{ before: one, after }];
  });
  return {
    changes: both
      .filter((pair) => pair.before.status !== pair.after.status)
      .map((pair) => ({
        ...pair,
        trend: trendOf(pair.before.status, pair.after.status),
        regression: regressionOf(pair.before, pair.after, options),
      })),
    findings: both.flatMap((pair) => [
      ...only(pair.after, pair.before).map((finding) => ({ requirement: pair.after.id, finding, is: 'new' as const })),
      ...only(pair.before, pair.after).map((finding) => ({ requirement: pair.after.id, finding, is: 'gone' as const })),
    ]),
    added: newer.requirements.filter((one) => !before.has(nameOf(one))),
    removed: older.requirements.filter((one) => !known.has(nameOf(one))),
    relevelled: both.filter((pair) => pair.before.level !== pair.after.level),
  };
}

export function regressionsIn({ changes }: Comparison): string[] {
  return changes.filter(({ regression }) => regression !== null).map(({ after }) => after.id);
}

/** Whether both runs decided a requirement by what they sent: without one, nothing is compared. */
export function isComparable(older: Results, newer: Results): boolean {
  const [before, after] = [older, newer].map(
    ({ requirements, requests }) =>
      new Set(requests.sent === 0 ? [] : requirements.filter(({ status }) => !isUnchecked(status)).map(nameOf)),
  );
  return [...(before ?? [])].some((name) => after?.has(name));
}

function trendOf(before: Status, after: Status): Trend {
  if (isUnchecked(before) && isUnchecked(after)) return 'other';
  const [was, is] = [rank(before), rank(after)];
  if (was === is) return 'other';
  // What is no longer looked at is worse, whatever it was.
  if (isUnchecked(after)) return 'worse';
  if (isUnchecked(before)) return held(after) ? 'better' : 'worse';
  return is > was ? 'better' : 'worse';
}

function rank(status: Status): number {
  if (held(status)) return 4;
  if (status === 'noticed') return 3;
  if (status === 'warned') return 2;
  return status === 'failed' ? 1 : 0;
}

function held(status: Status): boolean {
  return status === 'passed' || status === 'observed';
}

function regressionOf(before: RequirementRecord, after: RequirementRecord, { strict }: CompareOptions): string | null {
  if (held(before.status) && after.status === 'failed') return 'it held, and is violated now';
  if (strict && held(before.status) && after.status === 'warned')
    return 'it held, and is violated now, a SHOULD that counts here';
  if (after.level === 'MUST' && !isUnchecked(before.status) && isUnchecked(after.status))
    return 'a MUST that was decided, and is not checked now';
  return null;
}

function nameOf({ operation, id }: RequirementRecord): string {
  return `${operation} ${id}`;
}

/** Findings of the one that the other has not. */
function only(one: RequirementRecord, other: RequirementRecord): FindingRecord[] {
  const prints = new Set(other.findings.map(({ fingerprint }) => fingerprint));
  return one.findings.filter((finding) => !prints.has(finding.fingerprint));
}
