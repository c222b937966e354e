/** What had happened to a register before something went wrong with it: lost answers, storms. */
import { doneAt, type Reading } from '../history/reading.js';

/**
 * The requirement that speaks of the register's lost answers; `null` where none was lost. What was sent once `last` was
 * answered explains nothing of it.
 */
export function lostId(of: Reading, readings: Reading[], last?: Reading): string | null {
  const own = ownOf(of, readings);
  const end = last === undefined ? Number.POSITIVE_INFINITY : doneAt(last);
  const lost = own.filter((x) => x.kind !== 'ok' && x.exchange.outcome.kind !== 'answer' && x.exchange.sent < end);
  if (lost.length === 0) return null;
  if (isStormy(of, readings)) return 'LOST-3';
  if (lost.every((x) => x.kind === 'none')) return 'LOST-2';
  const acknowledged = own.find((x) => x.kind === 'ok' && lost.every((one) => one.exchange.sent > doneAt(x)));
  if (acknowledged !== undefined) return 'LOST-7';
  return own.some((x) => x.value !== of.value) ? 'LOST-6' : 'LOST-1';
}

/** Whether requests of the register were released together. */
export function isStormy(of: Reading, readings: Reading[]): boolean {
  const own = ownOf(of, readings);
  return own.some((a) => own.some((b) => releasedWith(a, b)));
}

/** Whether others of the register were released together before this one was sent. */
export function isAfterStorm(of: Reading, readings: Reading[]): boolean {
  const own = ownOf(of, readings);
  return own.some((a) => a.exchange.step < of.exchange.step && own.some((b) => releasedWith(a, b)));
}

function ownOf(of: Reading, readings: Reading[]): Reading[] {
  return of.register === null ? [] : readings.filter((x) => x.register === of.register);
}

function releasedWith({ exchange: a }: Reading, { exchange: b }: Reading): boolean {
  return a.step === b.step && a.attempt !== b.attempt;
}
