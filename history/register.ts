/** A register: one key, in one scope, of the write under test. It is written once, then replayed or refused. */
import type { Contract } from '../contracts/contract.js';
import type { Exchange } from './history.js';
import type { CredentialUse } from './plan.js';
import { doneAt, type Reading } from './reading.js';

/** What a contract says of where equal keys are the same key. */
export type KeyScope = Pick<Contract, 'scope'>;

/** What keeps equal keys apart: the credential, or nothing within the account that both valid ones belong to. */
export function scopeOf(credential: CredentialUse, { scope }: KeyScope): string {
  const valid = credential === 'first' || credential === 'second';
  return scope === 'account' && valid ? 'account' : credential;
}

/** Name of a write's register; `null` for reads, for requests without a key and for keys that are not strings. */
export function registerOf({ operation, key, credential }: Exchange, scope: KeyScope): string | null {
  return operation === 'create' && typeof key === 'string' ? `${scopeOf(credential, scope)} ${key}` : null;
}

/** A key of white space alone: it may be used, ignored or refused, so that it is judged by a rule of its own. */
export function isBlank(key: string | null | undefined): boolean {
  return typeof key === 'string' && key.trim() === '';
}

/** Whether two different requests, to whatever endpoints, carry one key in one scope. */
export function sharesKey({ exchange: a }: Reading, { exchange: b }: Reading, scope: KeyScope): boolean {
  return (
    a !== b &&
    typeof a.key === 'string' &&
    a.key === b.key &&
    scopeOf(a.credential, scope) === scopeOf(b.credential, scope)
  );
}

/** Whether two different requests share a register. */
export function sameRegister(a: Reading, b: Reading): boolean {
  return a !== b && a.register !== null && a.register === b.register;
}

/** The earliest success of the request's register that was complete before it was sent. */
export function holderOf(reading: Reading, readings: Reading[]): Reading | undefined {
  return readings.find((x) => sameRegister(x, reading) && x.kind === 'ok' && doneAt(x) < reading.exchange.sent);
}

/** An earlier success of the request's register with another resource. */
export function ownBefore(reading: Reading, readings: Reading[]): Reading | undefined {
  return readings.find(
    (x) =>
      sameRegister(x, reading) && x.kind === 'ok' && x.id !== reading.id && x.exchange.sent < reading.exchange.sent,
  );
}
