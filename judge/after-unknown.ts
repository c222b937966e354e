/** Rule 14 of `docs/judge.md`: what a register answers for good after an outcome that was unknown. LOST-8, -9 and -10. */
import type { Contract } from '../contracts/contract.js';
import { isRefusal, mayBeInFlight } from '../contracts/refusals.js';
import type { Reading } from '../history/reading.js';
import { DECIDES_NOTHING } from './classify.js';
import type { Finding } from './finding.js';

/** Least number of answers after which one stands for good. */
export const LEAST_ANSWERS = 3;

const ENDINGS: ReadonlySet<string> = new Set(['committed-then-refused', 'key-burnt', 'server-error-stored']);

/** How a register looks after an unknown outcome, for as long as nothing else is answered. */
export interface Ending {
  is: 'refused' | 'stored error';
  /** The request whose outcome was unknown. */
  unknown: Reading;
  /** What followed: refusals, or the same error; empty where it was not sent again. */
  answers: Reading[];
}

/**
 * How a register ends where its sender never gets a resource; `null` where it does, or nothing speaks against it.
 * `own` are its exchanges by time; those whose body is another one's are passed over.
 */
export function endingOf(own: Reading[], contract: Contract): Ending | null {
  if (own.some(({ kind }) => kind === 'ok')) return null;
  const first = own.find(({ kind }) => kind === 'unknown');
  const alike = own.filter(({ value }) => value === first?.value);
  const last = alike.findLastIndex(({ kind }) => kind === 'unknown');
  const unknown = alike[last];
  if (first === undefined || unknown === undefined) return null;
  const answers = alike.slice(last + 1).filter((x) => looksAtKey(x, contract));
  const errors = alike.filter((x) => isServerError(x));
  const stored = errors.length > 1 && errors.at(-1) === alike.at(-1) && sameStatus(errors);
  if (answers.length === 0 && stored)
    return { is: 'stored error', unknown: errors[0] as Reading, answers: errors.slice(1) };
  return { is: 'refused', unknown, answers };
}

/** The finding about the exchanges of an ending in a history of their own: the unknown one first, then the answers. */
export function endingFinding(
  { is, answers }: Pick<Ending, 'is' | 'answers'>,
  seen: { resources: string[]; seconds: number },
): Finding {
  const proof = [0, ...answers.map((_, n) => n + 1)];
  const data = { unknown: 0, answered: answers.length, seconds: Math.round(seen.seconds) };
  if (is === 'stored error') return { id: 'LOST-10', rule: 'server-error-stored', data, proof };
  if (seen.resources.length === 0) return { id: 'LOST-9', rule: 'key-burnt', data, proof };
  return { id: 'LOST-8', rule: 'committed-then-refused', data: { ...data, resources: seen.resources }, proof };
}

/** Whether a finding is about what keys are answered for good, which takes time to see, and the list. */
export function isEnding({ rule }: Pick<Finding, 'rule'>): boolean {
  return ENDINGS.has(rule);
}

/** A refusal that speaks of the request under its key: not of a credential, a rate or a request that still runs. */
export function looksAtKey({ kind, exchange: { outcome }, json }: Reading, { errors }: Contract): boolean {
  if (outcome.kind !== 'answer') return false;
  if (kind === 'refused') return true;
  if (DECIDES_NOTHING.has(outcome.status)) return false;
  const passing = [errors.authentication, errors.rateLimited].some((one) => isRefusal(one, outcome, json));
  return !passing && (kind === 'none' || kind === 'conflict');
}

/** Whether an answer says nothing of the request: it came too soon, or its credential was refused. */
export function isPassing(reading: Reading, contract: Contract): boolean {
  const { outcome } = reading.exchange;
  return reading.kind === 'none' && outcome.kind === 'answer' && outcome.status < 500 && !looksAtKey(reading, contract);
}

/** Whether an answer has the status of a rate limit, by which a duplicate may be refused where the contract does not say how. */
export function mayBeLimit(reading: Reading, contract: Contract): boolean {
  const { outcome } = reading.exchange;
  if (outcome.kind !== 'answer' || !isPassing(reading, contract)) return false;
  return mayBeInFlight(contract, outcome, reading.json);
}

function isServerError({ exchange: { outcome } }: Reading): boolean {
  return outcome.kind === 'answer' && outcome.status >= 500;
}

function sameStatus(errors: Reading[]): boolean {
  return new Set(errors.map(({ exchange: { outcome } }) => outcome.kind === 'answer' && outcome.status)).size === 1;
}
