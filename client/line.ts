/** What a connection can do, whatever its protocol. */

import type { Outcome } from '../history/history.js';
import type { HangUp } from '../history/plan.js';
import type { Gate } from './gate.js';

/** One request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: [string, string][];
  /** Exact bytes; `null` for none. */
  body: Buffer | null;
  chunked: boolean;
}

export interface SendOptions {
  timeoutMs: number;
  /** Milliseconds on the run's monotonic clock. */
  clock: () => number;
  /** Stops the run; what was sent then has an unknown outcome. */
  signal: AbortSignal;
  /** The last part is held back until the gate opens. */
  gate?: Gate | undefined;
  /** The client does not wait for the answer. */
  hangUp?: HangUp | undefined;
  /** Bytes of the answer's body that are read at most: `ANSWER_LIMIT` unless set. */
  limit?: number | undefined;
}

/** Authorities to trust, and the client's certificate. */
export interface TlsOptions {
  ca?: string[];
  cert?: string;
  key?: string;
}

export interface Sent {
  sent: number;
  done: number | null;
  outcome: Outcome;
}

/** A connection, opened when it is first used. Never retries, never follows a redirect. */
export interface Line {
  send(request: WireRequest, options: SendOptions): Promise<Sent>;
  /** Whether the target takes no second request on it until the first is answered. */
  readonly oneAtATime?: boolean;
  close(): Promise<void>;
}

/** Where a request stands. */
export interface Moment {
  /** Read before the write that carries the last byte. */
  sent: number;
  /** It was at the gate and is counted there: it must not leave it a second time. */
  arrived: boolean;
}

/** Waits at the gate, if there is one; the last part follows at once. */
export async function pass(gate: Gate | undefined, moment: Moment, clock: () => number): Promise<void> {
  moment.arrived = true;
  await gate?.arrive();
  moment.sent = clock();
}

/** Nothing to hold back but the request itself. */
export function isBare({ body }: WireRequest): boolean {
  return body === null || body.length === 0;
}

/** Answers longer than this are cut and count as unreadable. */
export const ANSWER_LIMIT = 1024 * 1024;

/** Errors before the first byte was written: the request had no effect. */
const NEVER_WRITTEN =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|UND_ERR_INVALID_ARG|when HTTP Tunneling/;

/** What an error says of the request. */
export function silence(reason: string): Outcome {
  return { kind: NEVER_WRITTEN.test(reason) ? 'unsent' : 'unknown', reason };
}

/** The innermost cause, which says what really happened. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return describeError(error.errors[0]);
  if (error.cause instanceof Error) return describeError(error.cause);
  const code = (error as NodeJS.ErrnoException).code;
  // OpenSSL adds an address in memory, and places in its sources.
  const said = /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1];
  if (said !== undefined) return `TLS: ${said}${code === undefined ? '' : ` (${code})`}`;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

/** What became of a request that was hung up on. */
export function hungUp({ after }: HangUp, answered: boolean): Outcome {
  if (after === 'share') return { kind: 'unsent', reason: 'hung up before the body was complete' };
  return { kind: 'unknown', reason: answered ? 'hung up before the answer was read' : 'hung up after the last byte' };
}

/** How much of a body is sent before the rest is held back, or before hanging up: all but the last byte, or a share. */
export function splitAt(body: Buffer, hangUp: HangUp | undefined): number {
  if (hangUp?.after === 'share') return Math.min(body.length - 1, Math.floor(body.length * hangUp.share));
  return Math.max(0, body.length - 1);
}

/** Timers round 0 up to a millisecond, in which a fast server has answered. */
export function later(ms: number, work: () => void): void {
  if (ms < 1) setImmediate(work);
  else setTimeout(work, ms);
}
