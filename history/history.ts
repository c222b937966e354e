/** A history: what became of a plan's attempts. */
import type { IdPlace } from '../contracts/ids.js';
import type { CredentialUse, Operation, Plan } from './plan.js';

/** An answer, a silence, or a request whose last byte was never written. */
export type Outcome =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string; truncated?: true }
  | { kind: 'unknown'; reason: string }
  | { kind: 'unsent'; reason: string };

interface RequestSent {
  method: string;
  url: string;
  headers: [string, string][];
  /** The exact text, padding folded; of a body that is not text, what can be shown of it. */
  body: string;
  /** The exact bytes of a body that is not text. */
  base64?: string;
}

/** Stands for the status of a delivery whose sender hung up before it was answered. */
export const NOT_WAITED_FOR = 499;

/** A webhook delivery that reached the receiver. */
export interface Delivery {
  /** Milliseconds on the run's monotonic clock. */
  at: number;
  /** What the event says of itself; `null` where that cannot be read. */
  event: string | null;
  type: string | null;
  resource: string | null;
  /** Status by which it was answered: acknowledged by a 2xx; `NOT_WAITED_FOR` where its sender hung up before. */
  answered: number;
  /** `unchecked`: the signing secret is not known. */
  signature: 'right' | 'wrong' | 'missing' | 'unchecked';
  /** Seconds between its timestamp and its arrival; `null` where it has none. */
  age: number | null;
}

/** An item's batch as it went over the wire. */
interface Batch {
  /** JSON Pointer to the item in the request. */
  item: string;
  /** The exact text of the request, padding folded. */
  request: string;
  /** The answer as it was; `null` where there is none. */
  answer: { status: number; body: string } | null;
  /** JSON Pointer to what the answer has for the item; `null` where it has nothing, or is about the whole batch. */
  result: string | null;
  /** Whether other attempts of the plan are items of it. */
  shared: boolean;
  /** Whether an earlier attempt of the plan is one of these. */
  isSecond: boolean;
  /** Ids that were answered for items that no attempt of the plan is. */
  beside: string[];
}

/**
 * One request on the wire, as it was, or one item of a batch, with its own body and answer: judging sees what was answered.
 * Whoever keeps or shows it masks secrets.
 */
export interface Exchange {
  /** Number of the attempt in the plan. */
  attempt: number;
  /** Which of the storm's `times` it belongs to, from 0. */
  time: number;
  /** 0, and one more for each time a refusal that asks to come again was followed. */
  retry: number;
  step: number;
  operation: Operation;
  /** For `other`: which of the contract's other endpoints. */
  endpoint?: number;
  credential: CredentialUse;
  /** Index of the target among those given. */
  target: number;
  /** The key as minted; `null` for a request without one; absent when it is not a string. */
  key: string | null | undefined;
  /** A key in the header `Idempotency-Key`, which the contract does not read. */
  headerKey?: string;
  request: RequestSent;
  /** Milliseconds on the run's monotonic clock, read before the write that carries the last byte. */
  sent: number;
  /** When the answer was complete; `null` when it never was. */
  done: number | null;
  outcome: Outcome;
  /** Where it is an item of a batch. */
  batch?: Batch;
}

/** A resource that exists, as seen by something other than the replies. */
export interface Effect {
  id: string;
  /** The credential whose list showed it. */
  credential: CredentialUse;
  /** The nonce at the beginning of its nonce member, if there is one. */
  nonce: string | null;
  /** Whether the nonce member could be read: without a nonce the resource is then surely another client's. */
  readable: boolean;
}

/** A request of a set-up step, which makes what writes need. It is never judged. */
export interface SetUpExchange extends Pick<Exchange, 'credential' | 'request' | 'sent' | 'done' | 'outcome'> {
  /** Name of the step. */
  step: string;
  /** What later requests use of its answer, and where it stands there. */
  saved: { name: string; place: NonNullable<IdPlace>; value: string }[];
}

export interface History {
  plan: Plan;
  exchanges: Exchange[];
  /** What set-up steps made for these requests, some of it for earlier plans as well. Absent: nothing. */
  setUp?: SetUpExchange[];
  /** Where the plan waits for deliveries: those about its resources, in the order they came, and until when. */
  received?: { deliveries: Delivery[]; until: number };
}

/** Requests are named A, B, … Z, AA, … in the order of the plan; a repetition of a storm adds its number. */
export function nameOf(exchange: Pick<Exchange, 'attempt' | 'time' | 'retry'>): string {
  let letters = '';
  for (let n = exchange.attempt; n >= 0; n = Math.floor(n / 26) - 1) {
    letters = String.fromCharCode(65 + (n % 26)) + letters;
  }
  const time = exchange.time > 0 ? String(exchange.time + 1) : '';
  return letters + time + '′'.repeat(exchange.retry);
}
