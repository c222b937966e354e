/** Requests that must be signed: every header that the contract's module adds has to be there. */
import type { IncomingMessage } from 'node:http';
import { NotSigned, SignHost } from '../../contracts/sign-host.js';

/** Milliseconds that the module has for one request. */
const MODULE_MS = 10_000;

export class Signatures {
  readonly #host: SignHost;

  constructor(file: string) {
    this.#host = new SignHost(file, MODULE_MS);
  }

  /**
   * The values of the headers that the module adds to such a request; `null` where one is missing. Whether a value is right
   * only the module's author knows: it may be of another time. The body is not there yet.
   */
  async of(incoming: IncomingMessage, credential: 'first' | 'second', secret: string): Promise<string[] | null> {
    const { method = '', url = '', headers, rawHeaders } = incoming;
    const pairs = rawHeaders.flatMap((name, n): [string, string][] =>
      n % 2 === 0 && !name.startsWith(':') ? [[name, rawHeaders[n + 1] as string]] : [],
    );
    const call = {
      method,
      url: `http://${headers.host ?? headers[':authority'] ?? '127.0.0.1'}${url}`,
      headers: pairs,
    };
    try {
      const rest = { body: '', credential, secret, attempt: 0, placeholder: null };
      const signed = await this.#host.ask({ ...call, ...rest });
      const values = signed.headers.map(([name]) => headers[name.toLowerCase()]);
      return values.some((value) => value === undefined) ? null : values.map(String);
    } catch (error) {
      // It may need the body; that it can sign at all is found out by the client.
      if (error instanceof NotSigned) return [];
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#host.close();
  }
}
