/** Writes that were acknowledged under different keys, and have fewer resources: where answers name none, only effects show it. */
import type { Contract } from '../contracts/contract.js';
import { isRestarted, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import { joined } from './attribute.js';
import type { Finding } from './finding.js';

/** One success of each key, and each without a key, unless equal ones may be joined: each of them has a resource of its own. */
export function acknowledgedIn(readings: Reading[], { key }: Pick<Contract, 'key'>): Reading[] {
  const firsts = new Map<unknown, Reading>();
  for (const reading of readings) {
    const { exchange, kind, register } = reading;
    const { credential } = exchange;
    if (exchange.operation !== 'create' || kind !== 'ok' || isBlank(exchange.key)) continue;
    if (credential !== 'first' && credential !== 'second') continue;
    const name = register ?? (key.keyless === 'joined' ? 'without a key' : reading);
    if (!firsts.has(name)) firsts.set(name, reading);
  }
  return [...firsts.values()];
}

/** The finding about requests of one nonce; `acknowledged` has more members than resources were found. */
export function lackingFinding(plan: Plan, readings: Reading[], acknowledged: Reading[], found: string[]): Finding {
  const proof = acknowledged.map((one) => readings.indexOf(one)).sort((a, b) => a - b);
  const data = { requests: proof, resources: found };
  // Whatever else was sent, a restart is what lost it.
  if (isRestarted(plan)) return { id: 'LOST-5', rule: 'fewer-resources', data, proof };
  const [a, b] = acknowledged as [Reading, Reading | undefined];
  // What has a resource was joined with what has none.
  const id = b === undefined || found.length === 0 ? 'LOST-11' : joined(a, b, { plan, readings, witnesses: [a, b] });
  return { id, rule: 'fewer-resources', data, proof };
}
