/** Connections, each used by one plan at a time, so that a plan says which of its requests share one. */
import { rootCertificates } from 'node:tls';
import { Client as Connection, type Dispatcher, ProxyAgent } from 'undici';

export interface ConnectOptions {
  /** PEM text of certificate authorities to trust besides the usual ones. */
  ca?: string | undefined;
  /** Milliseconds until an answer must be complete. */
  timeoutMs: number;
  /** Proxy for https targets, from `HTTPS_PROXY`. */
  proxy?: string | undefined;
}

/** Makes dispatchers for one origin. */
export class Connections {
  readonly #origin: string;
  readonly #options: ConnectOptions;
  readonly #idle: Dispatcher[] = [];
  readonly #all: Dispatcher[] = [];

  constructor(origin: string, options: ConnectOptions) {
    this.#origin = origin;
    this.#options = options;
  }

  /** A warm connection if there is one; nobody else has it until it is given back. */
  borrow(): Dispatcher {
    return this.#idle.pop() ?? this.fresh();
  }

  giveBack(line: Dispatcher): void {
    this.#idle.push(line);
  }

  /** A connection that is not open yet. */
  fresh(): Dispatcher {
    const line = this.#open();
    this.#all.push(line);
    return line;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((line) => line.destroy()));
  }

  #open(): Dispatcher {
    const { ca, timeoutMs, proxy } = this.#options;
    const connect = { timeout: timeoutMs, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) };
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, pipelining: 1 };
    if (proxy !== undefined && this.#origin.startsWith('https:')) {
      const agent = new ProxyAgent({ uri: proxy, requestTls: connect, connections: 1, ...timeouts });
      // It serves all origins, so that it has to be told with each request.
      return agent.compose((dispatch) => (request, handler) => dispatch({ ...request, origin: this.#origin }, handler));
    }
    // A pool of one would never send again after a request that cannot be written, e.g. for a header's value.
    return new Connection(this.#origin, { connect, ...timeouts });
  }
}

/** The connections of one plan: one for its sequence, one for each request of a storm, new ones where it says so. */
export class Lines {
  readonly #connections: Connections[];
  readonly #borrowed = new Map<string, { from: Connections; line: Dispatcher }>();

  constructor(connections: Connections[]) {
    this.#connections = connections;
  }

  /** The connection to a target for the request at `place` in its storm. */
  at(target: number, place: number): Dispatcher {
    const name = `${target}/${place}`;
    let known = this.#borrowed.get(name);
    if (known === undefined) {
      const from = this.#connections[target] as Connections;
      known = { from, line: from.borrow() };
      this.#borrowed.set(name, known);
    }
    return known.line;
  }

  fresh(target: number): Dispatcher {
    return (this.#connections[target] as Connections).fresh();
  }

  release(): void {
    for (const { from, line } of this.#borrowed.values()) from.giveBack(line);
    this.#borrowed.clear();
  }
}
