/** What makes two findings the same. */
import { createHash } from 'node:crypto';
import type { FindingRecord, Results } from './results.js';

/** What a finding is known by. Its sentences may change from version to version. */
export type Identity = Pick<FindingRecord, 'operation' | 'id' | 'rule' | 'data'>;

/** What a finding breaks and how, without the requirement: equal for findings of one kind. */
export function kindOf({ rule, data }: { rule: string; data: { subject?: unknown } }): string {
  return `${rule}\n${typeof data.subject === 'string' ? data.subject : ''}`;
}

/** Equal for findings, of whatever run, that break the same requirement in the same way; 32 hexadecimal digits. */
export function fingerprint(finding: Identity, operations: Results['operations']): string {
  // Where there is one alone, its name may change.
  const operation = operations.length > 1 ? `${finding.operation}\n` : '';
  return createHash('sha256')
    .update(`${operation}${finding.id}\n${kindOf(finding)}`)
    .digest('hex')
    .slice(0, 32);
}
