/**
 * A plan: what the suite means to do. Steps follow each other; a sequence is storms of one attempt,
 * a race is one storm of many.
 */
import type { Json, JsonObject } from '../contracts/contract.js';

export type Step = Storm | Wait | Settle | AwaitDelivery;

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

/**
 * Waits for a webhook delivery about the resource of an attempt that the receiver acknowledges, for at most `within` ms,
 * and then `quiet` ms more, in which a second event would come.
 */
export interface AwaitDelivery {
  do: 'delivery';
  /** Number of the attempt in the plan. */
  of: number;
  within: number;
  quiet: number;
}

/** How the receiver answers, by the end of the callback's path: at once, with a 500 first, or after a while. */
export type Manner = 'ok' | 'fail-first' | 'slow';

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
  | {
      kind: 'slot';
      slot: number;
      nearMiss?: NearMiss;
      /** How many characters the key has, where that is what is looked at. */
      length?: number;
    }
  /** Another value than an ordinary key: blank, or not a string. */
  | { kind: 'literal'; value: Json };

/** Another key than the slot's, of the same digest. */
interface NearMiss {
  /** For people only: what does not count where the two are taken for the same. */
  name: string;
  template: string;
}

/** A body: a value and how it is spelled, or raw text. */
export interface Body {
  /** The members without the key. The nonce's token stands at the beginning of the contract's nonce member. */
  value: JsonObject;
  /** One for each logical operation: bodies with the same number carry the same nonce. */
  operation: number;
  /** Where the key member stands among the others, counted from 0. */
  keyAt: number;
  /** How this body differs from the operation's first one: another body. */
  edit?: EditUse;
  /** The same meaning in other bytes. */
  rewrite?: { name: string; pointer: string };
  /** Why this body must be refused. */
  invalid?: string;
  /** The exact text, with tokens, when it is not the plain serialisation of `value`. */
  text?: string;
}

/** How a body differs from its operation's first one. */
export interface EditUse {
  /** For people only. */
  name: string;
  /** Where it was changed (RFC 6901). */
  pointer: string;
  /** Only the order of an array differs. */
  reorders?: true;
}

/** What is not the body: none of it may matter to idempotency. */
export interface Framing {
  /** Send the body without a length. */
  chunked?: boolean;
  /** Added to, or replacing, the usual headers; order and case are kept. */
  headers?: [string, string][];
  /** After the path, without the question mark. */
  query?: string;
  /** Open a connection of its own. */
  connection?: 'new';
  /** Sent with an access token that is asked for just before. */
  token?: 'new';
}

/** The client does not wait for the answer. */
export type HangUp =
  /** The connection is destroyed so many milliseconds after the last byte was sent. */
  | { after: 'body'; ms: number }
  /** It is destroyed when a share of the body, below 1, was sent. */
  | { after: 'share'; share: number };

/** A file to upload: valid, small, and with bytes that only this execution of its plan has. */
export interface FileUse {
  type: 'png' | 'pdf';
  /** Files of a plan with the same number, type and ending have the same bytes. */
  content: number;
  /** After the end of the file, where readers of the format ignore it. */
  ending?: string;
  name: string;
  /** What separates the parts of the multipart body. */
  boundary: string;
}

export type CredentialUse = 'first' | 'second' | 'none' | 'wrong';

/** `create` is the write under test, `other` another endpoint, which no key should reach. */
export type Operation = 'create' | 'get' | 'cancel' | 'other' | 'upload';

/** One request the suite means to make. */
export type Attempt = CreateAttempt | ReadAttempt | CancelAttempt | OtherAttempt | UploadAttempt;

/** What any attempt has. */
interface AnyAttempt {
  credential: CredentialUse;
  framing?: Framing;
  hangUp?: HangUp;
  /**
   * Sent when so much time has passed: a share of the running time of the plan's last write before this storm, or of the
   * last restart's where this storm restarts the backend.
   */
  atFraction?: number;
  /** Index of the target, modulo their number. Absent: the first. */
  target?: number;
}

/** The write under test. */
export interface CreateAttempt extends AnyAttempt {
  operation: 'create';
  key: KeyUse;
  body: Body;
  /** A key in the header `Idempotency-Key`, where the contract keeps keys in the body. */
  headerKey?: KeyUse;
  /** An item of the same batch as the attempt before it in its storm, where the contract has batches. */
  joins?: true;
  /** A request of an earlier plan, sent again long after it with its bytes and key, and the requirement this shows. */
  recalled?: string;
}

/** Reads the resource of another attempt. */
interface ReadAttempt extends AnyAttempt {
  operation: 'get';
  /** Number of that attempt. */
  of: number;
}

/** Cancels the resource of another attempt. */
interface CancelAttempt extends AnyAttempt {
  operation: 'cancel';
  /** Number of that attempt. */
  of: number;
}

/** Another endpoint, which no key should reach. */
export interface OtherAttempt extends AnyAttempt {
  operation: 'other';
  /** Which of the contract's other endpoints, and which of its bodies. */
  endpoint: number;
  variant: number;
  key: KeyUse;
}

export interface UploadAttempt extends AnyAttempt {
  operation: 'upload';
  file: FileUse;
}

/** The attempt where it is the write under test. */
export function writeOf(attempt: Attempt | undefined): CreateAttempt | undefined {
  return attempt?.operation === 'create' ? attempt : undefined;
}

/** The file of an upload. */
export function fileUseOf(attempt: Attempt | undefined): FileUse | undefined {
  return attempt?.operation === 'upload' ? attempt.file : undefined;
}

/** The attempt whose resource is meant; `undefined` where none is. */
export function referenceOf(attempt: Attempt | undefined): number | undefined {
  return attempt?.operation === 'get' || attempt?.operation === 'cancel' ? attempt.of : undefined;
}

/** The key that an attempt carries, where its operation takes one. */
export function keyUseOf(attempt: Attempt | undefined): KeyUse | undefined {
  return attempt?.operation === 'create' || attempt?.operation === 'other' ? attempt.key : undefined;
}

/** Attempts of a plan in order; an attempt's number is its index here. */
export function attemptsOf(plan: Plan): Attempt[] {
  return plan.steps.flatMap((step) => (step.do === 'storm' ? step.attempts : []));
}

/** The near misses of each slot's key, as templates. */
export function nearMissesOf(plan: Plan): (slot: number) => string[] {
  const uses = attemptsOf(plan).map(keyUseOf);
  return (slot) =>
    uses.flatMap((use) =>
      use?.kind === 'slot' && use.slot === slot && use.nearMiss !== undefined ? use.nearMiss.template : [],
    );
}

/** Whether something in it is released together. */
export function isStormy(plan: Plan): boolean {
  return plan.steps.some((step) => step.do === 'storm' && step.attempts.length > 1);
}

/** Whether the backend is restarted in the course of it. */
export function isRestarted(plan: Plan): boolean {
  return plan.steps.some((step) => step.do === 'storm' && step.restartAfterMs !== undefined);
}
