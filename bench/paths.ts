/** A worker thread: the ways to the server. A proxy that delays each chunk, and an edge that speaks HTTP/1.1 upstream. */
import { Agent, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { createPort } from '../reference/server/protocols.js';

const origin: number = workerData;

/** Chunks keep their order, as on a real path. */
function slowly(from: Socket, to: Socket): void {
  const chunks: Buffer[] = [];
  let last = 0;
  from.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    last = Math.max(last, performance.now() + 10 + 10 * Math.random());
    // Timers round, so that a later one can fire first: it takes the older chunk.
    setTimeout(() => to.write(chunks.shift() as Buffer), last - performance.now());
  });
  from.on('close', () => setTimeout(() => to.destroy(), 30)).on('error', () => {});
}

const proxy = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: origin, host: '127.0.0.1', noDelay: true });
  slowly(near, far);
  slowly(far, near);
});

const agent = new Agent({ keepAlive: true });
const { server: edge } = createPort((incoming, outgoing) => {
  const upstream = request({ port: origin, host: '127.0.0.1', method: 'POST', path: '/', agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502);
    answer.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
});

const ports = [proxy, edge].map(
  (server) =>
    new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    }),
);
parentPort?.postMessage(await Promise.all(ports));
