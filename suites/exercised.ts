/** What counts as having exercised a requirement: shared by the chapters. */
import type { Contract } from '../contracts/contract.js';
import type { Exchange } from '../history/history.js';
import type { Reading } from '../history/reading.js';

/** One key, in one scope: equal strings mean the same. `null` for a request without a key, or with one that is not a string. */
export function registerOf({ key, credential }: Exchange, { scope }: Contract): string | null {
  if (typeof key !== 'string') return null;
  return scope === 'account' ? key : `${credential} ${key}`;
}

/** Successes of writes. */
export function successes(readings: Reading[]): Reading[] {
  return readings.filter((x) => x.exchange.operation === 'create' && x.kind === 'ok');
}

/** How many different keys were answered with a success; requests without a key count as one. */
export function keysAnswered(readings: Reading[]): number {
  return new Set(successes(readings).map((x) => x.exchange.key)).size;
}

/** Whether some key was answered with a success at least twice. */
export function replayed(readings: Reading[], contract: Contract): boolean {
  return mostSuccesses(readings, contract) >= 2;
}

/** Whether some key was answered with a success at least so many times. */
export function replayedTimes(times: number): typeof replayed {
  return (readings, contract) => mostSuccesses(readings, contract) >= times;
}

function mostSuccesses(readings: Reading[], contract: Contract): number {
  const counts = new Map<string, number>();
  for (const { exchange } of successes(readings)) {
    const register = registerOf(exchange, contract);
    if (register !== null) counts.set(register, (counts.get(register) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Whether a key that was answered with a success was sent again, and answered in whatever way. */
export function repeated(readings: Reading[], contract: Contract): boolean {
  return successes(readings).some(({ exchange: first }) =>
    readings.some(
      ({ exchange }) =>
        registerOf(exchange, contract) !== null &&
        registerOf(exchange, contract) === registerOf(first, contract) &&
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

/** Whether a conflict was answered at all. */
export function conflicted(readings: Reading[]): boolean {
  return readings.some((x) => x.kind === 'conflict');
}

/** Whether two answered requests of one key were under way at the same time: a storm without overlap shows nothing. */
export function overlapping(readings: Reading[], contract: Contract): boolean {
  return anyOverlap(readings, (a, b) => registerOf(a, contract) === registerOf(b, contract));
}

/** Whether two answered requests of any keys were under way at the same time. */
export function overlappingAnyKeys(readings: Reading[]): boolean {
  return anyOverlap(readings, () => true);
}

function anyOverlap(readings: Reading[], related: (a: Exchange, b: Exchange) => boolean): boolean {
  const answered = readings
    .filter(({ exchange, kind }) => exchange.operation === 'create' && kind !== 'none' && exchange.done !== null)
    .map(({ exchange }) => exchange);
  return answered.some((a) =>
    answered.some((b) => a !== b && a.sent <= b.sent && b.sent < (a.done as number) && related(a, b)),
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
