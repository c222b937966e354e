/** Known failures: a run does not fail because of them, and fails when one is gone or past its date. */
import type { BaselineRecord, RequirementRecord } from './results.js';

export interface BaselineEntry {
  id: string;
  reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  until: string | null;
}

/** What became of each entry. @param today `YYYY-MM-DD` */
export function baselineStates(
  entries: BaselineEntry[],
  requirements: RequirementRecord[],
  today: string,
): BaselineRecord[] {
  const statuses = new Map(requirements.map(({ id, status }) => [id, status]));
  return entries.map((entry) => ({ ...entry, state: stateOf(entry, statuses.get(entry.id), today) }));
}

function stateOf(
  { until }: BaselineEntry,
  status: RequirementRecord['status'] | undefined,
  today: string,
): BaselineRecord['state'] {
  if (until !== null && today > until) return 'expired';
  if (status === 'failed' || status === 'warned') return 'known';
  return status === 'passed' || status === 'observed' ? 'fixed' : 'open';
}
