/** Refusals whose status stands for more than one thing: what else was sent under the key says which of them is meant. */
import type { Contract } from '../contracts/contract.js';
import { isRefusal, mayBeConflict, mayBeWrong } from '../contracts/refusals.js';
import { type Reading, readAs } from '../history/reading.js';

interface Time {
  sent: number;
  until: number;
}

/** The requests of a register that were, or may have been, carried out. */
interface Holders {
  /** When each was sent, the earliest first, and when the last of these and the earlier ones was done. */
  times: Time[];
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
    const { status } = outcome;
    const wrong = mayBeWrong(contract, status);
    if (!wrong && !mayBeConflict(contract, status)) return reading;
    const done = exchange.done ?? sent;
    const { times, bodies } = holders.get(register ?? '') ?? { times: [], bodies: [] };
    const last = lastSent(times, done);
    const other = bodies.some((one) => one.bytes !== bytes && one.sent <= done);
    const inFlight = isRefusal(contract.inFlight, status, reading.json);
    if (last === undefined) return readAs(reading, { kind: wrong ? 'none' : 'inflight' });
    if (inFlight && (!other || last.until > sent)) return readAs(reading, { kind: 'inflight' });
    return readAs(reading, { kind: other && kind === 'conflict' ? 'conflict' : 'none' });
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

/** The last that was sent by then, by bisection: a register may have very many. */
function lastSent(times: Time[], by: number): Time | undefined {
  let [least, most] = [0, times.length];
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((times[middle] as Time).sent <= by) least = middle + 1;
    else most = middle;
  }
  return times[least - 1];
}
