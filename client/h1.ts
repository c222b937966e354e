/** HTTP/1.1 over undici: one connection. */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { answerOf } from './decode.js';
import {
  ANSWER_LIMIT,
  describeError,
  hungUp,
  isBare,
  type Line,
  later,
  type Moment,
  pass,
  type SendOptions,
  type Sent,
  silence,
  splitAt,
  type WireRequest,
} from './line.js';

export class Http1Line implements Line {
  readonly #dispatcher: Dispatcher;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  async send(request: WireRequest, options: SendOptions): Promise<Sent> {
    const { timeoutMs, clock, signal, gate, hangUp } = options;
    // One controller, and no signal that follows others: those take longer than undici itself.
    const stopping = new AbortController();
    const stop = stopping.signal;
    let hung = false;
    let late = false;
    const hang = () => {
      hung = true;
      stopping.abort();
    };
    const timer = setTimeout(() => {
      late = true;
      stopping.abort();
    }, timeoutMs);
    const end = () => stopping.abort(signal.reason);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    // Read before the write that carries the last byte: the effect can precede the write's callback.
    const moment = { sent: clock(), arrived: false, answered: false };
    try {
      if (gate !== undefined && isBare(request)) await pass(gate, moment, clock);
      // Of no body, no share can be sent.
      if (hangUp?.after === 'share' && isBare(request))
        return { sent: moment.sent, done: null, outcome: hungUp(hangUp, false) };
      const asked = this.#dispatcher.request({
        method: request.method as Dispatcher.HttpMethod,
        path: request.path,
        headers: headersOf(request, options).flat(),
        body: bodyOf(request, options, moment, hang),
        signal: stop,
      });
      const answer = await orAborted(asked, stop);
      moment.answered = true;
      const limit = options.limit ?? ANSWER_LIMIT;
      const bytes = await readBody(answer.body, limit);
      const done = clock();
      const raw = { status: answer.statusCode, headers: plainHeaders(answer.headers), bytes };
      return { sent: moment.sent, done, outcome: await answerOf(raw, limit) };
    } catch (error) {
      if (!moment.arrived) gate?.leave();
      if (hangUp !== undefined && hung) {
        return { sent: moment.sent, done: null, outcome: hungUp(hangUp, moment.answered) };
      }
      const reason = late
        ? `no complete answer within ${timeoutMs / 1000} s`
        : describeError(signal.aborted ? signal.reason : error);
      return { sent: moment.sent, done: null, outcome: silence(reason) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }
}

/** A body that is held back or cut off is a stream; its length is said all the same, unless it goes in chunks. */
function bodyOf(
  request: WireRequest,
  options: SendOptions,
  moment: Moment,
  hang: () => void,
): Readable | Buffer | null {
  const { body, chunked } = request;
  const { gate, hangUp, clock } = options;
  if (body === null || isBare(request)) return hangUp?.after === 'body' ? nothingAndThen(hangUp.ms, hang) : body;
  if (gate === undefined && hangUp === undefined) return chunked ? Readable.from(halves(body)) : body;
  const cut = splitAt(body, hangUp);
  const parts = async function* () {
    if (cut > 0) yield body.subarray(0, cut);
    await pass(gate, moment, clock);
    if (hangUp?.after === 'share') return hang();
    yield body.subarray(cut);
    if (hangUp !== undefined) later(hangUp.ms, hang);
  };
  return Readable.from(parts(), { objectMode: false, highWaterMark: 1 });
}

/** No body at all; what is asked for begins when that is written. */
function nothingAndThen(ms: number, work: () => void): Readable {
  return new Readable({
    read() {
      later(ms, work);
      this.push(null);
    },
  });
}

function headersOf({ headers, body, chunked }: WireRequest, { gate, hangUp }: SendOptions): [string, string][] {
  const streamed = body !== null && body.length > 0 && (gate !== undefined || hangUp !== undefined) && !chunked;
  return streamed ? [...headers, ['content-length', String(body.length)]] : headers;
}

async function* halves(body: Buffer): AsyncGenerator<Buffer> {
  const middle = Math.ceil(body.length / 2);
  yield body.subarray(0, middle);
  if (middle < body.length) yield body.subarray(middle);
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

/** Its bytes, and no more than shows that they are too many. */
async function readBody(stream: Dispatcher.ResponseData['body'], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > limit) {
      stream.destroy();
      break;
    }
  }
  return Buffer.concat(chunks);
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
  return Object.fromEntries(plain.filter(([, value]) => value !== undefined));
}
