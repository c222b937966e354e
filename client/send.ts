/** Sends one request and records what became of it. Never retries, never follows a redirect. */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Outcome } from '../history/history.js';

/** One request as it goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  headers: [string, string][];
  /** Exact bytes; `null` for none. */
  body: Buffer | null;
  chunked: boolean;
}

export interface Sent {
  sent: number;
  done: number | null;
  outcome: Outcome;
}

/** Answers longer than this are cut and count as unreadable. */
const ANSWER_LIMIT = 1024 * 1024;

/** Errors before the first byte was written: the request had no effect. */
const NEVER_WRITTEN =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|UND_ERR_INVALID_ARG/;

/**
 * @param clock milliseconds on the run's monotonic clock
 * @param signal stops the run: the only thing this throws for
 */
export async function send(
  dispatcher: Dispatcher,
  request: WireRequest,
  options: { timeoutMs: number; clock: () => number; signal: AbortSignal },
): Promise<Sent> {
  const { timeoutMs, clock, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any([deadline, signal]);
  // Read before the write that carries the last byte: the effect can precede the write's callback.
  const sent = clock();
  try {
    const asked = dispatcher.request({
      method: request.method as Dispatcher.HttpMethod,
      path: request.path,
      headers: request.headers.flat(),
      body: request.body !== null && request.chunked ? Readable.from(inChunks(request.body)) : request.body,
      signal: stop,
    });
    const answer = await orAborted(asked, stop);
    const { body, truncated } = await readBody(answer.body);
    return {
      sent,
      done: clock(),
      outcome: {
        kind: 'answer',
        status: answer.statusCode,
        headers: plainHeaders(answer.headers),
        body,
        ...(truncated ? { truncated: true } : {}),
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    const reason = deadline.aborted ? `no complete answer within ${timeoutMs / 1000} s` : describe(error);
    return { sent, done: null, outcome: { kind: NEVER_WRITTEN.test(reason) ? 'unsent' : 'unknown', reason } };
  }
}

/** undici leaves a request that waits for its connection where it is, whatever its signal says. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function* inChunks(body: Buffer): AsyncGenerator<Buffer> {
  const middle = Math.ceil(body.length / 2);
  yield body.subarray(0, middle);
  if (middle < body.length) yield body.subarray(middle);
}

async function readBody(stream: Dispatcher.ResponseData['body']): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > ANSWER_LIMIT) {
      stream.destroy();
      break;
    }
  }
  const body = Buffer.concat(chunks).subarray(0, ANSWER_LIMIT).toString('utf8');
  return { body, truncated: length > ANSWER_LIMIT };
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return Object.fromEntries(plain.filter(([, value]) => value !== undefined));
}

/** The innermost cause, which says what really happened. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (error.cause instanceof Error) return describe(error.cause);
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
