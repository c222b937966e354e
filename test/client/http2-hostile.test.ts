/** HTTP/2 targets that let one stream go at a time, no body go at all, or go away in the middle of a storm. */
import {
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import { type AddressInfo, connect, createServer as createFront } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Client } from '../../client/client.js';
import type { Exchange } from '../../history/history.js';
import { ca, startHttp2 } from './http2.js';
import { clientFor, ends, exchangesOf, storm, write } from './target.js';

interface Served {
  url: string;
  /** Streams that were opened, and the most that were open at the same time. */
  counts: { opened: number; together: number };
}

type OnEnd = (stream: ServerHttp2Stream, session: ServerHttp2Session, n: number) => unknown;

function answer(stream: ServerHttp2Stream, n: number): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 202, 'content-type': 'application/json' });
  stream.end(JSON.stringify({ id: `task_${n}`, status: 'queued' }));
}

async function serve(settings: Settings, onEnd: OnEnd = (stream, _, n) => answer(stream, n)): Promise<Served> {
  const server: Http2Server = createServer({ settings });
  const counts = { opened: 0, together: 0 };
  const sessions = new Set<ServerHttp2Session>();
  let open = 0;
  server.on('session', (session) => {
    sessions.add(session.on('error', () => {}));
  });
  server.on('stream', (stream) => {
    const n = counts.opened;
    counts.opened += 1;
    open += 1;
    counts.together = Math.max(counts.together, open);
    stream
      .on('error', () => {})
      .on('close', () => {
        open -= 1;
      });
    stream.resume().on('end', () => {
      if (!stream.aborted) onEnd(stream, stream.session as ServerHttp2Session, n);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counts };
}

async function clientAt(url: string, timeoutMs: number): Promise<Client> {
  const client = clientFor(url, { h2c: true, timeoutMs });
  await client.open();
  expect(client.transport).toBe('h2');
  return client;
}

/** Pairs of answered requests that were under way at the same time. */
function overlaps(exchanges: Exchange[]): number {
  const answered = exchanges.filter(({ done }) => done !== null);
  return answered.flatMap((a) => answered.filter((b) => a !== b && a.sent <= b.sent && b.sent < (a.done as number)))
    .length;
}

const five = () => storm(write(), write(), write(), write(), write());

test('one stream at a time: each is answered, and none overlaps another', async () => {
  const { url, counts } = await serve({ maxConcurrentStreams: 1 }, async (stream, _, n) => {
    await sleep(20);
    answer(stream, n);
  });
  const exchanges = await exchangesOf(await clientAt(url, 5_000), write(), five());
  expect(ends(exchanges)).toEqual([202, 202, 202, 202, 202, 202]);
  expect([counts.together, overlaps(exchanges)]).toEqual([1, 0]);
});

test('a hundred streams at a time: the requests of a storm overlap', async () => {
  const { url, counts } = await serve({ maxConcurrentStreams: 100 }, async (stream, _, n) => {
    await sleep(20);
    answer(stream, n);
  });
  const exchanges = await exchangesOf(await clientAt(url, 5_000), write(), five());
  expect(counts.together).toBe(5);
  expect(overlaps(exchanges)).toBeGreaterThan(0);
});

test('a window of zero: no body goes, which the reason says', async () => {
  const { url, counts } = await serve({ initialWindowSize: 0 });
  // The first may go before the target's settings are there.
  const [, ...exchanges] = await exchangesOf(await clientAt(url, 300), write(), five());
  expect(exchanges.map(({ outcome }) => (outcome.kind === 'unknown' ? outcome.reason : ''))).toEqual(
    Array(5).fill(
      'no complete answer within 0.3 s: the target takes no more of the body (its HTTP/2 window or its number of streams is used up)',
    ),
  );
  expect(counts.opened).toBe(6);
});

test.each([0, 1, 2])('GOAWAY at request %d of a storm: all end, and the next is answered', async (at) => {
  let gone = false;
  const { url } = await serve({}, (stream, session, n) => {
    if (!gone && n >= at + 1) {
      gone = true;
      session.goaway(0, stream.id);
      setTimeout(() => session.destroy(), 50);
    } else answer(stream, n);
  });
  const exchanges = await exchangesOf(await clientAt(url, 2_000), write(), five(), write());
  expect(exchanges).toHaveLength(7);
  expect(ends(exchanges).at(-1)).toBe(202);
  expect(ends(exchanges)).toContain('unknown');
});

test('a connection that opens too late carries nothing, and the next request is answered', async () => {
  const { url, received } = await startHttp2(undefined, { tls: true });
  let delay = 900;
  const front = createFront((socket) => {
    const behind = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    behind.pipe(socket.on('error', () => {}));
    setTimeout(() => socket.pipe(behind), delay);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close());
  const at = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const client = clientFor(at, { ca, transport: 'h2', timeoutMs: 500 });
  await client.open();
  onTestFinished(() => client.close());
  const late = await exchangesOf(client, five());
  await sleep(800);
  expect(ends(late)).toEqual(Array(5).fill('unsent'));
  expect(received).toEqual([]);
  delay = 0;
  expect(ends(await exchangesOf(client, write()))).toEqual([202]);
  expect(received).toHaveLength(1);
});
