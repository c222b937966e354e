/** Connections: a warm pool for ordinary requests, a connection of its own where a plan asks for one. */
import { rootCertificates } from 'node:tls';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';

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
  readonly #pool: Dispatcher;

  constructor(origin: string, options: ConnectOptions) {
    this.#origin = origin;
    this.#options = options;
    this.#pool = this.#open(64);
  }

  shared(): Dispatcher {
    return this.#pool;
  }

  /** A dispatcher that has no connection yet; the caller closes it. */
  fresh(): Dispatcher {
    return this.#open(1);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #open(connections: number): Dispatcher {
    const { ca, timeoutMs, proxy } = this.#options;
    const connect = { timeout: timeoutMs, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) };
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connections, pipelining: 1 };
    if (proxy !== undefined && this.#origin.startsWith('https:')) {
      return new ProxyAgent({ uri: proxy, requestTls: connect, ...timeouts });
    }
    return new Pool(this.#origin, { connect, ...timeouts });
  }
}
