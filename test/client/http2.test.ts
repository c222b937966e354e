import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Client } from '../../client/client.js';
import { wait } from '../../generators/plans.js';
import type { Exchange } from '../../history/history.js';
import { accept, type OnStream, type ReceivedStream, startHttp2 } from './http2.js';
import { clientFor, ends, exchangesOf, planOf, storm, write } from './target.js';

async function h2Client(url: string, timeoutMs = 5_000): Promise<Client> {
  const client = clientFor(url, { h2c: true, timeoutMs });
  await client.open();
  expect(client.transport).toBe('h2');
  return client;
}

function reasonOf(exchange: Exchange | undefined): string {
  const outcome = exchange?.outcome;
  return outcome === undefined || outcome.kind === 'answer' ? '' : outcome.reason;
}

test('the requests of a plan share one session, bytes and headers are exact', async () => {
  const target = await startHttp2();
  const client = await h2Client(target.url);
  const exchanges = await exchangesOf(client, write(), storm(write(), write(), write()), write());
  expect(ends(exchanges)).toEqual([202, 202, 202, 202, 202]);
  expect(target.received.map(({ body }) => body.toString())).toEqual(exchanges.map(({ request }) => request.body));
  expect(new Set(target.received.map(({ session }) => session)).size).toBe(1);
  expect(target.received[0]?.headers).toMatchObject({
    ':method': 'POST',
    ':path': '/v1/tasks',
    'content-type': 'application/json',
    authorization: 'Bearer sk_first_secret',
  });
  expect(exchanges[0]?.request.headers).not.toContainEqual(['authorization', 'Bearer sk_first_secret']);
});

test('a request with a connection of its own gets a session of its own', async () => {
  const target = await startHttp2();
  const client = await h2Client(target.url);
  const fresh = write({ framing: { connection: 'new' } });
  await exchangesOf(client, write(), fresh, write(), fresh);
  const [first, new1, second, new2] = target.received.map(({ session }) => session);
  expect(second).toBe(first);
  expect(new Set([first, new1, new2]).size).toBe(3);
});

const losses: [string, OnStream][] = [
  ['a stream that is closed without an answer', ({ stream }) => stream.close()],
  ['a stream that is refused', ({ stream }) => stream.close(7)],
  ['a stream with an error', ({ stream }) => stream.close(2)],
  ['a session that is gone', ({ stream }) => stream.session?.destroy()],
  ['a GOAWAY with an error', ({ stream }) => stream.session?.goaway(2)],
  ['a GOAWAY that leaves the request out, and the end', ({ stream }) => goneAway(stream)],
];

test.each(losses)('%s leaves the outcome unknown, and the next request is sent', async (_, lose) => {
  const target = await startHttp2((received, n) => (n === 0 ? lose(received, n) : accept(received, n)));
  const client = await h2Client(target.url);
  const exchanges = await exchangesOf(client, write(), write());
  expect(ends(exchanges)).toEqual(['unknown', 202]);
  expect(exchanges[0]?.done).toBeNull();
  expect(reasonOf(exchanges[0])).not.toBe('');
  await sleep(50);
  expect(target.received).toHaveLength(2);
});

function goneAway(stream: Parameters<OnStream>[0]['stream']): void {
  stream.session?.goaway(0, 0);
  setTimeout(() => stream.session?.destroy(), 20);
}

test('after a GOAWAY without fault the answer is still read, and the next request opens a session', async () => {
  const target = await startHttp2((received, n) => {
    received.stream.session?.close();
    accept(received, n);
  });
  const exchanges = await exchangesOf(await h2Client(target.url), write(), wait(20), write());
  expect(ends(exchanges)).toEqual([202, 202]);
  expect(target.received[0]?.session).not.toBe(target.received[1]?.session);
});

test.each([
  ['reset', ({ stream }) => stream.destroy(new Error('lost'))],
  ['cancelled', ({ stream }) => stream.close(8)],
  ['closed without fault', ({ stream }) => stream.close(0)],
  ['lost with its session', ({ stream }) => stream.session?.destroy()],
] satisfies [string, (received: Pick<ReceivedStream, 'stream'>) => void][])(
  'an answer that is %s half way is none',
  async (_, stop) => {
    const target = await startHttp2(({ stream }) => {
      stream.respond({ ':status': 202, 'content-length': '100' });
      stream.write('{"id":"task_0"', () => setTimeout(() => stop({ stream }), 20));
    });
    const [exchange] = await exchangesOf(await h2Client(target.url), write());
    expect(exchange).toMatchObject({ done: null, outcome: { kind: 'unknown' } });
  },
);

test('an answer that is reset half way is none, though it gives no length', async () => {
  const target = await startHttp2(({ stream }) => {
    stream.respond({ ':status': 202 });
    // `close` would end the body before it resets the stream.
    stream.write('{"id":"task_0"}', () => setTimeout(() => stream.destroy(new Error('lost')), 20));
  });
  expect(ends(await exchangesOf(await h2Client(target.url), write()))).toEqual(['unknown']);
});

test('an answer that is complete counts, though the rest of the request is then refused', async () => {
  const target = await startHttp2(() => {});
  const client = await h2Client(target.url);
  const exchanges = exchangesOf(client, write());
  while (target.received.length < 1) await sleep(5);
  const { stream } = target.received[0] as { stream: Parameters<OnStream>[0]['stream'] };
  stream.respond({ ':status': 413 });
  stream.end('{}', () => stream.close(0));
  expect(ends(await exchanges)).toEqual([413]);
});

test('a server that hangs leaves the outcome unknown, and the session serves the next request', async () => {
  const target = await startHttp2((received, n) => (n === 0 ? undefined : accept(received, n)));
  const exchanges = await exchangesOf(await h2Client(target.url, 500), write(), write());
  expect(ends(exchanges)).toEqual(['unknown', 202]);
  expect(reasonOf(exchanges[0])).toBe('no complete answer within 0.5 s');
  expect(target.received.map(({ session }) => session)).toEqual([0, 0].map(() => target.received[0]?.session));
});

test('a server that stops within its answer leaves the outcome unknown', async () => {
  const target = await startHttp2(({ stream }) => {
    stream.respond({ ':status': 202 });
    stream.write('{"id":');
  });
  const [exchange] = await exchangesOf(await h2Client(target.url, 500), write());
  expect(exchange).toMatchObject({ done: null, outcome: { reason: 'no complete answer within 0.5 s' } });
});

const MIB = 1024 * 1024;

test.each([
  [MIB - 1, MIB - 1, false],
  [MIB, MIB, false],
  [MIB + 1, MIB, true],
  [3 * MIB, MIB, true],
])('of an answer of %i bytes %i are kept', async (length, kept, truncated) => {
  const target = await startHttp2(({ stream }, n) => {
    if (n > 0) return accept({ stream }, n);
    stream.respond({ ':status': 200 });
    stream.end('y'.repeat(length));
  });
  const [exchange, next] = await exchangesOf(await h2Client(target.url), write(), write());
  const outcome = exchange?.outcome;
  if (outcome?.kind !== 'answer') throw new Error('no answer');
  expect([outcome.body.length, outcome.truncated === true]).toEqual([kept, truncated]);
  expect(next?.outcome).toMatchObject({ kind: 'answer', status: 202 });
});

test('the signal stops requests that hang, and the plan with them', async () => {
  const target = await startHttp2(() => {});
  const stopping = new AbortController();
  const client = clientFor(target.url, { h2c: true, signal: stopping.signal });
  await client.open();
  const execution = client.execute(planOf(storm(write(), write()), write()));
  while (target.received.length < 2) await sleep(5);
  stopping.abort(new Error('enough'));
  const { history, stopped } = await execution;
  expect(stopped?.message).toBe('enough');
  expect(ends(history.exchanges)).toEqual(['unknown', 'unknown']);
  expect(target.received).toHaveLength(2);
});

test('what cannot be written on HTTP/2 was not sent', async () => {
  const target = await startHttp2();
  const client = await h2Client(target.url);
  const odd = write({ framing: { headers: [['x odd', 'a']] } });
  const exchanges = await exchangesOf(client, odd, write());
  expect(ends(exchanges)).toEqual(['unsent', 202]);
  expect(target.received).toHaveLength(1);
});

test('a target that refuses connections was sent nothing', async () => {
  const target = await startHttp2();
  const client = await h2Client(target.url);
  const closed = clientFor('http://127.0.0.1:1', { transport: 'h2' });
  await closed.open();
  expect(ends(await exchangesOf(closed, write(), write()))).toEqual(['unsent', 'unsent']);
  expect(ends(await exchangesOf(client, write()))).toEqual([202]);
});
