/** What items of one batch have to do with one another: they are not told apart by time. */
import type { Exchange } from '../history/history.js';
import { type Reading, readAs } from '../history/reading.js';
import { sameRegister } from '../history/register.js';

/** Whether two attempts were items of one request. */
export function inOneBatch({ exchange: a }: Reading, { exchange: b }: Reading): boolean {
  if (a === b || a.batch?.shared !== true || b.batch?.shared !== true) return false;
  return a.step === b.step && a.time === b.time && a.sent === b.sent && a.batch.request === b.batch.request;
}

/** Whether its answer says that something in a batch is refused, and not which of the attempts in it. */
export function isOfNoItem({ batch }: Exchange): boolean {
  return batch?.shared === true && batch.result === null;
}

/**
 * The requirement on batches that two requests under one key break: BATCH-1 where they were items of one batch, BATCH-2
 * where one of them stood beside an item that was refused. `null` where neither.
 */
export function batchId(a: Reading, b: Reading, readings: Reading[]): string | null {
  if (inOneBatch(a, b)) return a.value === b.value ? 'BATCH-1' : null;
  const isBesideRefused = (one: Reading) =>
    readings.some((x) => inOneBatch(x, one) && !sameRegister(x, one) && x.kind === 'conflict');
  return isBesideRefused(a) || isBesideRefused(b) ? 'BATCH-2' : null;
}

/**
 * Refusals that say nothing of a key: of an item that stands in its batch twice, as of any duplicate of a request that is
 * running; and of two items of a batch where both are refused as conflicts, for the one may be refused for the other.
 */
export function readBeside(reading: Reading, readings: Reading[]): Reading {
  if (reading.kind === 'ok' || reading.exchange.batch?.shared !== true) return reading;
  const others = readings.filter((x) => inOneBatch(x, reading));
  const twin = others.find((x) => sameRegister(x, reading) && x.bytes === reading.bytes);
  if (twin?.kind === 'ok' && reading.kind !== 'unknown') return readAs(reading, { kind: 'inflight' });
  const isBoth = reading.kind === 'conflict' && others.some((x) => x.kind === 'conflict');
  return isBoth ? readAs(reading, { kind: 'unknown' }) : reading;
}
