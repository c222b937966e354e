/** Answers whose bodies cannot be read as their Content-Encoding says: something did answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { serveOrders } from '../cli/orders.js';
import { check } from './check.js';

interface Coded {
  coding: string;
  bytes: Buffer;
}

/** Orders behind a layer that codes each answer; `isRepeat`: the answer is one that was given before. */
async function codedOrders(code: (text: string, isRepeat: boolean) => Coded): Promise<string> {
  const { url } = await serveOrders({});
  const answered = new Set<string>();
  const front = createServer(async (incoming, outgoing) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = chunks.length === 0 ? {} : { body: new Uint8Array(Buffer.concat(chunks)) };
      const {
        host: _,
        connection: __,
        'content-length': ___,
        'transfer-encoding': ____,
        ...headers
      } = incoming.headers;
      const answer = await fetch(`${url}${incoming.url}`, {
        method: incoming.method ?? 'GET',
        headers: headers as Record<string, string>,
        ...body,
      });
      const text = await answer.text();
      const isRepeat = incoming.method === 'POST' && answered.has(text);
      if (incoming.method === 'POST') answered.add(text);
      const { coding, bytes } = code(text, isRepeat);
      outgoing.writeHead(answer.status, { 'content-type': 'application/json', 'content-encoding': coding }).end(bytes);
    } catch {
      // The client hung up.
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

const folder = mkdtempSync(join(tmpdir(), 'idem-unreadable-'));
afterAll(() => rmSync(folder, { recursive: true }));
const body = join(folder, 'order.json');
writeFileSync(body, '{"note":"two of them","amount":2}');

const only = ['REPLAY-1', 'KEY-1', 'LOST-1', 'LOST-4'];

function results(url: string): Promise<Results> {
  const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body };
  return check({ targets: [url], endpoint, profile: 'smoke', only, wait: 1, maxWait: 5 });
}

const found = ({ requirements }: Results) => requirements.flatMap(({ id, findings }) => findings.map(() => id));

describe('a correct server', () => {
  test('that names a charset as its content coding is judged', async () => {
    const seen = await results(await codedOrders((text) => ({ coding: 'UTF-8', bytes: Buffer.from(text) })));
    expect([seen.exitCode, seen.stop, found(seen)]).toEqual([0, null, []]);
  });

  test('whose replays have an encoding that cannot be decoded got answers, and the reason names it', async () => {
    const url = await codedOrders((text, isRepeat) => ({
      coding: isRepeat ? 'zstd' : 'gzip',
      bytes: isRepeat ? Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]) : gzipSync(text),
    }));
    const seen = await results(url);
    const { reason } = seen.requirements.find(({ id }) => id === 'REPLAY-1') as { reason: string };
    expect([seen.exitCode, found(seen)]).toEqual([3, []]);
    expect(reason).toMatch(/ was answered with a body that could not be decoded \(Content-Encoding zstd\)$/);
  });

  test('whose replays keep the coding of a body that they send plain goes on being asked', async () => {
    const url = await codedOrders((text, isRepeat) => ({
      coding: 'gzip',
      bytes: isRepeat ? Buffer.from(text) : gzipSync(text),
    }));
    const seen = await results(url);
    expect([seen.stop, found(seen)]).toEqual([null, []]);
  });
});
