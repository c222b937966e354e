import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HangUp } from '../../history/plan.js';
import { type ReceivedStream, startHttp2 } from './http2.js';
import { BODY, clientFor, ends, exchangesOf, headerKeyed, storm, write } from './target.js';

/** What reached a server of either protocol: each request's bytes, whether they were all, and by which connection. */
interface Seen {
  body: string;
  complete: boolean;
  connection: number;
  /** The client is gone. */
  gone: boolean;
}

interface Watched {
  url: string;
  seen: Seen[];
}

/** Answers each complete request after a while, or when told to. */
async function watchH1(answerAfterMs: number): Promise<Watched> {
  const seen: Seen[] = [];
  let connections = 0;
  const server = createServer((socket: Socket) => {
    const connection = connections++;
    let text = '';
    let one: Seen | undefined;
    socket.on('error', () => {});
    socket.on('close', () => {
      if (one !== undefined) one.gone = true;
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head = '', ...rest] = text.split('\r\n\r\n');
      if (one === undefined) {
        one = { body: '', complete: false, connection, gone: false };
        seen.push(one);
      }
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      const raw = rest.join('\r\n\r\n');
      one.body = Buffer.from(raw, 'latin1').toString('utf8');
      one.complete = length === undefined ? text.endsWith('\r\n0\r\n\r\n') : raw.length === Number(length);
      if (!one.complete) return;
      text = '';
      one = undefined;
      const answer = () => socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}');
      const last = seen.at(-1) as Seen;
      socket.once('close', () => {
        last.gone = true;
      });
      setTimeout(answer, answerAfterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function watchH2(answerAfterMs: number): Promise<Watched> {
  const target = await startHttp2(({ stream }) => {
    setTimeout(() => {
      if (stream.destroyed) return;
      stream.respond({ ':status': 202 });
      stream.end('{}');
    }, answerAfterMs);
  });
  const look = ({ body, complete, session, stream }: ReceivedStream): Seen => ({
    body: body.toString('utf8'),
    complete,
    connection: session,
    gone: stream.destroyed && stream.rstCode !== 0,
  });
  return {
    url: target.url,
    get seen() {
      return target.received.map(look);
    },
  };
}

async function clientOf(spoken: string, url: string): Promise<ReturnType<typeof clientFor>> {
  const client = clientFor(url, { transport: spoken === 'h2' ? 'h2' : 'h1' });
  await client.open();
  return client;
}

function reasonsOf(exchanges: Awaited<ReturnType<typeof exchangesOf>>): string[] {
  return exchanges.map(({ outcome }) => (outcome.kind === 'answer' ? 'answer' : outcome.reason));
}

const servers: [string, typeof watchH1][] = [
  ['h1', watchH1],
  ['h2', watchH2],
];

describe.each(servers)('over %s', (spoken, watch) => {
  test.each<HangUp>([
    { after: 'body', ms: 0 },
    { after: 'body', ms: 15 },
  ])('after the last byte (%o): the server saw everything, the outcome is unknown', async (hangUp) => {
    const target = await watch(200);
    const client = await clientOf(spoken, target.url);
    const exchanges = await exchangesOf(client, write({ hangUp }));
    expect(reasonsOf(exchanges)).toEqual(['hung up after the last byte']);
    expect(exchanges[0]).toMatchObject({ done: null, outcome: { kind: 'unknown' } });
    await expect.poll(() => target.seen[0]?.gone).toBe(true);
    expect(target.seen).toMatchObject([{ complete: true, body: exchanges[0]?.request.body }]);
  });

  test('after the answer has begun: unknown all the same', async () => {
    const target = await watch(0);
    const client = await clientOf(spoken, target.url);
    const [exchange] = await exchangesOf(client, write({ hangUp: { after: 'body', ms: 100 } }));
    // Either the answer was complete before the client left, or it counts as never read.
    expect(['answer', 'unknown']).toContain(exchange?.outcome.kind);
    expect(target.seen).toMatchObject([{ complete: true }]);
  });

  test.each([0, 0.1, 0.5, 0.99])('after a share of %f of the body: the server never sees the end', async (share) => {
    const target = await watch(0);
    const client = await clientOf(spoken, target.url);
    const hangUp = { after: 'share', share } as const;
    const exchanges = await exchangesOf(client, write({ hangUp }));
    expect(ends(exchanges)).toEqual(['unsent']);
    expect(exchanges[0]?.done).toBeNull();
    await sleep(50);
    const body = exchanges[0]?.request.body ?? '';
    for (const one of target.seen) {
      expect(one.complete).toBe(false);
      expect(body.startsWith(one.body.replace(/\ufffd+$/, ''))).toBe(true);
      expect(Buffer.byteLength(one.body)).toBeLessThan(Buffer.byteLength(body));
    }
  });

  test('after a share of a body in chunks: the server never sees the end', async () => {
    const target = await watch(0);
    const client = await clientOf(spoken, target.url);
    const cut = write({ framing: { chunked: true }, hangUp: { after: 'share', share: 0.5 } });
    expect(ends(await exchangesOf(client, cut))).toEqual(['unsent']);
    await sleep(50);
    expect(target.seen.filter(({ complete }) => complete)).toEqual([]);
  });

  test('without a body: after its end the server saw the request, and after a share of it nothing', async () => {
    const target = await watch(200);
    const contract = { ...headerKeyed, create: { ...headerKeyed.create, body: 'none' as const } };
    const client = clientFor(target.url, { contract, transport: spoken === 'h2' ? 'h2' : 'h1' });
    await client.open();
    const body = { ...BODY, value: {} };
    const lost = [0, 15].map((ms) => write({ body, hangUp: { after: 'body', ms } }));
    const exchanges = await exchangesOf(client, ...lost, write({ body, hangUp: { after: 'share', share: 0.5 } }));
    expect(ends(exchanges)).toEqual(['unknown', 'unknown', 'unsent']);
    for (const { request } of exchanges) expect(JSON.stringify(request)).not.toMatch(/content-type/i);
    await expect.poll(() => target.seen.filter(({ gone }) => gone).length).toBe(2);
    expect(target.seen).toMatchObject(lost.map(() => ({ complete: true, body: '' })));
  });

  test('a long body is complete when the client leaves after its last byte', async () => {
    const target = await watch(200);
    const client = await clientOf(spoken, target.url);
    const body = { ...BODY, value: { prompt: 'x'.repeat(50_000) } };
    await exchangesOf(client, write({ body, hangUp: { after: 'body', ms: 30 } }));
    await expect.poll(() => target.seen[0]?.complete).toBe(true);
  });

  test('retries are answered, on another connection or another stream', async () => {
    const target = await watch(10);
    const client = await clientOf(spoken, target.url);
    const lost = write({ hangUp: { after: 'body', ms: 0 } });
    const exchanges = await exchangesOf(client, lost, write(), lost, write({ framing: { connection: 'new' } }));
    expect(ends(exchanges)).toEqual(['unknown', 202, 'unknown', 202]);
    await sleep(20);
    const connections = target.seen.map(({ connection }) => connection);
    expect(target.seen.map(({ complete }) => complete)).toEqual([true, true, true, true]);
    expect(connections[3]).not.toBe(connections[2]);
    if (spoken === 'h1') expect(new Set(connections).size).toBe(4);
  });

  test('within a storm: those who stay are answered, and nobody is let go too early', async () => {
    const target = await watch(50);
    const client = await clientOf(spoken, target.url);
    const leaving = (hangUp: HangUp) => write({ hangUp });
    const exchanges = await exchangesOf(
      client,
      storm(write(), leaving({ after: 'body', ms: 0 }), leaving({ after: 'share', share: 0.5 }), write()),
    );
    const by = [0, 1, 2, 3].map((n) => exchanges.filter(({ attempt }) => attempt === n));
    expect(by.map(ends)).toEqual([[202], ['unknown'], ['unsent'], [202]]);
    const sent = exchanges.map((one) => one.sent);
    const answered = exchanges.flatMap(({ done }) => (done === null ? [] : [done]));
    expect(Math.max(...sent)).toBeLessThan(Math.min(...answered));
    await expect.poll(() => target.seen.filter(({ complete }) => complete).length).toBe(3);
  });
});
