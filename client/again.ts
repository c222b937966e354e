/** Which answers ask to come again, and when. */
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { hintMs, isInFlight, isRefusal, mayBeConflict, mayBeWrong } from '../contracts/refusals.js';
import type { Exchange } from '../history/history.js';

export interface Again {
  /** Milliseconds to wait. */
  afterMs: number;
  /** The whole client should wait, not this request alone. */
  everybody: boolean;
}

/** Most times one request is asked again before its last answer stands. */
export const MOST_RETRIES = 8;

/** Longest pause that a target can ask for. */
const LONGEST_PAUSE_MS = 60_000;

/** What layers in front of a target answer where there is none. */
export const IN_FRONT: ReadonlySet<number> = new Set([502, 503, 504]);

/** Pause where an answer asks to come again without a hint. */
const NO_HINT_MS = 250;

/**
 * 429, a 503 with a hint and the contract's in-flight refusal are asked again. 502 and 504 leave the outcome
 * unknown and are retried where a key makes that safe.
 */
export function againAfter(exchange: Exchange, contract: Contract, patient: boolean): Again | null {
  const { outcome } = exchange;
  if (outcome.kind !== 'answer') return null;
  const json = parseJson(outcome.body);
  const hint = hintMs(outcome.headers['retry-after'], json, contract);
  if (isRefusal(contract.errors.rateLimited, outcome.status, json)) {
    // Nobody waits for an hour without being asked to: the refusal stands, and what needed an answer stays undecided.
    return (hint ?? 0) > LONGEST_PAUSE_MS ? null : { afterMs: hint ?? 1000, everybody: true };
  }
  if (outcome.status === 503 && hint !== null) return { afterMs: hint, everybody: false };
  // A resource may take a while to show: it is asked for again until the contract's time is over.
  if (exchange.operation === 'get' && outcome.status === 404 && patient) {
    return { afterMs: (contract.visibleWithin * 1000) / MOST_RETRIES, everybody: false };
  }
  const safe = exchange.operation === 'get' || typeof exchange.key === 'string';
  if ((outcome.status === 502 || outcome.status === 504) && safe)
    return { afterMs: hint ?? NO_HINT_MS, everybody: false };
  // What may as well be another refusal asks to come again only where it says so.
  const asks = hint !== null || !(mayBeWrong(contract, outcome.status) || mayBeConflict(contract, outcome.status));
  if (exchange.operation === 'create' && asks && isInFlight(contract, outcome.status, json)) {
    return { afterMs: hint ?? NO_HINT_MS, everybody: false };
  }
  return null;
}
