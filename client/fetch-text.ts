/** A text that a target serves, such as its own description. */
import { rootCertificates } from 'node:tls';
import { Agent, ProxyAgent, request } from 'undici';
import type { ConnectOptions } from './connect.js';
import { proxyFor } from './proxy.js';

/** Why there is no text: follows the address in a message. */
export class FetchError extends Error {
  override name = 'FetchError';
}

/**
 * The body of a 200, as UTF-8; redirects are not followed.
 * @param headers sent with the request
 * @param most bytes of the longest text
 */
export async function fetchText(
  url: string,
  { ca, timeoutMs, ...proxies }: ConnectOptions,
  headers: [name: string, value: string][],
  most: number,
): Promise<string> {
  const connect = { timeout: timeoutMs, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) };
  const proxy = proxyFor(new URL(url).origin, proxies);
  const dispatcher = proxy === undefined ? new Agent({ connect }) : new ProxyAgent({ uri: proxy, requestTls: connect });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(url, { dispatcher, signal, headers: headers.flat() });
    if (statusCode !== 200) throw new FetchError(`was answered ${statusCode}`);
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > most) throw new FetchError(`is longer than ${most >> 20} MiB`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof FetchError) throw error;
    const { code, message, name } = error as NodeJS.ErrnoException;
    throw new FetchError(
      name === 'TimeoutError' ? `was not there after ${timeoutMs} ms` : `cannot be read (${code ?? message})`,
    );
  } finally {
    await dispatcher.destroy();
  }
}
