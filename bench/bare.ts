/** A process: servers that answer every request the same small task, one over HTTP/1.1 and one over h2c. */
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** Where they listen, as the process tells it. */
export interface BarePorts {
  h1: number;
  h2: number;
}

const TASK = Buffer.from(
  JSON.stringify({ id: 'task_00000000000000000000000000', kind: 'design', status: 'queued', input: null }),
);
const HEADERS = { 'content-type': 'application/json', 'content-length': TASK.length };

const h1 = createServer((incoming, outgoing) => {
  incoming.resume().on('end', () => outgoing.writeHead(200, HEADERS).end(TASK));
});

const h2 = createHttp2Server();
h2.on('stream', (stream) => {
  stream.resume().on('end', () => {
    stream.respond({ ':status': 200, ...HEADERS });
    stream.end(TASK);
  });
});

async function listening(server: typeof h1 | typeof h2): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

process.on('disconnect', () => process.exit());
process.send?.({ h1: await listening(h1), h2: await listening(h2) } satisfies BarePorts);
