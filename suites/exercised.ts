/** What counts as having exercised a requirement: shared by the chapters. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, keyUseOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { sameRegister } from '../history/register.js';

/** Successes of writes. */
export function successes(readings: Reading[]): Reading[] {
  return readings.filter((x) => x.exchange.operation === 'create' && x.kind === 'ok');
}

/** What a key may be answered for good: successes, and refusals of a repeat unless the contract replays. */
export function settled(readings: Reading[], { replay }: Contract): Reading[] {
  return readings.filter(
    ({ exchange, kind }) =>
      exchange.operation === 'create' && (kind === 'ok' || (kind === 'refused' && replay.kind !== 'success')),
  );
}

/** How many different keys were answered with a success; requests without a key count as one. */
export function keysAnswered(readings: Reading[]): number {
  return new Set(successes(readings).map((x) => x.exchange.key)).size;
}

/** Whether a key and one that is nearly equal to it were both answered with a success. */
export function nearMissesAnswered(readings: Reading[], plan: Plan): boolean {
  const attempts = attemptsOf(plan);
  const keys = new Map<number, Set<unknown>>();
  for (const { exchange } of successes(readings)) {
    const use = keyUseOf(attempts[exchange.attempt]);
    if (use?.kind === 'slot') keys.set(use.slot, (keys.get(use.slot) ?? new Set()).add(exchange.key));
  }
  return [...keys.values()].some(({ size }) => size > 1);
}

/** Whether some key was answered for good at least twice. */
export function replayed(readings: Reading[], contract: Contract): boolean {
  return mostOfOneKey(settled(readings, contract)) >= 2;
}

/** Whether some key was answered with its resource at least twice: a refusal that points at it does not show it. */
export function shownAgain(readings: Reading[]): boolean {
  const shown = ({ exchange: { outcome } }: Reading) => outcome.kind === 'answer' && outcome.status < 300;
  return mostOfOneKey(successes(readings).filter(shown)) >= 2;
}

/**
 * Whether some key got at least `times` final answers. If the contract does not say how repeats are answered, only
 * successes count, because a refusal shows no replay.
 */
export function returned(times = 2): typeof replayed {
  return (readings, contract) =>
    mostOfOneKey(contract.replay.kind === null ? successes(readings) : settled(readings, contract)) >= times;
}

function mostOfOneKey(answers: Reading[]): number {
  const counts = new Map<string, number>();
  for (const { register } of answers) {
    if (register !== null) counts.set(register, (counts.get(register) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Whether a key that was answered with a success was sent again, and answered in whatever way. */
export function repeated(readings: Reading[]): boolean {
  return successes(readings).some((first) =>
    readings.some(
      (x) => sameRegister(x, first) && x.exchange.sent > first.exchange.sent && x.exchange.outcome.kind === 'answer',
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

/** Whether a repeat was refused, and none was answered with its resource. */
export function repeatsRefused(readings: Reading[]): boolean {
  return readings.some((x) => x.kind === 'refused') && mostOfOneKey(successes(readings)) < 2;
}

/** Whether a conflict was answered at all. */
export function conflicted(readings: Reading[]): boolean {
  return readings.some((x) => x.kind === 'conflict');
}

/** Whether two answered requests of one key were under way at the same time: a storm without overlap shows nothing. */
export function overlapping(readings: Reading[]): boolean {
  return anyOverlap(readings, (a, b) => a.register === b.register);
}

/** Whether two answered requests of any keys were under way at the same time. */
export function overlappingAnyKeys(readings: Reading[]): boolean {
  return anyOverlap(readings, () => true);
}

function anyOverlap(readings: Reading[], related: (a: Reading, b: Reading) => boolean): boolean {
  const answered = readings.filter(
    ({ exchange, kind }) => exchange.operation === 'create' && kind !== 'none' && exchange.done !== null,
  );
  return answered.some((a) =>
    answered.some(
      (b) =>
        a !== b && a.exchange.sent <= b.exchange.sent && b.exchange.sent < (a.exchange.done as number) && related(a, b),
    ),
  );
}

/** Whether the request carried `Idempotency-Key`, besides the contract's own key. */
export function headed({ exchange }: Reading): boolean {
  return exchange.request.headers.some(([name]) => name.toLowerCase() === 'idempotency-key');
}

/** Whether another endpoint took the request: a refusal may come before a key is looked at. */
export function answeredElsewhere({ exchange, kind }: Reading): boolean {
  return exchange.operation === 'other' && kind === 'ok';
}
