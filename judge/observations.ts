/** Notes which way the target goes where the contract leaves it free. */
import type { Contract } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { attemptsOf, type KeyUse, type Plan, writeOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { blankKeys, wayOf } from './key-checks.js';

/** One thing seen once. */
export interface Observation {
  /** Requirement id. */
  id: string;
  /** What was looked at, e.g. `status of a replay`. */
  subject: string;
  value: string;
}

export function observations(plan: Plan, readings: Reading[], contract: Contract): Observation[] {
  const seen: Observation[] = [];
  const firsts = new Map<string, Reading>();
  for (const reading of readings) {
    const { register } = reading;
    if (register === null || reading.kind !== 'ok') continue;
    const first = firsts.get(register);
    if (first === undefined) firsts.set(register, reading);
    else if (first.id === reading.id) seen.push(...replay(first, reading, contract));
  }
  for (const { register, kind, exchange } of readings) {
    const { outcome } = exchange;
    if (kind !== 'refused' || !firsts.has(register ?? '') || outcome.kind !== 'answer') continue;
    seen.push({ id: 'REPLAY-10', subject: 'a repeat', value: `refused (${outcome.status})` });
  }
  for (const [key, list] of blankKeys(readings))
    seen.push({ id: 'KEY-5', subject: `blank key ${JSON.stringify(key)}`, value: wayOf(list, contract) });
  const attempts = attemptsOf(plan);
  for (const reading of readings) {
    const write = writeOf(attempts[reading.exchange.attempt]);
    if (write === undefined) continue;
    const { body, framing, key } = write;
    const value = decisionOf(reading, firsts);
    if (body.rewrite !== undefined) {
      const { name, pointer } = body.rewrite;
      seen.push({ id: 'CONFLICT-10', subject: `${name} at ${pointer || 'the top'}`, value });
    }
    if (framing?.query !== undefined) seen.push({ id: 'CONFLICT-10', subject: 'another query string', value });
    seen.push(...keyObservations(reading, key));
  }
  return seen;
}

/** What became of a request that means the same as the first of its key, which is in `firsts`. */
export function decisionOf(reading: Reading, firsts?: Map<string, Reading>): string {
  const { kind, id, exchange } = reading;
  // What was not sent was not decided.
  if (exchange.outcome.kind !== 'answer') return 'unknown';
  const first = firsts?.get(reading.register ?? '');
  if (kind === 'ok' && first !== undefined && first.id !== id) return 'creates';
  const words = { ok: 'replays', conflict: 'conflicts', none: 'refused', inflight: 'refused', unknown: 'unknown' };
  return kind === 'refused' ? kind : words[kind];
}

/** KEY-6 and the exception of KEY-3: lengths, and lone surrogates. */
function keyObservations(reading: Reading, use: KeyUse): Observation[] {
  const { key, outcome } = reading.exchange;
  if (typeof key !== 'string' || outcome.kind === 'unsent') return [];
  const value = reading.kind === 'ok' ? 'accepted' : reading.kind === 'none' ? 'refused' : reading.kind;
  const seen: Observation[] = [];
  if (use.kind === 'slot' && use.length !== undefined)
    seen.push({ id: 'KEY-6', subject: `key of ${use.length} characters`, value });
  if (/\p{Surrogate}/u.test(key)) seen.push({ id: 'KEY-3', subject: 'lone surrogate in a key', value });
  return seen;
}

/** REPLAY-10: the status of a replay, snapshot or live state, a marker. */
function replay(first: Reading, again: Reading, contract: Contract): Observation[] {
  const [a, b] = [first.exchange.outcome, again.exchange.outcome];
  if (a.kind !== 'answer' || b.kind !== 'answer') return [];
  const seen = (subject: string, value: string): Observation => ({ id: 'REPLAY-10', subject, value });
  const same = a.status === b.status ? 'as the first' : 'another than the first';
  const marker = contract.replay.marker?.header ?? 'idempotent-replayed';
  const [was, is] = [first, again].map((x) => at(x.json, contract.status?.pointer ?? ''));
  const late = again.exchange.sent - first.exchange.sent > 1000;
  const state = was !== is ? 'live' : late ? 'unchanged after a second: a snapshot, or still the same' : null;
  return [
    seen('status of a replay', `${b.status}, ${same}`),
    seen('replay marker', b.headers[marker.toLowerCase()] === undefined ? 'none' : marker),
    ...(contract.status === null || state === null ? [] : [seen('state shown by a replay', state)]),
  ];
}
