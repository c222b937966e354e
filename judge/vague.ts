/** Refusals whose status stands for more than one thing: what else was sent under the key says which of them is meant. */
import { decode } from '../contracts/codec.js';
import type { LoadedContract } from '../contracts/load.js';
import { isConflictAlone, isRefusal, mayBeConflict, mayBeWrong } from '../contracts/refusals.js';
import type { Reading } from '../history/reading.js';

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

/** What shows that neither the key nor the body of a refused request is what was wrong with it. */
interface Right {
  /** Keys that were accepted, from whichever key holder. */
  keys: Set<unknown>;
  /** When each value was last sent and accepted: before that no resource can have taken what must be unique in it. */
  values: Map<string, number>;
}

/**
 * How a conflict or a refusal as in flight is read where its status leaves open which it is, or whether it is either: as a
 * conflict where another body may hold the key; as in flight where a request that may hold it is still running, or has
 * the same body; otherwise as the refusal of a wrong request, unless its key and its body were accepted apart from one another.
 */
export function meantBy(readings: Reading[], { contract, schemas }: LoadedContract): (reading: Reading) => Reading {
  const holders = holdersOf(readings);
  const right = rightOf(readings);
  const isInvalid = ({ exchange }: Reading) => schemas.request(decode(contract, exchange.request).value) !== true;
  return (reading) => {
    const { kind, register, exchange } = reading;
    const bytes = exchange.request.body;
    const { outcome, sent } = exchange;
    if ((kind !== 'conflict' && kind !== 'inflight') || outcome.kind !== 'answer') return reading;
    const { status } = outcome;
    const done = exchange.done ?? sent;
    const { times, bodies } = holders.get(register ?? '') ?? { times: [], bodies: [] };
    const last = lastSent(times, done);
    // An invalid body is refused as such also where the contract gives the status to its conflict alone.
    const wrong =
      mayBeWrong(contract, status) || (last === undefined && isConflictAlone(contract, status) && isInvalid(reading));
    if (!wrong && !mayBeConflict(contract, status)) return reading;
    const other = bodies.some((one) => one.bytes !== bytes && one.sent <= done);
    const inFlight = isRefusal(contract.inFlight, status, reading.json);
    if (last === undefined) {
      const isRight = right.keys.has(exchange.key) && (right.values.get(reading.value) ?? 0) > done;
      return kind === 'conflict' && isRight ? reading : { ...reading, kind: wrong ? 'none' : 'inflight' };
    }
    if (inFlight && (!other || last.until > sent)) return { ...reading, kind: 'inflight' };
    return { ...reading, kind: other && kind === 'conflict' ? 'conflict' : 'none' };
  };
}

function rightOf(readings: Reading[]): Right {
  const right: Right = { keys: new Set(), values: new Map() };
  for (const { kind, exchange, value } of readings) {
    if (kind !== 'ok' || exchange.operation !== 'create') continue;
    right.keys.add(exchange.key);
    right.values.set(value, Math.max(exchange.sent, right.values.get(value) ?? 0));
  }
  return right;
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
