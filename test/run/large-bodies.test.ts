/** Bodies of any size: the largest that a target accepts is found out, and what only they show is found. */
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';
import { check, checkUntil, idsWith } from './check.js';

const KB = 1024;

const only = ['STORM-1', 'STORM-6', 'CONFLICT-3'];

/** One round, in which bodies are as large as may be. */
const rounds = { profile: 'standard', shard: { index: 1, of: 8 } } as const;

interface Limited {
  url: string;
  credentials: { first: string; second: string };
  /** Bytes of the bodies that came, and whether they were let in. */
  came: { bytes: number; accepted: boolean }[];
}

/** The correct server behind one that refuses bodies above a size: with 413, or by closing the connection at once. */
async function limited(most: number, how: 413 | 'close'): Promise<Limited> {
  const reference = await startReference();
  const { port } = new URL(reference.url);
  const came: Limited['came'] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const declared = Number(headers['content-length'] ?? 0);
    if (how === 'close' && declared > most) {
      came.push({ bytes: declared, accepted: false });
      incoming.socket.destroy();
      return;
    }
    const body = await buffer(incoming).catch(() => null);
    if (body === null) return;
    if (method === 'POST') came.push({ bytes: body.length, accepted: body.length <= most });
    if (body.length > most) {
      outgoing.writeHead(413, { 'content-type': 'text/plain' }).end('too large');
      return;
    }
    const forwarded = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await reference.close();
  });
  const [first, second] = reference.keys;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, credentials: { first, second }, came };
}

test.each([
  [100 * KB, 413],
  [30 * KB, 'close'],
  [3 * KB, 413],
] as const)(
  'a target that takes %i bytes at most (%s) is sent what it takes, and accused of nothing',
  async (most, how) => {
    const { url, credentials, came } = await limited(most, how);
    const results = await check({ ...rounds, targets: [url], credentials, only });
    expect({
      found: idsWith(results, 'failed', 'noticed', 'inconclusive'),
      passed: idsWith(results, 'passed'),
    }).toEqual({
      found: [],
      passed: expect.arrayContaining(only),
    });
    const refused = came.filter(({ accepted }) => !accepted);
    // These look for the limit, or show that it is the body that is refused.
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(20);
    const largest = Math.max(...came.filter(({ accepted }) => accepted).map(({ bytes }) => bytes));
    expect(largest).toBeGreaterThan(most - 2 * KB);
    const large = came.filter(({ bytes, accepted }) => accepted && bytes > most - 3 * KB);
    expect(large.length).toBeGreaterThan(5);
  },
);

test('a target that takes no large body is sent none', async () => {
  const { url, credentials, came } = await limited(1_200, 413);
  const results = await check({ targets: [url], credentials, only: ['STORM-1'], ...rounds });
  expect(idsWith(results, 'passed')).toEqual(['STORM-1']);
  expect(came.filter(({ accepted }) => !accepted).length).toBeLessThan(10);
});

test('results hold no body in full, and say how large it was', async () => {
  const fault = 'race-above-20-kilobytes';
  const results = await checkUntil({ fault, only: ['STORM-1'], profile: 'standard' }, ['STORM-1'], { small: false });
  const text = JSON.stringify(results);
  expect(text).not.toMatch(/x{1000}/);
  const [finding] = results.requirements.find(({ id }) => id === 'STORM-1')?.findings ?? [];
  expect(finding?.smallest.steps.join('\n')).toMatch(/body \d of \d+ kB/);
  const exchanges = finding?.original.exchanges ?? [];
  expect(exchanges.length).toBeGreaterThan(0);
  // A whole body of this plan has more than 20 kB.
  for (const { request, answer } of exchanges)
    expect(request.body.length + (answer?.body.length ?? 0)).toBeLessThan(4 * KB);
});
