/** Refusals whose status stands for more than one thing: what else was sent under the key says which of them is meant. */
import type { Contract } from '../contracts/contract.js';
import { isConflictOrInFlight, isRefusal, isVague } from '../contracts/refusals.js';
import type { Reading } from '../history/reading.js';

/** The requests of a register that were, or may have been, carried out. */
interface Holders {
  /** When each was sent, the earliest first, and when the last of these and the earlier ones was done. */
  times: { sent: number; until: number }[];
  /** The earliest two of different bytes: a server may compare those. */
  bodies: { bytes: string; sent: number }[];
}

/**
 * How a conflict or a refusal as in flight is read where its status leaves open which it is, or whether it is either: as a
 * conflict where another body may hold the key; as in flight where a request that may hold it is still running, or has
 * the same body; otherwise as the refusal of a wrong request.
 */
export function meantBy(readings: Reading[], contract: Contract): (reading: Reading) => Reading {
  const holders = holdersOf(readings);
  return (reading) => {
    const { kind, register, exchange } = reading;
    const bytes = exchange.request.body;
    const { outcome, sent } = exchange;
    if ((kind !== 'conflict' && kind !== 'inflight') || outcome.kind !== 'answer') return reading;
    const vague = isVague(contract, outcome.status, reading.json);
    if (!vague && !isConflictOrInFlight(contract, outcome.status)) return reading;
    const asInFlight = isRefusal(contract.inFlight, outcome.status, reading.json) ? 'inflight' : 'none';
    const done = exchange.done ?? sent;
    const { times, bodies } = holders.get(register ?? '') ?? { times: [], bodies: [] };
    const last = times.findLast((one) => one.sent <= done);
    if (last === undefined) return { ...reading, kind: vague ? 'none' : 'inflight' };
    if (!bodies.some((one) => one.bytes !== bytes && one.sent <= done)) return { ...reading, kind: asInFlight };
    return asInFlight === 'inflight' && last.until > sent ? { ...reading, kind: 'inflight' } : reading;
  };
}

function holdersOf(readings: Reading[]): Map<string, Holders> {
  const holding = readings.filter((x) => x.register !== null && (x.kind === 'ok' || x.kind === 'unknown'));
  const result = new Map<string, Holders>();
  for (const { register, kind, exchange } of holding.sort((a, b) => a.exchange.sent - b.exchange.sent)) {
    const { times, bodies } = result.get(register as string) ?? { times: [], bodies: [] };
    const { sent, done, request } = exchange;
    const until = kind === 'unknown' ? Number.POSITIVE_INFINITY : (done ?? Number.POSITIVE_INFINITY);
    times.push({ sent, until: Math.max(until, times.at(-1)?.until ?? 0) });
    if (bodies.length < 2 && bodies[0]?.bytes !== request.body) bodies.push({ bytes: request.body, sent });
    result.set(register as string, { times, bodies });
  }
  return result;
}
