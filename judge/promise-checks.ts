/** KEY-7, REPLAY-12, STORM-11: what a contract says of keyless requests, of the marker and of duplicates in flight. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, type Plan, writeOf } from '../history/plan.js';
import { isError, type Reading } from '../history/reading.js';
import { holderOf, isBlank, sameRegister } from '../history/register.js';
import type { Finding } from './finding.js';
import { overlapped } from './times.js';

export function checkPromises(plan: Plan, readings: Reading[], contract: Contract): Finding[] {
  return readings.flatMap((reading, index) => {
    if (reading.exchange.operation !== 'create') return [];
    return [
      ...keyless(reading, index, contract),
      ...marker(reading, index, plan, readings, contract),
      ...inFlight(reading, index, readings, contract),
    ];
  });
}

/** KEY-7: a success without a key, where one is required. Blank keys have a requirement of their own. */
function keyless(reading: Reading, index: number, { key }: Contract): Finding[] {
  const { exchange, kind } = reading;
  const { outcome } = exchange;
  if (!key.required || exchange.key !== null || outcome.kind !== 'answer') return [];
  if (kind !== 'ok' && (outcome.status < 200 || outcome.status >= 300 || isError(reading))) return [];
  return [{ id: 'KEY-7', rule: 'keyless-accepted', data: { answered: index }, proof: [index] }];
}

/** REPLAY-12: a replay has the marker, and what is certainly no replay has none. */
function marker(reading: Reading, index: number, plan: Plan, readings: Reading[], { replay }: Contract): Finding[] {
  const { outcome } = reading.exchange;
  if (replay.marker === null || reading.kind !== 'ok' || outcome.kind !== 'answer') return [];
  const shown = outcome.headers[replay.marker.header.toLowerCase()] ?? null;
  const marked = shown !== null && (replay.marker.value === null || shown.trim() === replay.marker.value);
  const holder = holderOf(reading, readings);
  if (holder?.id === reading.id) {
    if (marked) return [];
    const first = readings.indexOf(holder);
    return [
      { id: 'REPLAY-12', rule: 'replay-unmarked', data: { first, answered: index, shown }, proof: [first, index] },
    ];
  }
  if (!marked || !isFirst(reading, plan, readings)) return [];
  return [{ id: 'REPLAY-12', rule: 'first-marked', data: { answered: index, shown }, proof: [index] }];
}

/** Whether nothing was sent under its key before it was answered. */
function isFirst(reading: Reading, plan: Plan, readings: Reading[]): boolean {
  const { exchange, register } = reading;
  if (register === null) return exchange.key === null;
  // A blank key is the same in all plans, and in all runs.
  if (isBlank(exchange.key)) return false;
  if (writeOf(attemptsOf(plan)[exchange.attempt])?.recalled !== undefined) return false;
  return !readings.some((x) => sameRegister(x, reading) && x.exchange.sent <= (exchange.done ?? exchange.sent));
}

/** A request must run so long before it is certain that a duplicate met it. */
const RUNS_MS = 100;

/** STORM-11: a duplicate in flight is held back, or refused, as the contract says. */
function inFlight(reading: Reading, index: number, readings: Reading[], contract: Contract): Finding[] {
  const policy = contract.inFlight?.policy ?? 'either';
  // An item that stands twice in its batch may be refused.
  if (policy === 'wait' && reading.kind === 'inflight' && reading.exchange.batch?.shared !== true) {
    return [{ id: 'STORM-11', rule: 'refused-in-flight', data: { answered: index }, proof: [index] }];
  }
  if (policy !== 'refuse' || reading.kind !== 'ok') return [];
  // One that is late on its way looks as if it was held back; a server that refuses has then refused another one.
  if (readings.some((x) => sameRegister(x, reading) && x.kind === 'inflight')) return [];
  const first = readings.findIndex((x) => sameRegister(x, reading) && heldBack(x, reading) && ranAsLone(x, readings));
  if (first < 0) return [];
  return [{ id: 'STORM-11', rule: 'held-back-in-flight', data: { first, answered: index }, proof: [first, index] }];
}

/** Whether it ran about as long as a request of its plan that came alone: one that ran longer was perhaps only late. */
function ranAsLone(first: Reading, readings: Reading[]): boolean {
  const isAlone = (x: Reading) => !readings.some((other) => other !== x && overlapped(other, x));
  const lone = readings.find(
    (x) =>
      x.kind === 'ok' &&
      !sameRegister(x, first) &&
      runOf(x) >= RUNS_MS &&
      holderOf(x, readings) === undefined &&
      isAlone(x),
  );
  return lone !== undefined && runOf(first) <= 2 * runOf(lone);
}

/** Milliseconds from its sending to its answer. */
function runOf({ exchange: { sent, done } }: Reading): number {
  return done === null ? 0 : done - sent;
}

/** Whether a duplicate was sent well before its request was answered, and was itself answered only after that. */
function heldBack(reading: Reading, { exchange: duplicate, id: same }: Reading): boolean {
  const { exchange: first, kind, id } = reading;
  if (kind !== 'ok' || id !== same || first.done === null || duplicate.done === null) return false;
  const runs = runOf(reading);
  const after = duplicate.sent - first.sent;
  return runs >= RUNS_MS && after > 0 && after <= runs / 2 && duplicate.done >= first.done;
}
