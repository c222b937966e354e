/** The reference behind a front that sees every request and may answer in its place. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'vitest';
import { type ServeOptions, serveReference } from '../../reference/server/server.js';
import type { RunOptions } from '../../run/options.js';

export interface Passing {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Front {
  /** What a run needs to be sent there. */
  options: Pick<RunOptions, 'targets' | 'credentials'>;
  secret: string;
  requests: Passing[];
}

/** Answers itself, changes the body in place, or lets the reference answer. */
export type Rule = (passing: Passing, n: number) => Answer | undefined;

/** `test` is the one at whose end the front closes. */
export async function frontOf(
  test: Pick<TestContext, 'onTestFinished'>,
  rule: Rule = () => undefined,
  options: ServeOptions = {},
): Promise<Front> {
  const reference = await serveReference(options);
  const requests: Passing[] = [];
  const server = createServer(async (incoming, outgoing) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = 'GET', url: path = '/', headers } = incoming;
      const passing = { method, path, headers, body: Buffer.concat(chunks) };
      requests.push({ ...passing });
      const own = rule(passing, requests.length - 1);
      if (own !== undefined) {
        outgoing.writeHead(own.status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...own.headers });
        outgoing.end(JSON.stringify(own.body ?? {}));
        return;
      }
      const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...rest } = headers;
      const answer = await fetch(`${reference.url}${path}`, {
        method,
        headers: rest as Record<string, string>,
        ...(passing.body.length > 0 ? { body: new Uint8Array(passing.body) } : {}),
      });
      const id = answer.headers.get('x-request-id');
      outgoing.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
        ...(id === null ? {} : { 'x-request-id': id }),
      });
      outgoing.end(await answer.text());
    } catch {
      // The client hung up.
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await reference.close();
  });
  const [first, second] = reference.keys;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { options: { targets: [url], credentials: { first, second } }, secret: reference.webhookSecret, requests };
}

/** Where a request wants its webhooks; `undefined` where it wants none. */
export function callbackOf({ body }: Passing): unknown {
  try {
    return (JSON.parse(body.toString('utf8')) as { callback_url?: unknown } | null)?.callback_url;
  } catch {
    return undefined;
  }
}

export function refusal(status: number, type: string, code: string): Answer {
  return { status, body: { error: { type, code, message: 'No.', request_id: 'req_1' } } };
}
