/** What a port speaks: for messages about a target that cannot be reached. Asks for nothing, and sends no credential. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

/** `closes`: TLS is agreed on, and the connection is closed before anything is asked. */
export type Spoken = { kind: 'tls'; protocol: string | null; closes: boolean } | { kind: 'http' | 'h2c' | 'unknown' };

/** Milliseconds for each look. */
const PATIENCE_MS = 5_000;

/** Milliseconds in which a server that wants more than it got ends a connection. */
const CLOSES_WITHIN_MS = 1_000;

/** Preface and empty settings (https://www.rfc-editor.org/rfc/rfc9113#section-3.4). */
const HTTP2 = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('000000040000000000', 'hex'),
]);

export async function spokenAt(origin: string): Promise<Spoken> {
  const { hostname, port, protocol } = new URL(origin);
  const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
  const tls = await overTls(at);
  if (tls !== null) return tls;
  const first = await firstBytes(at, HTTP2);
  // The fourth byte of a frame is its type, and 4 is that of the settings.
  const isH2 = first.length >= 9 && first[3] === 4;
  const isHttp = (bytes: Buffer) => bytes.subarray(0, 7).toString('latin1') === 'HTTP/1.';
  if (isHttp(first)) return { kind: 'http' };
  const asked = await firstBytes(at, Buffer.from(`HEAD / HTTP/1.1\r\nhost: ${at.host}\r\nconnection: close\r\n\r\n`));
  // Where both are spoken, neither is what was wrong.
  if (isH2) return { kind: isHttp(asked) ? 'unknown' : 'h2c' };
  return { kind: isHttp(asked) ? 'http' : 'unknown' };
}

interface At {
  host: string;
  port: number;
}

function overTls(at: At): Promise<Spoken | null> {
  const servername = isIP(at.host) === 0 ? at.host : '';
  const look = { ...at, servername, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] };
  return looked<TLSSocket, Spoken | null>(connectTls(look), null, (socket, end) => {
    let seen: Spoken | null = null;
    socket.once('secureConnect', () => {
      const spoken = { kind: 'tls', protocol: socket.alpnProtocol || null } as const;
      seen = { ...spoken, closes: true };
      socket.resume();
      setTimeout(() => end({ ...spoken, closes: false }), CLOSES_WITHIN_MS);
    });
    socket.once('end', () => socket.destroy()).once('close', () => end(seen));
  });
}

function firstBytes(at: At, asked: Buffer): Promise<Buffer> {
  return looked<Socket, Buffer>(connectTcp(at), Buffer.alloc(0), (socket, end) => {
    socket.once('connect', () => socket.write(asked)).once('data', end);
    socket.once('close', () => end(Buffer.alloc(0)));
  });
}

/** Ends the connection once `look` has its answer, or after a while with `otherwise`. */
function looked<S extends Socket, T>(socket: S, otherwise: T, look: (socket: S, end: (answer: T) => void) => void) {
  return new Promise<T>((resolve) => {
    const end = (answer: T) => {
      clearTimeout(timer);
      resolve(answer);
      socket.destroy();
    };
    const timer = setTimeout(() => end(otherwise), PATIENCE_MS);
    socket.on('error', () => {});
    look(socket, end);
  });
}
