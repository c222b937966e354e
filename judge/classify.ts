/** Reads an exchange as the judge does: which register, which body, and what its answer proves. */
import { decode } from '../contracts/codec.js';
import { withoutFresh } from '../contracts/companions.js';
import type { Contract } from '../contracts/contract.js';
import { idIn, placeOfId } from '../contracts/ids.js';
import { canonical, isObject, type Json, type JsonObject, membersOf, withSent } from '../contracts/json.js';
import type { LoadedContract } from '../contracts/load.js';
import {
  isConflict,
  isInFlight,
  isRefusedAs2xx,
  isRefusedRepeat,
  isSuccessStatus,
  mayBeInFlight,
  mayBeRefusedRepeat,
  resourceRefused,
} from '../contracts/refusals.js';
import { childSchemas } from '../contracts/schemas.js';
import type { Exchange } from '../history/history.js';
import { type Kind, type Reading, readAs } from '../history/reading.js';
import { isBlank, registerOf } from '../history/register.js';
import { isOfNoItem, readBeside } from './batches.js';
import { withJson } from './large.js';
import type { Observed } from './observed.js';
import { lastSent, type Run, runsOf } from './runs.js';
import { Shapes } from './shapes.js';
import { meantBy } from './vague.js';

export function read(exchange: Exchange, { contract, schemas }: LoadedContract): Reading {
  const value = bodyValue(exchange.request, contract, schemas.requestSchema);
  const bytes = withoutFresh(contract, exchange.request.body);
  const reading = withJson({
    exchange,
    kind: 'unknown',
    register: registerOf(exchange, contract),
    id: null,
    bytes,
    value,
  });
  return Object.assign(reading, kindOf(exchange, reading.json, contract));
}

/**
 * Reads the exchanges of one history: what was sent before tells a refused repeat from another refusal, and may be named
 * elsewhere than at the contract's pointer.
 */
export function readAll(exchanges: Exchange[], loaded: LoadedContract, shapes = new Shapes()): Reading[] {
  const readings = shapes.read(exchanges.map((exchange) => read(exchange, loaded)));
  const { replay } = loaded.contract;
  const written = new Map<string, { sent: number; isKnown: boolean }>();
  for (const reading of readings) {
    const { register, kind, exchange } = reading;
    if (register === null || (kind !== 'ok' && kind !== 'unknown')) continue;
    const before = written.get(bodyOf(reading));
    written.set(bodyOf(reading), {
      sent: Math.min(exchange.sent, before?.sent ?? Number.POSITIVE_INFINITY),
      isKnown: kind === 'ok' || before?.isKnown === true,
    });
  }
  const meant = meantBy(readings, loaded);
  const accepted = new Accepted(readings, loaded.contract);
  const known = readings.map((reading): Reading => {
    const { outcome, done } = reading.exchange;
    const first = written.get(bodyOf(reading));
    if (outcome.kind !== 'answer' || reading.kind === 'ok' || isOfNoItem(reading.exchange)) return reading;
    if (reading.register === null || first === undefined || first.sent > (done ?? 0)) return meant(reading);
    if (accepted.wasInFlight(reading)) return readAs(reading, { kind: 'inflight', id: null });
    const stays = reading.kind !== 'inflight' || !accepted.endsWell(reading);
    // Whether something was made is known only of a target that refuses repeats of what was.
    const isSilent = replay.kind === null && reading.kind === 'none' && !first.isKnown;
    const isOpen = isSilent && !shapes.refusesRepeats(outcome.status);
    const repeats = stays && !isOpen && mayBeRefusedRepeat(loaded.contract, outcome, reading.json);
    return repeats ? readAs(reading, { kind: 'refused', id: null }) : meant(reading);
  });
  if (replay.kind === null) shapes.learnRepeats(known);
  return known.map((reading) => readBeside(reading, known));
}

function bodyOf({ register, value }: Reading): string {
  return `${register}\n${value}`;
}

/** What was accepted of the history, for refusals of which it depends what they are. */
class Accepted {
  readonly #contract: Contract;
  /** When requests of each register and value ran. */
  readonly #runs: Map<string, Run[]>;
  /** When the same bytes were last sent under a key, and accepted. */
  readonly #last = new Map<string, number>();

  constructor(readings: Reading[], contract: Contract) {
    this.#contract = contract;
    this.#runs = runsOf(readings, bodyOf);
    for (const reading of readings) {
      if (reading.kind !== 'ok') continue;
      const name = bytesOf(reading);
      this.#last.set(name, Math.max(reading.exchange.sent, this.#last.get(name) ?? Number.NEGATIVE_INFINITY));
    }
  }

  /**
   * Where the contract does not say how a duplicate in flight is refused: a request with its value may have been running, and
   * what was asked later was answered.
   */
  wasInFlight(reading: Reading): boolean {
    const { outcome, sent, done } = reading.exchange;
    if (outcome.kind !== 'answer' || !mayBeInFlight(this.#contract, outcome, reading.json)) return false;
    const last = lastSent(this.#runs.get(bodyOf(reading)) ?? [], done ?? sent);
    return last !== undefined && last.until >= sent && this.endsWell(reading);
  }

  /** Whether the same bytes were sent later under the key, and accepted. */
  endsWell(reading: Reading): boolean {
    return (this.#last.get(bytesOf(reading)) ?? Number.NEGATIVE_INFINITY) > reading.exchange.sent;
  }
}

function bytesOf({ register, bytes }: Reading): string {
  return `${register}\n${bytes}`;
}

function kindOf(exchange: Exchange, json: Json | undefined, contract: Contract): { kind: Kind; id: string | null } {
  const { outcome } = exchange;
  if (outcome.kind === 'unsent') return { kind: 'none', id: null };
  if (outcome.kind === 'unknown') return { kind: 'unknown', id: null };
  const { status } = outcome;
  if (isOfNoItem(exchange)) return { kind: 'unknown', id: null };
  // Of other endpoints the contract knows no refusals.
  const elsewhere = isElsewhere(exchange);
  const refusedAs2xx = !elsewhere && isRefusedAs2xx(contract, outcome, json);
  if (isSuccessStatus(status) && !refusedAs2xx) {
    const place = placeOfId(exchange, contract);
    const id = idIn(place, { headers: outcome.headers, json });
    return { kind: id === null && place !== null ? 'unknown' : 'ok', id };
  }
  if (elsewhere) return { kind: status < 400 || status >= 500 ? 'unknown' : 'none', id: null };
  const refused = resourceRefused(contract, outcome, json);
  if (refused !== null) return { kind: 'ok', id: refused };
  if (isRefusedRepeat(contract, outcome, json)) return { kind: 'refused', id: null };
  if (isConflict(contract, outcome, json)) return { kind: 'conflict', id: null };
  if (isInFlight(contract, outcome, json)) return { kind: 'inflight', id: null };
  const isUnknown = !refusedAs2xx && (status < 400 || status === 408 || status >= 500);
  return { kind: isUnknown ? 'unknown' : 'none', id: null };
}

function isElsewhere({ operation }: Exchange): boolean {
  return operation === 'other' || operation === 'upload';
}

/**
 * The register an exchange belongs to, or `null` for what is judged by a rule of its own
 * (reads, blank keys, keys that are not strings, requests without a valid credential).
 */
export function observe(reading: Reading, contract: Contract, ref: number): Observed | null {
  const { exchange, kind, id, value } = reading;
  if (exchange.operation !== 'create' || exchange.key === undefined) return null;
  if (isBlank(exchange.key) || (exchange.key === null && contract.key.keyless === 'joined')) return null;
  if (exchange.credential === 'none' || exchange.credential === 'wrong') return null;
  const register = reading.register ?? `keyless ${ref}`;
  const body = { bytes: reading.bytes, value };
  if (contract.fingerprint === 'none') Object.assign(body, { bytes: '', value: '' });
  if (contract.fingerprint === 'value') body.bytes = value;
  const done = kind === 'unknown' || exchange.done === null ? Number.POSITIVE_INFINITY : exchange.done;
  return { register, ...body, sent: exchange.sent, done, kind, id, ref };
}

/** Statuses by which a repeat may be refused without a defect of the server: credits, framing, size, layers in front. */
export const DECIDES_NOTHING = new Set([402, 406, 411, 413, 415, 429, 431]);

/**
 * The value of a body for 'same body': without the key, and without what a typed model does not distinguish from
 * absence, so that a server may do either.
 */
function bodyValue(request: Exchange['request'], contract: Contract, schema: JsonObject): string {
  const { value } = decode(contract, request, schema);
  return value === undefined ? `text ${request.body}` : canonical(withoutDefaults(value, [schema]));
}

/** Drops nulls, defaults and members that the schema does not know. */
function withoutDefaults(value: Json, schemas: JsonObject[]): Json {
  if (Array.isArray(value)) {
    const items = childSchemas(schemas, '-');
    return withSent(
      value.map((item) => withoutDefaults(item, items)),
      value,
    );
  }
  if (!isObject(value)) return value;
  const closed = schemas.some((one) => one.additionalProperties === false);
  const members = membersOf(value).flatMap(([name, inner]): [string, Json][] => {
    const own = childSchemas(schemas, name);
    const isDefault = own.some((one) => 'default' in one && canonical(one.default as Json) === canonical(inner));
    if (inner === null || isDefault || (closed && own.length === 0)) return [];
    return [[name, withoutDefaults(inner, own)]];
  });
  return withSent(Object.fromEntries(members), value);
}
