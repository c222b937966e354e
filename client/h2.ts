/** HTTP/2 over `node:http2`: one connection, on which the last frames of a whole storm are written in one tick. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
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
  type TlsOptions,
  type WireRequest,
} from './line.js';

/** Names that belong to HTTP/1.1 connections and are no part of an HTTP/2 request. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);

export class Http2Line implements Line {
  readonly #origin: string;
  readonly #tls: TlsOptions;
  #session: ClientHttp2Session | undefined;
  /** Those before it, too: one that goes away lives on while a stream of it is open. */
  readonly #sessions = new Set<ClientHttp2Session>();
  /** Those that did not open in time, and why nothing was sent on them. */
  readonly #givenUp = new WeakMap<ClientHttp2Session, Unwritable>();
  /** Whether the target has said that it lets one stream go at a time: then no two requests overlap. */
  oneAtATime = false;

  constructor(origin: string, tls: TlsOptions) {
    this.#origin = origin;
    this.#tls = tls;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
  }

  /** Whether the server speaks HTTP/2 at this origin. */
  async speaks(timeoutMs: number): Promise<boolean> {
    const session = this.#open();
    const verdict = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      const say = (yes: boolean) => () => {
        clearTimeout(timer);
        resolve(yes);
      };
      // The settings frame is the first thing that only HTTP/2 sends.
      session.once('remoteSettings', say(true)).once('error', say(false)).once('close', say(false));
    });
    if (!verdict) session.destroy();
    return verdict;
  }

  async send(request: WireRequest, options: SendOptions): Promise<Sent> {
    const { clock, gate, hangUp } = options;
    const moment = { sent: clock(), arrived: false };
    try {
      if (gate !== undefined && isBare(request)) await pass(gate, moment, clock);
      // Of no body, no share can be sent.
      if (hangUp?.after === 'share' && isBare(request))
        return { sent: moment.sent, done: null, outcome: hungUp(hangUp, false) };
      return await this.#exchange(request, options, moment);
    } catch (error) {
      if (!moment.arrived) gate?.leave();
      const { sent } = moment;
      if (error instanceof HungUp && hangUp !== undefined)
        return { sent, done: null, outcome: hungUp(hangUp, error.answered) };
      if (error instanceof Unwritable) return { sent, done: null, outcome: { kind: 'unsent', reason: error.message } };
      return { sent, done: null, outcome: silence(describeError(error)) };
    }
  }

  #exchange(request: WireRequest, options: SendOptions, moment: Moment): Promise<Sent> {
    const { clock, signal, timeoutMs, gate, hangUp, limit = ANSWER_LIMIT } = options;
    return new Promise((resolve, reject) => {
      const session = this.#open();
      const stream = opened(session, request, hangUp?.after === 'share');
      const chunks: Buffer[] = [];
      let length = 0;
      let status = 0;
      let headers: Record<string, string> = {};
      const stop = (reason: Error) => {
        stream.close(constants.NGHTTP2_CANCEL);
        settle(() => reject(reason));
      };
      const expire = () => {
        // Node would send what waits once the connection opens, though it is given up here.
        if (session.connecting) this.#giveUp(session, timeoutMs);
        stop(this.#givenUp.get(session) ?? tooLate(stream, timeoutMs));
      };
      const timer = setTimeout(expire, timeoutMs);
      const interrupted = () => stop(signal.reason as Error);
      const broken = (error: Error) => settle(() => reject(this.#givenUp.get(session) ?? error));
      const settle = (say: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', interrupted);
        session.off('error', broken);
        say();
      };
      signal.addEventListener('abort', interrupted, { once: true });
      session.once('error', broken);
      stream.on('error', broken);
      stream.on('response', (received) => {
        status = received[':status'] ?? 0;
        headers = plain(received);
      });
      const finish = () => {
        const done = clock();
        const outcome = answerOf({ status, headers, bytes: Buffer.concat(chunks) }, limit);
        settle(() => resolve(outcome.then((decoded) => ({ sent: moment.sent, done, outcome: decoded }))));
      };
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= limit) return;
        stream.close(constants.NGHTTP2_CANCEL);
        finish();
      });
      stream.on('end', () => {
        // A stream that is reset ends as well: what came until then is no answer, unless it is all there.
        const whole = !stream.aborted && !stream.rstCode;
        if (status === 0) broken(new Error('the stream ended without an answer'));
        else if (whole || Number(headers['content-length'] ?? -1) === length) finish();
        else broken(new Error(`the stream was closed within the answer (code ${stream.rstCode})`));
      });
      stream.on('close', () => broken(new Error(`the stream was closed (code ${stream.rstCode})`)));
      const { body } = request;
      if (body === null || isBare(request)) {
        if (hangUp?.after === 'body') later(hangUp.ms, () => stop(new HungUp(status !== 0)));
        return;
      }
      const cut = splitAt(body, hangUp);
      const last = async () => {
        await pass(gate, moment, clock);
        if (hangUp?.after === 'share') return stop(new HungUp(false));
        stream.end(body.subarray(cut));
        if (hangUp?.after === 'body') later(hangUp.ms, () => stop(new HungUp(status !== 0)));
      };
      if (gate === undefined && hangUp === undefined) stream.end(body);
      else if (cut > 0) stream.write(body.subarray(0, cut), () => void last());
      else void last();
    });
  }

  /** Ends a session that never opened: none of what waits on it is sent. */
  #giveUp(session: ClientHttp2Session, timeoutMs: number): void {
    this.#givenUp.set(session, new Unwritable(`not sent: the connection was not open within ${timeoutMs / 1000} s`));
    session.destroy();
  }

  /** The connection, opened anew when the last one is gone. */
  #open(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connect(this.#origin, { ...this.#tls });
    session.on('error', () => {});
    session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.oneAtATime = maxConcurrentStreams === 1;
    });
    session.setMaxListeners(0);
    this.#sessions.add(session.once('close', () => this.#sessions.delete(session)));
    this.#session = session;
    return session;
  }
}

/** What a stream that has had its time waits for. */
function tooLate(stream: ClientHttp2Stream, timeoutMs: number): Error {
  const within = `within ${timeoutMs / 1000} s`;
  const stuck =
    stream.writableLength > 0
      ? ': the target takes no more of the body (its HTTP/2 window or its number of streams is used up)'
      : '';
  return new Error(`no complete answer ${within}${stuck}`);
}

/** The request cannot be put into HTTP/2 frames, or none of them was sent. */
class Unwritable extends Error {}

/** @param endless its end is never sent: Node ends a stream before it resets it, and the part would pass for a body */
function opened(session: ClientHttp2Session, request: WireRequest, endless: boolean): ClientHttp2Stream {
  try {
    const stream = session.request(pseudo(request), { endStream: isBare(request), waitForTrailers: endless });
    // Without a listener empty trailers are sent.
    if (endless) stream.on('wantTrailers', () => {});
    return stream;
  } catch (error) {
    throw new Unwritable(describeError(error));
  }
}

class HungUp extends Error {
  readonly answered: boolean;

  constructor(answered: boolean) {
    super('hung up');
    this.answered = answered;
  }
}

function pseudo({ method, path, headers }: WireRequest): Record<string, string> {
  const fields = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !CONNECTION_HEADERS.has(name));
  return { ...Object.fromEntries(fields), ':method': method, ':path': path };
}

function plain(received: object): Record<string, string> {
  const fields = Object.entries(received).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : String(value),
  ]);
  return Object.fromEntries(fields.filter(([name]) => !(name as string).startsWith(':')));
}
