/** The catalogue of faults and permitted variations. */
import { afterUnknownFaults } from './after-unknown.js';
import { batchFaults } from './batches.js';
import { companionFaults } from './companions.js';
import { comparisonFaults } from './comparison.js';
import { conflictFaults } from './conflicts.js';
import { createFaults } from './create.js';
import { appliesTo, brokenBy, type Fault } from './fault.js';
import { formFaults } from './forms.js';
import { inFlightFaults } from './in-flight.js';
import { keyFaults } from './keys.js';
import { lostFaults } from './lost.js';
import { lostWriteFaults } from './lost-writes.js';
import { namingFaults } from './naming.js';
import { raceFaults } from './races.js';
import { refusalFaults } from './refusals.js';
import { replayFaults } from './replays.js';
import { scopeFaults } from './scope.js';
import { serverFaults } from './server.js';
import { sideFaults } from './side.js';
import { storageFaults } from './storage.js';
import { variations } from './variations.js';
import { webhookFaults } from './webhooks.js';

export { appliesTo, brokenBy, type Fault };

export const faults: Fault[] = [
  ...createFaults,
  ...keyFaults,
  ...replayFaults,
  ...namingFaults,
  ...companionFaults,
  ...comparisonFaults,
  ...formFaults,
  ...conflictFaults,
  ...scopeFaults,
  ...storageFaults,
  ...raceFaults,
  ...inFlightFaults,
  ...lostFaults,
  ...lostWriteFaults,
  ...afterUnknownFaults,
  ...refusalFaults,
  ...serverFaults,
  ...sideFaults,
  ...webhookFaults,
  ...batchFaults,
  ...variations,
];

export function findFault(name: string): Fault {
  const found = faults.find((fault) => fault.name === name);
  if (found) return found;
  const nearest = faults
    .map((fault) => ({ name: fault.name, distance: distanceBetween(name.toLowerCase(), fault.name) }))
    .reduce((one, other) => (other.distance < one.distance ? other : one));
  throw new Error(
    `There is no fault '${name}'. Did you mean '${nearest.name}'? 'idem-conformance faults' lists them all.`,
  );
}

/** Levenshtein's: the number of letters to add, drop or replace. */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const letter of one) {
    const next = [(row[0] ?? 0) + 1];
    for (let i = 1; i <= other.length; i++) {
      const replace = (row[i - 1] ?? 0) + (letter === other[i - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[i] ?? 0) + 1, (next[i - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
