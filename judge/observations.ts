/** Notes which way the target goes where the contract leaves it free. */
import type { Contract } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { attemptsOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Ledger } from '../run/ledger.js';
import { blankKeys, wayOf } from './key-checks.js';
import { registerOf } from './registers.js';

export function observe(plan: Plan, readings: Reading[], contract: Contract, ledger: Ledger): void {
  const firsts = new Map<string, Reading>();
  for (const reading of readings) {
    const register = registerOf(reading);
    if (register === null || reading.kind !== 'ok') continue;
    const first = firsts.get(register);
    if (first === undefined) firsts.set(register, reading);
    else if (first.id === reading.id) replay(first, reading, contract, ledger);
  }
  for (const [key, list] of blankKeys(readings))
    ledger.observe('KEY-5', `blank key ${JSON.stringify(key)}`, wayOf(list));
  const attempts = attemptsOf(plan);
  for (const reading of readings) {
    const { body, framing, operation } = attempts[reading.exchange.attempt] ?? {};
    if (operation !== 'create') continue;
    if (body?.rewrite !== undefined) {
      ledger.observe(
        'CONFLICT-10',
        `${body.rewrite.name} at ${body.rewrite.pointer || 'the top'}`,
        decisionOf(reading, firsts),
      );
    }
    if (framing?.query !== undefined)
      ledger.observe('CONFLICT-10', 'another query string', decisionOf(reading, firsts));
    keyObservations(reading, ledger);
  }
}

/** What became of a request that means the same as the first of its key, which `firsts` tells. */
export function decisionOf(reading: Reading, firsts?: Map<string, Reading>): string {
  const { kind, id } = reading;
  const first = firsts?.get(registerOf(reading) ?? '');
  if (kind === 'ok' && first !== undefined && first.id !== id) return 'creates';
  return { ok: 'replays', conflict: 'conflicts', none: 'refused', inflight: 'refused', unknown: 'unknown' }[kind];
}

/** KEY-6 and the exception of KEY-3: lengths, and lone surrogates. */
function keyObservations(reading: Reading, ledger: Ledger): void {
  const { key } = reading.exchange;
  if (typeof key !== 'string') return;
  const taken = reading.kind === 'ok' ? 'accepted' : reading.kind === 'none' ? 'refused' : reading.kind;
  if (/k{30,}$/.test(key)) ledger.observe('KEY-6', `key of ${key.length} characters`, taken);
  if (/\p{Surrogate}/u.test(key)) ledger.observe('KEY-3', 'lone surrogate in a key', taken);
}

/** REPLAY-10: the status of a replay, snapshot or live state, a marker. */
function replay(first: Reading, again: Reading, contract: Contract, ledger: Ledger): void {
  const [a, b] = [first.exchange.outcome, again.exchange.outcome];
  if (a.kind !== 'answer' || b.kind !== 'answer') return;
  const same = a.status === b.status ? 'as the first' : 'another than the first';
  ledger.observe('REPLAY-10', 'status of a replay', `${b.status}, ${same}`);
  const marker = contract.replay.marker?.header ?? 'idempotent-replayed';
  ledger.observe('REPLAY-10', 'replay marker', b.headers[marker.toLowerCase()] === undefined ? 'none' : marker);
  if (contract.status === null) return;
  const states = [first, again].map((x) => at(x.json, contract.status?.pointer ?? ''));
  if (states[0] !== states[1]) ledger.observe('REPLAY-10', 'state shown by a replay', 'live');
  else if (again.exchange.sent - first.exchange.sent > 1000) {
    ledger.observe('REPLAY-10', 'state shown by a replay', 'unchanged after a second: a snapshot, or still the same');
  }
}
