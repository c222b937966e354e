import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { unfolded } from '../../contracts/padding.js';
import { get } from '../../generators/plans.js';
import type { Attempt } from '../../history/plan.js';
import type { Timing } from '../../reference/server/resource.js';
import type { Reference } from '../../reference/server/server.js';
import { startReference } from '../../reference/server/start.js';
import { arrival, referenceClient, spread, transports } from './storms.js';
import { BODY, ends, exchangesOf, startTarget, storm, write } from './target.js';

async function reference(timing?: Timing): Promise<Reference> {
  const started = await startReference(timing === undefined ? {} : { timing });
  onTestFinished(() => started.close());
  return started;
}

function many(width: number): Attempt[] {
  return Array.from({ length: width }, () => write());
}

describe.each(transports)('over %s', (spoken) => {
  test.each([2, 10, 50])('%i requests are released together, complete and as they are', async (width) => {
    const { client, epoch } = await referenceClient(spoken, [await reference()]);
    const exchanges = await exchangesOf(client, storm(...many(width)));
    expect(ends(exchanges)).toEqual(Array(width).fill(200));
    const release = Math.min(...exchanges.map(({ sent }) => sent));
    for (const exchange of exchanges) {
      // The clocks of two threads differ by parts of a millisecond.
      expect(arrival(exchange)).toBeGreaterThan(epoch + release - 1);
      expect(arrival(exchange)).toBeGreaterThan(epoch + exchange.sent - 1);
      expect(exchange.done).toBeGreaterThan(exchange.sent);
      expect(epoch + (exchange.done as number)).toBeGreaterThan(arrival(exchange) - 1);
    }
    // All were sent before the first answer was there: each overlaps with each.
    expect(Math.max(...exchanges.map(({ sent }) => sent))).toBeLessThan(
      Math.min(...exchanges.map(({ done }) => done as number)),
    );
    const ids = exchanges.map(({ outcome }) => outcome.kind === 'answer' && JSON.parse(outcome.body).id);
    expect(new Set(ids).size).toBe(1);
  });

  // How large the spread is belongs to `npm run bench`: here it only may not claim what cannot have been.
  test('the claimed spread is no longer than from the release to the last arrival', async () => {
    const { client, epoch } = await referenceClient(spoken, [await reference()]);
    const exchanges = await exchangesOf(client, { ...storm(...many(10)), times: 20 });
    for (let n = 0; n < 20; n += 1) {
      const one = exchanges.filter(({ time }) => time === n);
      const release = Math.min(...one.map(({ sent }) => sent));
      expect(one).toHaveLength(10);
      expect(spread(one.map(({ sent }) => sent))).toBeLessThan(Math.max(...one.map(arrival)) - (epoch + release) + 1);
    }
  });

  test('a request without a body is released with the others', async () => {
    const { client } = await referenceClient(spoken, [await reference()]);
    const [first, ...exchanges] = await exchangesOf(client, write(), storm(write(), ...get(0).attempts, write()));
    expect(ends(exchanges)).toEqual([200, 200, 200]);
    const sent = exchanges.map((one) => one.sent);
    expect(Math.max(...sent)).toBeLessThan(Math.min(...exchanges.map(({ done }) => done as number)));
    expect(Math.min(...sent)).toBeGreaterThan(first?.done as number);
  });

  test('a late one is sent at its share of the running time, and is not waited for', async () => {
    // Half of the time is left for a busy machine.
    const { client } = await referenceClient(spoken, [await reference({ runningAfterMs: 50, finishedAfterMs: 1000 })]);
    const slow = { framing: { headers: [['prefer', 'wait=5']] satisfies [string, string][] } };
    const typical = write({ ...slow, key: { kind: 'absent' } });
    const late = write({ ...slow, atFraction: 0.5 });
    const exchanges = await exchangesOf(client, typical, storm(write(slow), late));
    expect(ends(exchanges)).toEqual([200, 200, 200]);
    const [first, aligned, later] = [0, 1, 2].map((n) => exchanges.find(({ attempt }) => attempt === n));
    const ran = (first?.done ?? 0) - (first?.sent ?? 0);
    expect((later?.sent ?? 0) - (aligned?.sent ?? 0)).toBeGreaterThan(ran * 0.4 - 10);
    expect(later?.sent).toBeLessThan(aligned?.done as number);
  });

  test('attempts go to the target they name, modulo', async () => {
    const references = [await reference(), await reference()];
    const { client } = await referenceClient(spoken, references);
    const spread = [0, 1, 2, 3].map((target) => write({ target }));
    const exchanges = await exchangesOf(client, storm(...spread), write({ target: 5 }));
    expect(exchanges.map(({ attempt, target }) => [attempt, target]).sort()).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 1],
      [4, 1],
    ]);
    for (const { target, request } of exchanges) expect(request.url).toContain(references[target]?.url);
    // Two servers, each with records of its own: one task in each.
    const idOf = (n: number) =>
      exchanges
        .filter(({ target }) => target === n)
        .map(({ outcome }) => JSON.parse((outcome as { body: string }).body).id);
    expect(idOf(0)).toEqual([idOf(0)[0], idOf(0)[0]]);
    expect(idOf(1)).toEqual([idOf(1)[0], idOf(1)[0], idOf(1)[0]]);
    expect(idOf(0)[0]).not.toBe(idOf(1)[0]);
  });
});

/** A port with a hand-written server. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Accepts a TLS connection and leaves the handshake to the other side. */
async function neverReady(): Promise<string> {
  return `https://127.0.0.1:${await listen(() => {})}`;
}

async function clientOf(...urls: string[]): ReturnType<typeof referenceClient> {
  const references = urls.map(
    (url): Reference => ({
      ...{ url, urls: [url], keys: ['a', 'b'], webhookSecret: 's', close: async () => {} },
      clients: [
        { id: 'a', secret: 'a' },
        { id: 'b', secret: 'b' },
      ],
    }),
  );
  return referenceClient('h1', references, { transport: 'h1' });
}

test('a connection that never gets ready does not hold the others for ever, who keep their last byte until then', async () => {
  const seen: { at: number; text: string }[] = [];
  const port = await listen((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      seen.push({ at: performance.now(), text });
      const [head = '', body = ''] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (body.length === length) socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}');
    });
  });
  const { client } = await clientOf(`http://127.0.0.1:${port}`, await neverReady());
  const start = performance.now() - client.clock();
  const exchanges = await exchangesOf(client, storm(write(), write(), write({ target: 1 }), write()));
  const held = exchanges.filter(({ target }) => target === 0);
  expect(ends(held)).toEqual([202, 202, 202]);
  expect(ends(exchanges)).not.toEqual([202, 202, 202, 202]);
  const release = start + Math.min(...held.map(({ sent }) => sent));
  const bytes = Buffer.from(held[0]?.request.body as string, 'utf8').toString('latin1');
  const whole = seen.filter(({ text }) => text.endsWith(bytes));
  const nearly = seen.filter(({ text }) => text.endsWith(bytes.slice(0, -1)));
  expect([whole.length, nearly.length]).toEqual([3, 3]);
  for (const { at } of whole) expect(at).toBeGreaterThanOrEqual(release);
  for (const { at } of nearly) expect(at).toBeLessThan(release);
});

test('a connection that is lost while it is held counts once, and lets nobody go too early', async () => {
  const target = await startTarget();
  const broken = await listen((socket) => socket.once('data', () => setTimeout(() => socket.destroy(), 20)));
  const { client } = await clientOf(target.url, `http://127.0.0.1:${broken}`, await neverReady());
  const begun = client.clock();
  const exchanges = await exchangesOf(client, storm(write(), write({ target: 1 }), write({ target: 2 })));
  const held = exchanges.filter((one) => one.target === 0);
  expect(ends(held)).toEqual([202]);
  // The third never gets ready: only the gate's patience may let the first go.
  expect((held[0]?.sent ?? 0) - begun).toBeGreaterThan(1_500);
});

test('the body is held back whatever its length', async () => {
  const target = await startTarget();
  const { client } = await clientOf(target.url);
  const long = { ...BODY, value: { prompt: 'x'.repeat(300_000) } };
  const odd = (text: string) => write({ body: { ...BODY, text } });
  const framing = { chunked: true };
  const exchanges = await exchangesOf(
    client,
    storm(write({ body: long }), odd('1'), odd(''), write({ framing }), write({ body: long, framing })),
  );
  expect(ends(exchanges)).toEqual([202, 202, 202, 202, 202]);
  const bodies = target.received.map(({ body }) => body.toString()).sort();
  expect(bodies).toEqual(exchanges.map(({ request }) => unfolded(request.body)).sort());
});
