/** The command ends in bounded time whatever its target does: after the verdict, and when it is stopped in any phase. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { command, expectRun, expectUsage, idsWith, newFolder, type Running, start } from './command.js';
import { serveOrders } from './orders.js';
import { frontOf, serve, servePort } from './targets.js';

const smoke = ['--seed', '1', '--profile', 'smoke'];

/** Flags for orders, with a body that the schema describes. */
function ordersWith(schema: object): string[] {
  const file = join(newFolder(), 'schema.json');
  writeFileSync(file, JSON.stringify(schema));
  return ['--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body-schema', file];
}

const order = {
  type: 'object',
  required: ['note', 'amount'],
  properties: { note: { type: 'string', minLength: 1 }, amount: { type: 'integer' } },
};

/** Milliseconds from the last line on stdout to the end of the process. */
async function lingers(running: Running): Promise<number> {
  await running.prints('Reports: ');
  const said = performance.now();
  await running.ended;
  return performance.now() - said;
}

/** Much more than a process that nothing holds needs, and much less than a hang. */
const SOON_MS = 10_000;

test.concurrent('it ends after the verdict, though a sender of webhooks holds its connection', async () => {
  const free = await servePort(() => {});
  await free.close();
  const front = await frontOf();
  const words = ['--webhook-listen', `127.0.0.1:${free.port}`, '--target', front.url, '--only', 'CREATE-1,WEBHOOK-1'];
  const running = start([...smoke, ...words], { env: front.env });
  await running.prints('profile smoke');
  const socket = connect({ port: free.port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
  socket.write('POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
  expect(await lingers(running)).toBeLessThan(SOON_MS);
  socket.destroy();
});

test.concurrent('it ends after the verdict, though an HTTP/2 target neither answers nor closes', async () => {
  let streams = 0;
  const server = createHttp2().on('stream', (stream) => {
    streams += 1;
    stream.on('error', () => {}).resume();
    if (streams === 1) stream.session?.goaway(0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const words = ['--h2c', '--target', `http://127.0.0.1:${port}`, '--timeout', '1', ...ordersWith(order)];
  const running = start([...smoke, ...words]);
  expect(await lingers(running)).toBeLessThan(SOON_MS);
  expectRun(await running.ended, 3, 'no complete answer within 1 s');
  server.close();
});

test.concurrent('3: a first request that is put off for an hour', async () => {
  const { url } = await serve((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
  const ended = await command([...smoke, '--target', url, ...ordersWith(order)]);
  expectRun(
    ended,
    3,
    'was answered 429, and asks to come again in 3600 s, where the run waits 60 s at most. Raise --max-wait, or try again then.',
  );
});

test.concurrent('3: a list that is put off for an hour decides nothing, and the verdict says why', async () => {
  const orders = await serveOrders();
  const proxied = await serve((incoming, response) => {
    if (incoming.method === 'GET') return response.writeHead(429, { 'retry-after': '3600' }).end();
    const { method, url, headers } = incoming;
    const outgoing = request(`${orders.url}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    return incoming.pipe(outgoing);
  });
  const words = ['--target', proxied.url, '--list', 'GET /orders', '--only', 'REPLAY-1,REPLAY-3', ...ordersWith(order)];
  const results = expectRun(await command([...smoke, ...words]), 3, 'not checked: REPLAY');
  expect(idsWith(results, 'passed')).toEqual(['REPLAY-1']);
  expect(results.requirements.find(({ id }) => id === 'REPLAY-3')?.reason).toContain(
    'GET /orders answered 429, not a list, and asks to come again in 3600 s, where the run waits 60 s at most',
  );
});

const members = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`m${n}`, { type: 'string' }]));
const wide = { ...order, properties: { ...order.properties, ...members } };

test.concurrent.each(['SIGINT', 'time'] as const)('3: %s while bodies of 500 members are drawn', async (by) => {
  const orders = await serveOrders();
  const words = ['--target', orders.url, '--profile', 'thorough', '--seed', '1', ...ordersWith(wide)];
  const running = start([...words, ...(by === 'time' ? ['--max-time', '2'] : [])]);
  for (let n = 0; n < 3_000 && by === 'SIGINT' && orders.requests.length === 0; n += 1) await sleep(20);
  if (by === 'SIGINT') running.child.kill('SIGINT');
  // To draw all of them takes many minutes, in which this test would be over.
  expectRun(await running.ended, 3, by === 'time' ? '--max-time of 2 s is over' : 'interrupted');
});

test.concurrent('2: a body schema that contradicts itself, with the member', async () => {
  const contradiction = {
    ...order,
    properties: { note: { type: 'string' }, amount: { type: 'integer', minimum: 5, maximum: 3 } },
  };
  const ended = await command([...smoke, '--target', 'http://127.0.0.1:1', ...ordersWith(contradiction)]);
  expectUsage(
    ended,
    "the request schema of 'generic' leaves no body to send: /amount must be a number that its bounds leave out",
  );
});
