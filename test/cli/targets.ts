/** Targets on loopback: any handler, a port that speaks no HTTP, and fronts of the reference server. */
import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createPort, type Server, type Socket } from 'node:net';
import { type ServeOptions, serveReference } from '../../reference/server/server.js';

export interface Target {
  url: string;
  port: number;
  /** Every request as `METHOD path`, in the order of arrival. */
  requests: string[];
  headers: IncomingMessage['headers'][];
  close(): Promise<void>;
}

const closing: (() => Promise<void>)[] = [];

export async function closeTargets(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}

export interface Tls {
  key: string;
  cert: string;
  requestCert?: true;
  /** The certificates of clients that it lets in. */
  ca?: string;
  maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

export async function serve(handler: RequestListener, options: { port?: number; tls?: Tls } = {}): Promise<Target> {
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const listener: RequestListener = (incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    headers.push(incoming.headers);
    handler(incoming, response);
  };
  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  const scheme = options.tls === undefined ? 'http' : 'https';
  return { ...(await listen(server, scheme, options.port)), requests, headers };
}

/** A port and whatever it does with a connection. */
export async function servePort(onConnection: (socket: Socket) => void): Promise<Target> {
  const server = createPort((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  return { ...(await listen(server, 'http')), requests: [], headers: [] };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<{ url: string; port: number }> {
  const target = await servePort(() => {});
  await target.close();
  return target;
}

async function listen(server: Server, scheme: string, wanted = 0): Promise<Pick<Target, 'url' | 'port' | 'close'>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  closing.push(close);
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}`, port, close };
}

/** Answers every request alike. */
export function always(
  status: number,
  contentType: string,
  text: string,
  more: Record<string, string> = {},
): RequestListener {
  return (incoming, response) => {
    incoming.resume().on('end', () => response.writeHead(status, { 'content-type': contentType, ...more }).end(text));
  };
}

/** An answer of the reference on its way to the suite. */
export interface Passing {
  request: { method: string; path: string; headers: IncomingMessage['headers'] };
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface FrontTarget extends Target {
  /** The environment that opens it. */
  env: { IDEM_API_KEY: string };
  secondKey: string;
}

export interface Front {
  /** Changes answers in place. */
  change?: (passing: Passing) => void;
  /** Prefix that is taken off the path; other paths are not found. */
  prefix?: string;
  port?: number;
  tls?: Tls;
  reference?: ServeOptions;
}

/** The reference server behind a front that sees every request and may change every answer. */
export async function frontOf({ change, prefix = '', ...front }: Front = {}): Promise<FrontTarget> {
  const reference = await serveReference(front.reference);
  closing.push(reference.close);
  const options = {
    ...(front.port === undefined ? {} : { port: front.port }),
    ...(front.tls === undefined ? {} : { tls: front.tls }),
  };
  const target = await serve((incoming, response) => {
    if (!incoming.url?.startsWith(prefix)) return always(404, 'text/plain', 'no such path')(incoming, response);
    forward(incoming, response, reference.url, incoming.url.slice(prefix.length), change);
  }, options);
  return { ...target, env: { IDEM_API_KEY: reference.keys[0] }, secondKey: reference.keys[1] };
}

function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  to: string,
  path: string,
  change: Front['change'],
): void {
  const { method = 'GET', headers } = incoming;
  const outgoing = request(`${to}${path}`, { method, headers }, async (answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const passing: Passing = {
      request: { method, path, headers },
      status: answer.statusCode ?? 500,
      headers: {
        'content-type': String(answer.headers['content-type']),
        'x-request-id': String(answer.headers['x-request-id']),
      },
      text: Buffer.concat(chunks).toString('utf8'),
    };
    change?.(passing);
    response.writeHead(passing.status, passing.headers).end(passing.text);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
