/** What follows from a contract's webhook rules. */
import type { WebhookRules } from './contract.js';

/** Seconds by which a delivery may be late, besides its schedule. Our choice: the pages name none. */
const LATE_S = 4;

/** Seconds in which a delivery that was not acknowledged must come again: the first two of the schedule, and lateness. */
export function redeliveredWithin({ retries }: WebhookRules): number {
  const [first = 0, second = 0] = retries;
  return first + second + LATE_S;
}
