/** HTTP/1.1 and HTTP/2 with prior knowledge on one port, distinguished by the first bytes of a connection. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** How every HTTP/2 connection begins, and no HTTP/1.1 request. */
const PREFACE = Buffer.from('PRI * HTTP/2.0');

export interface Port {
  server: Server;
  /** Breaks all connections and takes no more of them for a while, as a process does that is started again. */
  goDown(): void;
  close(): Promise<void>;
}

/** How long a port that went down is not there. */
const DOWN_MS = 150;

/** A server that does not listen yet. */
export function createPort(listener: (incoming: Incoming, outgoing: Outgoing) => unknown): Port {
  // Longer than any client keeps an idle connection, so that none is closed under a request.
  const server = createServer({ keepAliveTimeout: 120_000 }, listener);
  const http2 = createHttp2Server(listener);
  // A client that breaks the protocol ends its own session only.
  http2.on('sessionError', () => {});
  const accept = server.listeners('connection');
  const sockets = new Set<Socket>();
  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    tellApart(socket, (isHttp2) => {
      if (isHttp2) http2.emit('connection', socket);
      else for (const each of accept) each.call(server, socket);
    });
  });
  let closed = false;
  const stop = (ended: () => void) => {
    server.close(ended);
    for (const socket of sockets) socket.destroy();
  };
  return {
    server,
    goDown: () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return;
      stop(() => setTimeout(() => closed || server.listen(address.port, address.address), DOWN_MS));
    },
    close: () =>
      new Promise((resolve) => {
        closed = true;
        stop(resolve);
      }),
  };
}

/** Waits for as many bytes as it takes, and puts them back. */
function tellApart(socket: Socket, say: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const broken = () => socket.destroy();
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk !== null) seen = Buffer.concat([seen, chunk]);
    const known = Math.min(seen.length, PREFACE.length);
    const alike = seen.subarray(0, known).equals(PREFACE.subarray(0, known));
    if (alike && known < PREFACE.length && !socket.readableEnded && chunk !== null) return;
    socket.off('readable', look).off('error', broken);
    if (seen.length > 0) socket.unshift(seen);
    say(alike && known === PREFACE.length);
  };
  socket.on('readable', look).on('error', broken);
}

/** The same object for all requests of one connection. */
export function connectionOf(incoming: Incoming): Socket {
  return incoming instanceof Http2ServerRequest ? (incoming.stream.session?.socket as Socket) : incoming.socket;
}

/** Calls back when the client goes away before its answer is complete. */
export function onHangUp(outgoing: Outgoing, listener: () => void): void {
  if (!(outgoing instanceof Http2ServerResponse)) {
    outgoing.once('close', () => outgoing.writableFinished || listener());
    return;
  }
  const { stream } = outgoing;
  stream.once('close', () => stream.rstCode === 0 || listener());
}
