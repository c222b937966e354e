/** Refusals whose status stands for more than one thing: what else was sent under the key says which of them is meant. */
import { decode } from '../contracts/codec.js';
import type { LoadedContract } from '../contracts/load.js';
import { isConflictAlone, isRefusal, mayBeConflict, mayBeWrong } from '../contracts/refusals.js';
import { type Reading, readAs } from '../history/reading.js';
import { holding, lastSent, runsOf } from './runs.js';

/** What shows that neither the key nor the body of a refused request is what was wrong with it. */
interface AcceptedElsewhere {
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
  const runs = runsOf(readings, ({ register }) => register);
  const bodies = bodiesOf(readings);
  const accepted = acceptedIn(readings);
  const isInvalid = ({ exchange }: Reading) =>
    schemas.request(decode(contract, exchange.request, schemas.requestSchema).value) !== true;
  return (reading) => {
    const { kind, register, exchange, bytes } = reading;
    const { outcome, sent } = exchange;
    if ((kind !== 'conflict' && kind !== 'inflight') || outcome.kind !== 'answer') return reading;
    const { status } = outcome;
    const done = exchange.done ?? sent;
    const last = lastSent(runs.get(register ?? '') ?? [], done);
    // An invalid body is refused as such also where the contract gives the status to its conflict alone.
    const wrong =
      mayBeWrong(contract, status) || (last === undefined && isConflictAlone(contract, status) && isInvalid(reading));
    if (!wrong && !mayBeConflict(contract, status)) return reading;
    const other = bodies.get(register ?? '')?.some((one) => one.bytes !== bytes && one.sent <= done);
    const inFlight = isRefusal(contract.inFlight, outcome, reading.json);
    if (last === undefined) {
      // What its own register accepts later may have been in flight when it was refused.
      const isAcceptedElsewhere =
        !runs.has(register ?? '') &&
        accepted.keys.has(exchange.key) &&
        (accepted.values.get(reading.value) ?? 0) > done;
      return kind === 'conflict' && isAcceptedElsewhere
        ? reading
        : readAs(reading, { kind: wrong ? 'none' : 'inflight' });
    }
    if (inFlight && (!other || last.until > sent)) return readAs(reading, { kind: 'inflight' });
    return readAs(reading, { kind: other && kind === 'conflict' ? 'conflict' : 'none' });
  };
}

function acceptedIn(readings: Reading[]): AcceptedElsewhere {
  const accepted: AcceptedElsewhere = { keys: new Set(), values: new Map() };
  for (const { kind, exchange, value } of readings) {
    if (kind !== 'ok' || exchange.operation !== 'create') continue;
    accepted.keys.add(exchange.key);
    accepted.values.set(value, Math.max(exchange.sent, accepted.values.get(value) ?? 0));
  }
  return accepted;
}

/** The earliest two holders of each register with different bytes: a server may compare those. */
function bodiesOf(readings: Reading[]): Map<string, { bytes: string; sent: number }[]> {
  const result = new Map<string, { bytes: string; sent: number }[]>();
  for (const { register, bytes, exchange } of holding(readings)) {
    const { sent } = exchange;
    const bodies = result.get(register as string) ?? [];
    if (bodies.length < 2 && bodies[0]?.bytes !== bytes) bodies.push({ bytes, sent });
    result.set(register as string, bodies);
  }
  return result;
}
