/** Known failures: a run does not fail because of them, and fails when one is gone or past its date. */
import type { BaselineRecord, RequirementRecord, Status } from './results.js';

export interface BaselineEntry {
  /** Absent: all operations. */
  operation?: string;
  id: string;
  reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  until: string | null;
}

/**
 * What became of each entry. @param today `YYYY-MM-DD`
 * @param isWhole whether all was sent and judged that may violate a requirement: before that, none is called fixed
 */
export function baselineStates(
  entries: BaselineEntry[],
  requirements: RequirementRecord[],
  today: string,
  isWhole: boolean,
): BaselineRecord[] {
  return entries.map((entry) => {
    const own = requirements.filter(
      ({ id, operation }) => id === entry.id && (entry.operation === undefined || entry.operation === operation),
    );
    return { ...entry, state: stateOf(entry, own, today, isWhole) };
  });
}

/** One operation where it is still violated keeps an entry. */
function stateOf(
  { until }: BaselineEntry,
  requirements: RequirementRecord[],
  today: string,
  isWhole: boolean,
): BaselineRecord['state'] {
  const is = (...statuses: Status[]) => requirements.some(({ status }) => statuses.includes(status));
  if (until !== null && today > until) return 'expired';
  if (is('failed', 'warned')) return 'known';
  return isWhole && is('passed', 'observed') ? 'fixed' : 'open';
}
