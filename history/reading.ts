/** An exchange whose answer has been read against the contract. */
import { isAccepted } from '../contracts/accepted.js';
import type { Contract, Json } from '../contracts/contract.js';
import type { Exchange } from './history.js';

/**
 * What an exchange proves: a success with an id, the contract's conflict, a refused repeat (which proves a winner and
 * names none), surely no effect, an in-flight refusal, or nothing.
 */
export type Kind = 'ok' | 'conflict' | 'refused' | 'none' | 'inflight' | 'unknown';

export interface Reading {
  exchange: Exchange;
  kind: Kind;
  /** Name of the write's register; `null` where it has none. */
  register: string | null;
  /** The resource's id, when the answer shows one. */
  id: string | null;
  /** The parsed answer; `undefined` when there is none or it is not JSON. */
  json: Json | undefined;
  /** The request's exact text, apart from what is new in every request. */
  bytes: string;
  /** The request's JSON value, canonical, without the key; its raw text when it is not JSON. */
  value: string;
}

/** A reading with some members said anew; the value of a large answer is still made when it is asked for. */
export function readAs(reading: Reading, said: Partial<Reading>): Reading {
  const members = Object.getOwnPropertyDescriptors(reading);
  return Object.assign(Object.defineProperties({}, members) as Reading, said);
}

/** A success that names no resource where the contract says. */
export function isUnreadable({ kind, exchange: { outcome } }: Reading): boolean {
  return kind === 'unknown' && outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300;
}

/** An answer by which a request is refused, or fails: a 4xx or 5xx, or a refusal of the contract with another status. */
export function isError({ kind, exchange: { outcome } }: Reading): boolean {
  if (outcome.kind !== 'answer') return false;
  return outcome.status >= 400 || (outcome.status < 300 && kind !== 'ok' && kind !== 'unknown');
}

/** Whether it says that the work is still to be done: it then tells of a write, and not of its resource. */
export function isAcceptance({ exchange: { outcome } }: Pick<Reading, 'exchange'>, contract: Contract): boolean {
  return outcome.kind === 'answer' && isAccepted(contract, outcome.status);
}

/** When its answer was complete, in the time of its history: never, where there is none. */
export function doneAt({ exchange }: Pick<Reading, 'exchange'>): number {
  return exchange.done ?? Number.POSITIVE_INFINITY;
}
