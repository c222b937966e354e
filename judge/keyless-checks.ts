/** CREATE-1 and its kin: requests without a key that were joined, in answers without an id at its place. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, keyUseOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { isUnguessable } from './ids.js';
import { wholeValues } from './shown.js';
import { overlapped } from './times.js';

export function checkKeyless(plan: Plan, readings: Reading[], contract: Contract): Finding[] {
  return readings.flatMap((reading, index) => {
    const first = joinedTo(reading, readings, contract);
    if (first === undefined) return [];
    const at = readings.indexOf(first);
    return [
      {
        id: brokenBy(plan, reading, first),
        rule: 'keyless-joined-unreadably',
        data: { first: at, answered: index },
        proof: [at, index].sort((a, b) => a - b),
      },
    ];
  });
}

/** The equal request without a key whose resource such an answer shows somewhere else than a success has its id. */
export function joinedTo(reading: Reading, readings: Reading[], { key }: Contract): Reading | undefined {
  const { exchange, kind } = reading;
  const { outcome } = exchange;
  if (key.keyless === 'joined' || kind !== 'unknown' || !isKeyless(reading) || outcome.kind !== 'answer') return;
  if (outcome.status < 200 || outcome.status >= 400) return;
  const shown = new Set([...wholeValues(reading.json), lastNameOf(outcome.headers.location)]);
  return readings.find(
    (x) => x.kind === 'ok' && isKeyless(x) && x.value === reading.value && shown.has(x.id) && isUnguessable(x.id ?? ''),
  );
}

function isKeyless({ exchange }: Reading): boolean {
  return exchange.operation === 'create' && exchange.key === null;
}

/** A `Location` ends with the id of what it leads to. */
function lastNameOf(location: string | undefined): string | null {
  return location?.split(/[?#]/)[0]?.split('/').at(-1) ?? null;
}

/** How the two are related, as for resources that are answered twice. */
function brokenBy(plan: Plan, a: Reading, b: Reading): string {
  if ([a, b].some(({ exchange }) => exchange.headerKey !== undefined)) return 'HEADER-1';
  if ([a, b].some(({ exchange }) => keyUseOf(attemptsOf(plan)[exchange.attempt])?.kind === 'null')) return 'CREATE-2';
  return overlapped(a, b) ? 'STORM-10' : 'CREATE-1';
}
