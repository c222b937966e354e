/** Targets that stop, wait or serialise: the run ends in bounded time, undecided, and says on what it waited. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { check, idsWith } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-hangs-'));
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
  rmSync(root, { recursive: true });
});
const body = join(root, 'order.json');
writeFileSync(body, '{"note":"two of them","amount":2}');

/** Listens on loopback until the file's tests are over. */
async function listen(server: Server | ReturnType<typeof createHttp2>): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Orders by their keys, in memory. */
function orders(): { answer: RequestListener; made: Map<string, string> } {
  const made = new Map<string, string>();
  const answer: RequestListener = async (request, response) => {
    const text = await textOf(request);
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.method === 'GET') return json(200, [...made.values()].map((one) => JSON.parse(one)).reverse());
    const key = String(request.headers['idempotency-key'] ?? made.size);
    if (!made.has(key)) made.set(key, JSON.stringify({ id: `order_${made.size + 1}`, ...JSON.parse(text) }));
    return json(201, JSON.parse(made.get(key) as string));
  };
  return { answer, made };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function run(url: string, more: Parameters<typeof check>[0] = {}): Promise<Results> {
  const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body, list: 'GET /orders' };
  return check({ targets: [url], endpoint, profile: 'smoke', seed: 1, ...more });
}

function reasonOf(results: Results, id: string): string {
  return results.requirements.find((one) => one.id === id)?.reason ?? '';
}

describe.concurrent('a run ends, and says why', () => {
  test('where one HTTP/2 stream goes at a time: no storm passes', async () => {
    const { answer } = orders();
    const server = createHttp2({ settings: { maxConcurrentStreams: 1 } }, answer as never);
    const results = await run(await listen(server), { h2c: true, only: ['REPLAY-1', 'STORM-1'], stormWidth: 3 });
    expect([results.exitCode, idsWith(results, 'passed')]).toEqual([3, ['REPLAY-1']]);
    expect(reasonOf(results, 'STORM-1')).toContain(
      'the target lets one HTTP/2 stream go at a time (SETTINGS_MAX_CONCURRENT_STREAMS is 1), so no two requests overlapped',
    );
  });

  test('where writes are never answered any more, and reads are', async () => {
    const { answer } = orders();
    let writes = 0;
    const server = createHttp((request, response) => {
      if (request.method === 'POST') writes += 1;
      if (request.method === 'GET' || writes <= 6) answer(request, response);
    });
    const results = await run(await listen(server), { timeout: 2 });
    expect([results.exitCode, idsWith(results, 'failed')]).toEqual([3, []]);
    expect(results.stop?.message).toMatch(
      /^the target answers no writes any more after POST http:\S+\/orders of [A-Z]+-\d+, which got no answer: no complete answer within 2 s to any write since, though it answers reads$/,
    );
    // Not every plan is sent into the silence.
    expect(writes).toBeLessThan(150);
  }, 120_000);

  test('where lists are never answered', async () => {
    const { answer } = orders();
    let reads = 0;
    const server = createHttp((request, response) => {
      if (request.method === 'GET') reads += 1;
      else answer(request, response);
    });
    const results = await run(await listen(server), { timeout: 2, only: ['REPLAY-3', 'REPLAY-1'] });
    expect([results.exitCode, idsWith(results, 'failed')]).toEqual([3, []]);
    expect(results.stop?.message).toMatch(/no complete answer within 2 s/);
    expect(reads).toBeLessThan(20);
  }, 120_000);

  test('where everything hangs from some request on', async () => {
    const { answer } = orders();
    let all = 0;
    const server = createHttp((request, response) => {
      all += 1;
      if (all < 12) answer(request, response);
    });
    const results = await run(await listen(server), { timeout: 2 });
    expect([results.exitCode, idsWith(results, 'failed')]).toEqual([3, []]);
    expect(results.stop?.message).toMatch(/^the target went down after POST .* no complete answer within 2 s\./);
    expect(all).toBeLessThan(100);
  }, 120_000);
});
