/** Which requests of a case are compared. */
import type { CaseRecord, ExchangeRecord } from '../../results/results.js';

/** The two requests of a proof that are worth comparing. */
export function pairOf(record: CaseRecord, illegal: ExchangeRecord | null): [ExchangeRecord, ExchangeRecord] | null {
  const proof = record.exchanges
    .filter((one) => one.proof && one.outcome !== 'read')
    .sort((a, b) => a.sentMs - b.sentMs);
  const second = proof.find((one) => one === illegal && one !== proof[0]) ?? proof[1];
  const others = proof.filter((one) => one !== second);
  const first = others.find((one) => one.key === second?.key) ?? others[0];
  return first === undefined || second === undefined ? null : [first, second];
}
