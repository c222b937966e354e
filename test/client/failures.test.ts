import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { wait } from '../../generators/plans.js';
import type { Exchange } from '../../history/history.js';
import { clientFor, created, ends, exchangesOf, planOf, startTarget, write } from './target.js';

/** A server that speaks whatever the test says. */
async function startRaw(onConnection: (socket: Socket, n: number) => void): Promise<{ url: string; server: Server }> {
  let connections = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket, connections++);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function reasonOf(exchange: Exchange | undefined): string {
  const outcome = exchange?.outcome;
  return outcome === undefined || outcome.kind === 'answer' ? '' : outcome.reason;
}

test('a server that hangs leaves the outcome unknown, and the next request is sent all the same', async () => {
  const target = await startTarget((_, n) => (n === 0 ? undefined : created(n)));
  const exchanges = await exchangesOf(clientFor(target.url, { timeoutMs: 500 }), write(), write());
  expect(ends(exchanges)).toEqual(['unknown', 202]);
  expect(exchanges[0]).toMatchObject({ done: null, outcome: { reason: 'no complete answer within 0.5 s' } });
  expect(target.received).toHaveLength(2);
});

test('a server that stops within its answer leaves the outcome unknown', async () => {
  const target = await startTarget((_, __, response) => {
    response.writeHead(202, { 'content-length': '100' });
    response.write('{"id":');
    return undefined;
  });
  const [exchange] = await exchangesOf(clientFor(target.url, { timeoutMs: 500 }), write());
  expect(exchange).toMatchObject({
    done: null,
    outcome: { kind: 'unknown', reason: 'no complete answer within 0.5 s' },
  });
});

test('a server that refuses connections was sent nothing', async () => {
  const { url, server } = await startRaw(() => {});
  await new Promise((resolve) => server.close(resolve));
  const exchanges = await exchangesOf(clientFor(url), write(), write());
  expect(ends(exchanges)).toEqual(['unsent', 'unsent']);
  expect(reasonOf(exchanges[0])).toContain('ECONNREFUSED');
});

test('a connection that never opens ends with its time, or with the signal', async () => {
  let connections = 0;
  // Accepts, and leaves the TLS handshake to the other side.
  const { url } = await startRaw((socket) => {
    connections += 1;
    onTestFinished(() => void socket.destroy());
  });
  const secure = url.replace('http:', 'https:');
  const [exchange] = await exchangesOf(clientFor(secure, { timeoutMs: 200 }), write());
  expect(exchange?.outcome).not.toMatchObject({ kind: 'answer' });
  const stopping = new AbortController();
  const execution = clientFor(secure, { timeoutMs: 600_000, signal: stopping.signal }).execute(
    planOf(write(), write()),
  );
  while (connections < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stopping.abort(new Error('enough'));
  expect((await execution).stopped?.message).toBe('enough');
});

test('a connection that is reset after the body leaves the outcome unknown, and nothing is sent twice', async () => {
  const target = await startTarget((received, n, response) => {
    if (n > 0) return created(n);
    expect(received.body.length).toBeGreaterThan(0);
    response.socket?.resetAndDestroy();
    return undefined;
  });
  const client = clientFor(target.url);
  const exchanges = await exchangesOf(client, write());
  expect(ends(exchanges)).toEqual(['unknown']);
  expect(reasonOf(exchanges[0])).not.toBe('');
  // Time for a retry that nobody ordered.
  await exchangesOf(client, wait(200), write());
  expect(target.received).toHaveLength(2);
});

test('a connection that is closed before its answer leaves the outcome unknown, also for a read', async () => {
  const target = await startTarget((_, n, response) => {
    if (n === 0) return created(n);
    response.socket?.destroy();
    return undefined;
  });
  const client = clientFor(target.url);
  const exchanges = await exchangesOf(client, write(), write(), { operation: 'get', credential: 'first', of: 0 });
  expect(ends(exchanges)).toEqual([202, 'unknown', 'unknown']);
  expect(target.received).toHaveLength(3);
});

test('a server that closes each connection works', async () => {
  const target = await startTarget((_, n) => ({ ...created(n), headers: { connection: 'close' } }));
  const exchanges = await exchangesOf(clientFor(target.url), write(), write(), write());
  expect(ends(exchanges)).toEqual([202, 202, 202]);
  expect(new Set(target.received.map(({ port }) => port)).size).toBe(3);
});

test('a server that closes idle connections without a word works', async () => {
  const target = await startTarget((_, n, response) => {
    response.on('finish', () => response.socket?.end());
    return created(n);
  });
  const exchanges = await exchangesOf(clientFor(target.url), write(), wait(50), write(), wait(50), write());
  expect(ends(exchanges)).toEqual([202, 202, 202]);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n'],
  ['HTTP that is cut', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"id":'],
  ['broken chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['nothing', ''],
])('%s is no answer', async (_, text) => {
  const { url } = await startRaw((socket) => socket.once('data', () => socket.end(text)));
  const exchanges = await exchangesOf(clientFor(url), write(), write());
  expect(ends(exchanges)).toEqual(['unknown', 'unknown']);
  for (const exchange of exchanges) expect(reasonOf(exchange)).not.toBe('');
});

const MIB = 1024 * 1024;

test.each([
  [MIB - 1, MIB - 1, false],
  [MIB, MIB, false],
  [MIB + 1, MIB, true],
  [3 * MIB, MIB, true],
])('of an answer of %i bytes %i are kept', async (length, kept, truncated) => {
  const target = await startTarget((_, n) => (n === 0 ? { body: 'y'.repeat(length) } : created(n)));
  const [exchange, next] = await exchangesOf(clientFor(target.url), write(), write());
  const outcome = exchange?.outcome;
  if (outcome?.kind !== 'answer') throw new Error('no answer');
  expect(outcome.body.length).toBe(kept);
  expect(outcome.truncated).toBe(truncated ? true : undefined);
  expect(exchange?.done).not.toBeNull();
  expect(next?.outcome).toMatchObject({ kind: 'answer', status: 202 });
});

test('an answer without end is not read to its end', async () => {
  let written = 0;
  const target = await startTarget((_, __, response) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const more = () => {
      while (!response.destroyed && written < 100 * MIB) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
    };
    more();
    return undefined;
  });
  const [exchange] = await exchangesOf(clientFor(target.url), write());
  expect(exchange?.outcome).toMatchObject({ kind: 'answer', truncated: true });
  expect(written).toBeLessThan(50 * MIB);
});

test.each([301, 302, 303, 307, 308])('a redirect with %i is an answer, and is not followed', async (status) => {
  const target = await startTarget(() => ({ status, headers: { location: '/elsewhere' } }));
  const [exchange] = await exchangesOf(clientFor(target.url), write());
  expect(exchange?.outcome).toMatchObject({ kind: 'answer', status, headers: { location: '/elsewhere' } });
  expect(target.received.map(({ path }) => path)).toEqual(['/v1/tasks']);
});
