/** HEADER: requests with a key in a header that the contract does not read. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, type Plan, writeOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { DECIDES_NOTHING } from './classify.js';
import type { Finding } from './finding.js';
import { mayBeOver } from './tokens.js';

export function checkHeaders(plan: Plan, readings: Reading[], contract: Contract): Finding[] {
  return readings.flatMap((reading, index) =>
    mayBeOver(reading, readings, contract) ? [] : refused(reading, index, plan, readings),
  );
}

/** The requirement that such a request puts to the test; `null` without the header. */
export function headerId({ exchange: { headerKey, key } }: Reading): string | null {
  if (headerKey === undefined) return null;
  return typeof key === 'string' ? 'HEADER-2' : 'HEADER-1';
}

/** A valid request that was taken without the header, and refused with it. A null key may be refused by itself. */
function refused(reading: Reading, index: number, plan: Plan, readings: Reading[]): Finding[] {
  const { exchange, kind } = reading;
  const id = headerId(reading);
  if (id === null || kind !== 'none' || exchange.outcome.kind !== 'answer') return [];
  if (DECIDES_NOTHING.has(exchange.outcome.status)) return [];
  const attempts = attemptsOf(plan).map(writeOf);
  const meantBy = ({ exchange: { attempt } }: Reading) =>
    JSON.stringify([attempts[attempt]?.key?.kind, attempts[attempt]?.body?.value]);
  const taken = readings.findIndex(
    (x) => x.kind === 'ok' && attempts[x.exchange.attempt]?.headerKey === undefined && meantBy(x) === meantBy(reading),
  );
  if (taken < 0) return [];
  return [
    {
      id,
      rule: 'refused-for-the-header',
      data: { without: taken, answered: index },
      proof: [taken, index].sort((a, b) => a - b),
    },
  ];
}
