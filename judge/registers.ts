/** Which requests share a register, and who holds it. */
import type { Reading } from '../history/reading.js';

/** Name of a write's register, or `null` for what has none. */
export function registerOf({ exchange: { operation, key, credential } }: Reading): string | null {
  return operation === 'create' && typeof key === 'string' ? `${credential} ${key}` : null;
}

/** Whether two different requests share key and credential. */
export function sameRegister(a: Reading, b: Reading): boolean {
  return a !== b && registerOf(a) !== null && registerOf(a) === registerOf(b);
}

/** The earliest success of the request's register that was complete before it was sent. */
export function holderOf(reading: Reading, readings: Reading[]): Reading | undefined {
  return readings.find(
    (x) =>
      sameRegister(x, reading) &&
      x.kind === 'ok' &&
      (x.exchange.done ?? Number.POSITIVE_INFINITY) < reading.exchange.sent,
  );
}

/** An earlier success of the request's register with another resource. */
export function ownBefore(reading: Reading, readings: Reading[]): Reading | undefined {
  return readings.find(
    (x) =>
      sameRegister(x, reading) && x.kind === 'ok' && x.id !== reading.id && x.exchange.sent < reading.exchange.sent,
  );
}
