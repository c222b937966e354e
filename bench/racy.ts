/** A worker thread: a server that looks up, waits, then inserts; or a correct one. HTTP/1.1 and h2c on one port. */
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { createPort } from '../reference/server/protocols.js';

/** Milliseconds between look-up and insert: 'turn' is one turn of the event loop, 'none' a correct server. */
export type Window = number | 'turn' | 'none';

/** What one storm did: how often its work was done, and when its requests were complete. */
export interface Storm {
  executions: number;
  arrivals: number[];
}

/** Timers are too coarse for less than a millisecond. */
async function pass(window: Window): Promise<void> {
  if (window === 'turn') return turn();
  const until = performance.now() + Number(window);
  while (performance.now() < until) await turn();
}

const storms = new Map<string, Storm>();
const done = new Set<string>();

const { server } = createPort((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('error', () => {});
  incoming.on('end', async () => {
    const { key, window } = JSON.parse(Buffer.concat(chunks).toString()) as { key: string; window: Window };
    const storm = storms.get(key) ?? { executions: 0, arrivals: [] };
    storms.set(key, storm);
    storm.arrivals.push(performance.now());
    if (!done.has(key)) {
      if (window !== 'none') await pass(window);
      done.add(key);
      storm.executions += 1;
    }
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    outgoing.end('{}');
  });
});

server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as { port: number }).port));
parentPort?.on('message', (key: string) => {
  parentPort?.postMessage({ key, ...storms.get(key) });
  storms.delete(key);
});
