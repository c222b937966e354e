/** Which answers ask to come again, and when. */
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import {
  hintMs,
  isInFlight,
  isRefusal,
  isRefusedAs2xx,
  mayBeConflict,
  mayBeInFlight,
  mayBeWrong,
} from '../contracts/refusals.js';
import type { Exchange, Outcome } from '../history/history.js';
import { MOST_RETRIES } from './patience.js';
import type { Duplicates } from './plan-run.js';
import type { Policy } from './policy.js';

export interface Again {
  /** Milliseconds to wait. */
  afterMs: number;
  /** The whole client should wait, not this request alone. */
  everybody: boolean;
}

/** What layers in front of a target answer where there is none. */
export const IN_FRONT: ReadonlySet<number> = new Set([502, 503, 504]);

/** Pause where an answer asks to come again without a hint. */
const NO_HINT_MS = 250;

/** By how much that pause grows each time: the last try comes after five seconds. */
const BACK_OFF = 1.25;

/** Least pause before a duplicate in flight is sent again: a hint of 0 would be followed before anything can end. */
const LEAST_PAUSE_MS = 20;

/** Most times a request is asked again that may have been refused as in flight. */
const MOST_GUESSED = 3;

/** What is known of the request besides its answer. */
export interface Asked {
  policy: Policy;
  /** Longest pause that a target can ask for. */
  maxWaitMs: number;
  duplicates: Duplicates;
  retry: number;
  /** Milliseconds until the request must have a final answer. */
  leftMs: number;
}

/** What an answer asks for that is longer than may be waited, for the end of a sentence; nothing where it asks for less. */
export function tooLongWords(outcome: Outcome, contract: Contract, maxWaitMs: number): string {
  const hint = outcome.kind === 'answer' ? hintMs(outcome.headers['retry-after'], undefined, contract) : null;
  if (hint === null || hint <= maxWaitMs) return '';
  return `, and asks to come again in ${Math.round(hint / 1000)} s, where the run waits ${maxWaitMs / 1000} s at most`;
}

/**
 * 429, a 503 with a hint and a refusal as in flight are asked again, but not after longer than may be waited: then the
 * refusal stands, and what needed an answer stays undecided. 502 and 504 leave the outcome unknown and are retried where
 * a key makes that safe. Nothing is asked again too often, or when its final answer is due.
 */
export function againAfter(exchange: Exchange, contract: Contract, asked: Asked): Again | null {
  const { maxWaitMs, leftMs, policy, retry } = asked;
  const again = wanted(exchange, contract, asked);
  if (again === null || again.afterMs > maxWaitMs || (!again.everybody && again.afterMs > leftMs)) return null;
  const { outcome } = exchange;
  const most = outcome.kind === 'answer' && outcome.status === 409 && !policy.hopeful ? 2 : MOST_RETRIES;
  return retry >= most ? null : again;
}

function wanted(exchange: Exchange, contract: Contract, { policy, duplicates, retry }: Asked): Again | null {
  const { outcome } = exchange;
  if (outcome.kind !== 'answer') return null;
  const json = parseJson(outcome.body);
  const hint = hintMs(outcome.headers['retry-after'], json, contract);
  const limited = isRefusal(contract.errors.rateLimited, outcome, json);
  if (exchange.operation === 'create' && typeof exchange.key === 'string') {
    // What may as well be another refusal asks to come again only where it says so, or where a duplicate is running.
    const vague = mayBeWrong(contract, outcome.status) || mayBeConflict(contract, outcome.status);
    const asks = hint !== null || !vague || duplicates.running;
    const inFlight = asks && isInFlight(contract, outcome, json) && (!limited || duplicates.any);
    // Spread so that the last try comes after three times what a request takes that runs alone.
    const runsMs = (3 * policy.runsMs) / MOST_RETRIES;
    const pauseMs = hint ?? NO_HINT_MS * BACK_OFF ** retry;
    if (inFlight) return { afterMs: Math.max(pauseMs, LEAST_PAUSE_MS, runsMs), everybody: false };
    // A target that refuses duplicates so may answer other keys meanwhile: they need not wait.
    if (limited && duplicates.any) return { afterMs: hint ?? 1000, everybody: false };
    // What is answered in the end was in flight.
    if (retry > 0 && outcome.status < 300 && !isRefusedAs2xx(contract, outcome, json)) policy.guessed(true);
    const guessed = duplicates.running && mayBeInFlight(contract, outcome, json);
    if (guessed && retry === MOST_GUESSED) policy.guessed(false);
    else if (guessed && policy.mayBeInFlight) {
      // Once while the request may still run, for its key may be free too early.
      const least = retry === 0 ? LEAST_PAUSE_MS : Math.max(LEAST_PAUSE_MS, policy.runsMs);
      return { afterMs: Math.max(hint ?? NO_HINT_MS, least), everybody: false };
    }
  }
  if (limited) return { afterMs: hint ?? 1000, everybody: true };
  if (outcome.status === 503 && hint !== null) return { afterMs: hint, everybody: false };
  // A resource may take a while to show: it is asked for again until the contract's time is over.
  if (exchange.operation === 'get' && outcome.status === 404 && policy.patient) {
    return { afterMs: unseenPauseMs(contract, retry), everybody: false };
  }
  const safe = exchange.operation === 'get' || typeof exchange.key === 'string';
  if ((outcome.status === 502 || outcome.status === 504) && safe)
    return { afterMs: hint ?? NO_HINT_MS, everybody: false };
  return null;
}

/** Pause until a resource that does not show is asked for once more: all of them come to the contract's time. */
function unseenPauseMs({ visibleWithin, accepted, finalWithin }: Contract, retry: number): number {
  if (accepted === null) return (visibleWithin * 1000) / MOST_RETRIES;
  // The work may be done soon, or take its time.
  return ((visibleWithin + finalWithin) * 1000 * 2 ** retry) / (2 ** MOST_RETRIES - 1);
}
