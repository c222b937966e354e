/** Notes which way the target goes where the contract leaves it free. */
import type { Contract } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import type { Reading } from '../history/reading.js';
import type { Ledger } from './ledger.js';

/** REPLAY-10: the status of a replay, snapshot or live state, a marker. */
export function observe(readings: Reading[], contract: Contract, ledger: Ledger): void {
  const firsts = new Map<string, Reading>();
  for (const reading of readings) {
    const { key, credential, operation } = reading.exchange;
    if (operation !== 'create' || typeof key !== 'string' || reading.kind !== 'ok') continue;
    const register = `${credential} ${key}`;
    const first = firsts.get(register);
    if (first === undefined) firsts.set(register, reading);
    else if (first.id === reading.id) replay(first, reading, contract, ledger);
  }
}

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
