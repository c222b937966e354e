/** Reads an exchange as the judge does: which register, which body, and what its answer proves. */
import type { Contract, Json } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { isInFlight, isRefusal, parseJson } from '../contracts/refusals.js';
import type { Exchange } from '../history/history.js';
import type { Kind, Reading } from '../history/reading.js';
import type { Observed } from './judge.js';

export function read(exchange: Exchange, contract: Contract): Reading {
  const json = exchange.outcome.kind === 'answer' ? parseJson(exchange.outcome.body) : undefined;
  const { kind, id } = kindOf(exchange, json, contract);
  return { exchange, kind, id, json, value: valueOf(exchange.request.body, contract) };
}

function kindOf(exchange: Exchange, json: Json | undefined, contract: Contract): { kind: Kind; id: string | null } {
  const { outcome } = exchange;
  if (outcome.kind === 'unsent') return { kind: 'none', id: null };
  if (outcome.kind === 'unknown') return { kind: 'unknown', id: null };
  const { status } = outcome;
  if (status >= 200 && status < 300) {
    const id = json === undefined ? undefined : at(json, contract.create.id);
    return typeof id === 'string' && id !== '' ? { kind: 'ok', id } : { kind: 'unknown', id: null };
  }
  const { replay } = contract;
  if (replay.kind === 'refusal' && replay.statuses.includes(status) && replay.pointer !== null) {
    const id = json === undefined ? undefined : at(json, replay.pointer);
    if (typeof id === 'string') return { kind: 'ok', id };
  }
  if (isRefusal(contract.conflict, status, json)) return { kind: 'conflict', id: null };
  if (isInFlight(contract, status, json)) return { kind: 'inflight', id: null };
  if (status < 400 || status === 408 || status >= 500) return { kind: 'unknown', id: null };
  return { kind: 'none', id: null };
}

/**
 * The register an exchange belongs to, or `null` for what is judged by a rule of its own
 * (reads, blank keys, keys that are no strings).
 */
export function observe(reading: Reading, contract: Contract, ref: number): Observed | null {
  const { exchange, kind, id, value } = reading;
  if (exchange.operation !== 'create' || exchange.key === undefined) return null;
  if (exchange.key !== null && exchange.key.trim() === '') return null;
  const scope = contract.scope === 'account' ? 'account' : exchange.credential;
  const register = exchange.key === null ? `keyless ${ref}` : `${scope} ${exchange.key}`;
  const bytes = exchange.request.body;
  const body = { bytes, value };
  if (contract.fingerprint === 'none') Object.assign(body, { bytes: '', value: '' });
  if (contract.fingerprint === 'value') body.bytes = value;
  const done = kind === 'unknown' || exchange.done === null ? Number.POSITIVE_INFINITY : exchange.done;
  return { register, ...body, sent: exchange.sent, done, kind, id, ref };
}

/** JSON with sorted members, so that equal values are equal strings. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

function valueOf(body: string, contract: Contract): string {
  const json = parseJson(body);
  if (json === undefined) return `text ${body}`;
  if (contract.key.in === 'body' && typeof json === 'object' && json !== null && !Array.isArray(json)) {
    const { [contract.key.name]: _key, ...rest } = json;
    return canonical(rest);
  }
  return canonical(json);
}
