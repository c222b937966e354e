/**
 * A plan: what the suite means to do. Steps follow each other; a sequence is storms of one attempt,
 * a race is one storm of many.
 */
import type { Json, JsonObject } from '../contracts/contract.js';

export type Step = Storm | Wait | Settle;

/** Attempts that are released together. */
export interface Storm {
  do: 'storm';
  attempts: Attempt[];
  /** The storm is made this many times, one after the other. Absent: once. */
  times?: number;
  /** The backend is killed and started again, so many milliseconds after the release. */
  restartAfterMs?: number;
}

/** A pause, in milliseconds. */
export interface Wait {
  do: 'wait';
  ms: number;
}

/** Asks for the resource of an attempt until it is terminal, for at most `within` ms. */
export interface Settle {
  do: 'settle';
  /** Number of the attempt in the plan. */
  of: number;
  within: number;
}

export interface Plan {
  /** The text each key slot is minted from: `{unique}` is replaced at sending. */
  keys: string[];
  steps: Step[];
}

/** Which key an attempt carries. Keys are relations; their values are made at sending. */
export type KeyUse =
  | { kind: 'absent' }
  | { kind: 'null' }
  /** The key of a slot of this plan, or a near miss of it. */
  | { kind: 'slot'; slot: number; variant?: string }
  /** A value that is no ordinary key: blank, or no string. */
  | { kind: 'literal'; value: Json };

/** A body: a value and how it is spelled, or raw text. */
export interface Body {
  /** The members without the key. The nonce's token stands at the beginning of the contract's nonce member. */
  value: JsonObject;
  /** One for each logical operation: bodies with the same number carry the same nonce. */
  operation: number;
  /** Where the key member stands among the others, counted from 0. */
  keyAt: number;
  /** How this body differs from the operation's first one: another body. */
  edit?: { name: string; pointer: string };
  /** The same meaning in other bytes. */
  rewrite?: { name: string; pointer: string };
  /** Why this body must be refused. */
  invalid?: string;
  /** The exact text, with tokens, when it is not the plain serialisation of `value`. */
  text?: string;
}

/** What is not the body: none of it may matter to idempotency. */
export interface Framing {
  /** Send the body without a length. */
  chunked?: boolean;
  /** Added to, or replacing, the usual headers; order and case are kept. */
  headers?: [string, string][];
  /** Behind the path, without the question mark. */
  query?: string;
  /** Open a connection of its own. */
  connection?: 'new';
}

/** The client does not wait for the answer. */
export type HangUp =
  /** The connection is destroyed so many milliseconds after the last byte was sent. */
  | { after: 'body'; ms: number }
  /** It is destroyed when a share of the body, below 1, was sent. */
  | { after: 'share'; share: number };

export type CredentialUse = 'first' | 'second' | 'none' | 'wrong';

/** One request the suite means to make. */
export interface Attempt {
  operation: 'create' | 'get' | 'cancel';
  credential: CredentialUse;
  /** For `create`. */
  key?: KeyUse;
  body?: Body;
  /** For `get` and `cancel`: the attempt whose resource is meant. */
  of?: number;
  framing?: Framing;
  hangUp?: HangUp;
  /** Sent when so much of the running time of the plan's last write before this storm has passed. */
  atFraction?: number;
  /** Sent so many milliseconds after the storm began. */
  atMs?: number;
  /** Index of the target, modulo their number. Absent: the first. */
  target?: number;
  /** A request of an earlier plan, sent again long after it with its bytes and key, and the requirement this shows. */
  recalled?: string;
}

/** Attempts of a plan in order; an attempt's number is its index here. */
export function attemptsOf(plan: Plan): Attempt[] {
  return plan.steps.flatMap((step) => (step.do === 'storm' ? step.attempts : []));
}

/** Whether something in it is released together. */
export function isStormy(plan: Plan): boolean {
  return plan.steps.some((step) => step.do === 'storm' && step.attempts.length > 1);
}

/** Whether the backend is restarted in the course of it. */
export function isRestarted(plan: Plan): boolean {
  return plan.steps.some((step) => step.do === 'storm' && step.restartAfterMs !== undefined);
}
