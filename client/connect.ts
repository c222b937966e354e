/** Connections, each used by one plan at a time, so that a plan says which of its requests share one. */
import { rootCertificates } from 'node:tls';
import { Client as Connection, ProxyAgent } from 'undici';
import type { CredentialUse } from '../history/plan.js';
import { Http1Line } from './h1.js';
import { Http2Line } from './h2.js';
import type { Line, TlsOptions } from './line.js';
import { type ProxyOptions, proxyFor } from './proxy.js';

export type Transport = 'h1' | 'h2';

/** A client certificate and its key, as PEM text. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface ConnectOptions extends ProxyOptions {
  /** PEM text of certificate authorities to trust besides the usual ones. */
  ca?: string | undefined;
  /** Shown to servers that ask for one; the second goes with the second credential. */
  certificates?: Certificate[] | undefined;
  /** Milliseconds until an answer must be complete. */
  timeoutMs: number;
}

/** The protocol for an origin: HTTP/2 where TLS offers it, or where the caller knows that it is spoken in clear text. */
export async function chooseTransport(
  origin: string,
  options: ConnectOptions,
  wish: 'auto' | Transport,
  h2c: boolean,
): Promise<Transport> {
  if (wish !== 'auto') return wish;
  const secure = origin.startsWith('https:');
  if (!secure && !h2c) return 'h1';
  // A proxy's tunnel is opened by undici only.
  if (proxyFor(origin, options) !== undefined) return 'h1';
  const line = new Http2Line(origin, tlsOf(options, 0));
  try {
    return (await line.speaks(options.timeoutMs)) ? 'h2' : 'h1';
  } finally {
    await line.close();
  }
}

/** What TLS needs to know: whom to trust, and who asks. */
function tlsOf({ ca, certificates = [] }: ConnectOptions, certificate: number): TlsOptions {
  return { ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }), ...certificates[certificate] };
}

/** The connections to several origins, once for each certificate: the place of one is given by `placeOf`. */
export function connectionsTo(bases: URL[], options: ConnectOptions, transport: Transport): Connections[] {
  const certificates = [...Array(Math.max(1, options.certificates?.length ?? 0)).keys()];
  return certificates.flatMap((n) => bases.map(({ origin }) => new Connections(origin, options, transport, n)));
}

/** Where the connections of a credential to a target stand among those of `connectionsTo`. */
export function placeOf(target: number, credential: CredentialUse, { length }: URL[], all: Connections[]): number {
  return credential === 'second' && all.length > length ? length + target : target;
}

/** Makes lines for one origin. */
export class Connections {
  readonly #origin: string;
  readonly #certificate: number;
  readonly #options: ConnectOptions;
  readonly #transport: Transport;
  readonly #idle: Line[] = [];
  readonly #all: Line[] = [];

  /** @param certificate which of the client certificates, where there are any */
  constructor(origin: string, options: ConnectOptions, transport: Transport, certificate = 0) {
    this.#origin = origin;
    this.#certificate = certificate;
    this.#options = options;
    this.#transport = transport;
  }

  /** Whether one line carries a whole storm. */
  get shared(): boolean {
    return this.#transport === 'h2';
  }

  /** Whether no two requests of a storm can overlap, for one line carries it that takes one at a time. */
  get oneAtATime(): boolean {
    return this.shared && this.#all.some((line) => line.oneAtATime === true);
  }

  /** A warm connection if there is one; nobody else has it until it is given back. */
  borrow(): Line {
    return this.#idle.pop() ?? this.fresh();
  }

  giveBack(line: Line): void {
    this.#idle.push(line);
  }

  /** A connection that is not open yet. */
  fresh(): Line {
    const tls = tlsOf(this.#options, this.#certificate);
    const line = this.#transport === 'h2' ? new Http2Line(this.#origin, tls) : this.#http1(tls);
    this.#all.push(line);
    return line;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((line) => line.close()));
  }

  #http1(tls: TlsOptions): Line {
    const { timeoutMs } = this.#options;
    const proxy = proxyFor(this.#origin, this.#options);
    const connect = { timeout: timeoutMs, ...tls };
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connections: 1, pipelining: 1 };
    if (proxy !== undefined) {
      const agent = new ProxyAgent({ uri: proxy, requestTls: connect, ...timeouts });
      // It serves all origins, so that it has to be told with each request.
      const told = agent.compose((send) => (request, handler) => send({ ...request, origin: this.#origin }, handler));
      return new Http1Line(told);
    }
    // A pool of one would never send again after a request that cannot be written, e.g. for a header's value.
    return new Http1Line(new Connection(this.#origin, { connect, ...timeouts }));
  }
}

/** The connections of one plan: one for its sequence, one for each request of a storm, new ones where it says so. */
export class Lines {
  readonly #connections: Connections[];
  readonly #borrowed = new Map<string, { from: Connections; line: Line }>();

  constructor(connections: Connections[]) {
    this.#connections = connections;
  }

  /** The connection to a target for the request at `place` in its storm. */
  at(target: number, place: number): Line {
    const from = this.#connections[target] as Connections;
    const name = `${target}/${from.shared ? 0 : place}`;
    let known = this.#borrowed.get(name);
    if (known === undefined) {
      known = { from, line: from.borrow() };
      this.#borrowed.set(name, known);
    }
    return known.line;
  }

  fresh(target: number): Line {
    return (this.#connections[target] as Connections).fresh();
  }

  release(): void {
    for (const { from, line } of this.#borrowed.values()) from.giveBack(line);
    this.#borrowed.clear();
  }
}
