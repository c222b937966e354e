/** Which requests of a case are shown most plainly. */
import type { CaseRecord, ExchangeRecord } from '../../results/results.js';

/**
 * The answer at which the contradiction is complete: the one that `expected` names, otherwise the second success of the
 * proof, otherwise the only request of the proof. `null` where no single answer is wrong.
 */
export function illegalOf(record: CaseRecord, expected: string | null): ExchangeRecord | null {
  const proof = record.exchanges.filter((one) => one.proof && one.answer !== null);
  const name = expected === null ? null : /^([A-Z]+\d*′*):/.exec(expected)?.[1];
  const named = proof.find((one) => one.name === name);
  if (named !== undefined) return named;
  const made = proof
    .filter(({ outcome }) => outcome === 'created')
    .sort((a, b) => (a.doneMs ?? 0) - (b.doneMs ?? 0))
    .filter((one, _, all) => one.key !== null && one.key === all[0]?.key);
  return made[1] ?? (proof.length === 1 ? (proof[0] ?? null) : null);
}

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
