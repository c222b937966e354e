/** HTTP/2 servers on loopback, in clear text or by ALPN, that say what reached them. */
import { readFileSync } from 'node:fs';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** One stream as it arrived. */
export interface ReceivedStream {
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The client ended the stream: this is the whole body. */
  complete: boolean;
  /** Counted from 0. */
  session: number;
  stream: ServerHttp2Stream;
}

export interface Http2Target {
  url: string;
  /** In the order in which the streams were opened. */
  received: ReceivedStream[];
  sessions: ServerHttp2Session[];
}

/** Called with each stream whose body is complete. */
export type OnStream = (received: ReceivedStream, n: number) => void;

const certificates = join(import.meta.dirname, '../cli/certificates');
export const ca = readFileSync(join(certificates, 'ca.pem'), 'utf8');
const tls = {
  key: readFileSync(join(certificates, 'server-key.pem')),
  cert: readFileSync(join(certificates, 'server.pem')),
};

/** The usual answer to a write. */
export function accept({ stream }: Pick<ReceivedStream, 'stream'>, n: number): void {
  stream.respond({ ':status': 202, 'content-type': 'application/json' });
  stream.end(JSON.stringify({ id: `task_${n}`, status: 'queued' }));
}

export async function startHttp2(onStream: OnStream = accept, options: { tls?: true } = {}): Promise<Http2Target> {
  const server: Http2Server = options.tls ? createSecureServer(tls) : createServer();
  const received: ReceivedStream[] = [];
  const sessions: ServerHttp2Session[] = [];
  let ended = 0;
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    const session = sessions.indexOf(stream.session as ServerHttp2Session);
    const one: ReceivedStream = { headers: { ...headers }, body: Buffer.alloc(0), complete: false, session, stream };
    received.push(one);
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      one.body = Buffer.concat([one.body, chunk]);
    });
    stream.on('end', () => {
      // A stream that was reset ends, too.
      if (stream.aborted) return;
      one.complete = true;
      onStream(one, ended++);
    });
  });
  const port = await listen(server);
  onTestFinished(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, received, sessions };
}

/** A TLS server that has never heard of HTTP/2; gives the protocol version of each request. */
export async function startHttps(options: { noAlpn?: true } = {}): Promise<{ url: string; versions: string[] }> {
  const versions: string[] = [];
  const server = createHttps({ ...tls, ...(options.noAlpn ? { ALPNProtocols: [] } : {}) }, (request, response) => {
    versions.push(request.httpVersion);
    request.resume().on('end', () => response.writeHead(202).end('{"id":"task_0","status":"queued"}'));
  });
  const port = await listen(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `https://127.0.0.1:${port}`, versions };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
