/** One requirement put to the test: which plans do it, and what counts as having done it. */
import type fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import type { PlanSource } from '../generators/plans.js';
import type { Delivery } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';

export interface Suite {
  /** Requirement id. */
  id: string;
  /** One plan for each round is drawn from this. */
  plans(source: PlanSource): fc.Arbitrary<Plan>;
  /** Whether a history really exercised the requirement: refusals and silences decide nothing. */
  exercised(readings: Reading[], contract: Contract, deliveries: Delivery[]): boolean;
  /** Why the contract rules the requirement out, or `null`. */
  skip?(contract: Contract): string | null;
  /** One plan is enough: in the first round. */
  once?: true;
  /** Needs an API key of another key holder. */
  secondCredential?: true;
  /** Needs replicas: more than one target. */
  severalTargets?: true;
  /** Writes to other endpoints than the one under test: what it makes there may stay. */
  sideEndpoint?: true;
  /** Needs a webhook receiver that the target can reach. */
  receiver?: true;
  /** Needs the secret that webhooks are signed with. */
  signingSecret?: true;
  /** Decided only where effects can be seen by something other than the replies. */
  byEffects?: true;
}

/** Successes of writes. */
export function successes(readings: Reading[]): Reading[] {
  return readings.filter((x) => x.exchange.operation === 'create' && x.kind === 'ok');
}

/** Whether some key was answered with a success at least `times` times. */
export function replayed(readings: Reading[], times = 2): boolean {
  const counts = new Map<string, number>();
  for (const { exchange } of successes(readings)) {
    if (typeof exchange.key !== 'string') continue;
    const register = `${exchange.credential} ${exchange.key}`;
    counts.set(register, (counts.get(register) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count >= times);
}

/** Whether a key that was answered with a success was sent again, and answered in whatever way. */
export function repeated(readings: Reading[]): boolean {
  return successes(readings).some(({ exchange: first }) =>
    readings.some(
      ({ exchange }) =>
        typeof exchange.key === 'string' &&
        exchange.key === first.key &&
        exchange.credential === first.credential &&
        exchange.sent > first.sent &&
        exchange.outcome.kind === 'answer',
    ),
  );
}

/** Whether at least `count` requests of the kind given were answered with successes. */
export function succeeded(
  readings: Reading[],
  count: number,
  where: (reading: Reading) => boolean = () => true,
): boolean {
  return successes(readings).filter(where).length >= count;
}

/**
 * Whether two answered requests of one key, or with `anyKeys` of any, were under way at the same time: a storm without
 * overlap shows nothing.
 */
export function overlapping(readings: Reading[], anyKeys = false): boolean {
  const answered = readings.filter(
    ({ exchange, kind }) => exchange.operation === 'create' && kind !== 'none' && exchange.done !== null,
  );
  return answered.some((a) =>
    answered.some(
      (b) =>
        a !== b &&
        (anyKeys || (a.exchange.key === b.exchange.key && a.exchange.credential === b.exchange.credential)) &&
        a.exchange.sent <= b.exchange.sent &&
        b.exchange.sent < (a.exchange.done as number),
    ),
  );
}
