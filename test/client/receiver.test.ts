/** The webhook receiver: how it answers, what it remembers, and that nothing that comes breaks it. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Receiver, type ReceiverOptions, startReceiver } from '../../client/receiver.js';
import type { WebhookRules } from '../../contracts/contract.js';
import { NOT_WAITED_FOR } from '../../history/history.js';
import { run } from '../../run/run.js';
import { moda } from './target.js';

const rules = moda.webhooks as WebhookRules;
const SECRET = 'whsec_of_a_test';

async function open(options: Partial<ReceiverOptions> = {}): Promise<Receiver> {
  let now = 0;
  const clock = () => {
    now += 1;
    return now;
  };
  const receiver = await startReceiver({
    rules,
    host: '127.0.0.1',
    port: 0,
    url: undefined,
    secret: SECRET,
    clock,
    ...options,
  });
  onTestFinished(() => receiver.close());
  return receiver;
}

function event(id: string, resource: string, type = 'task.succeeded'): string {
  return JSON.stringify({ id, type, data: { id: resource, prompt: 'Größe' } });
}

/** As the contract says. */
function sign(body: string | Buffer, age = 0, secret = SECRET): Record<string, string> {
  const stamp = String(Math.round(Date.now() / 1000) - age);
  const mac = createHmac('sha256', secret).update(`${stamp}.`).update(body).digest('hex');
  return { 'X-Webhook-Timestamp': stamp, 'X-Webhook-Signature': `v1=${mac}` };
}

/** Posts, and gives the status of the answer. */
async function deliver(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  const outgoing = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode as number;
}

/** A connection that sends what it is told, and nothing more. */
async function raw(receiver: Receiver, text: string): Promise<Socket> {
  const { hostname, port } = new URL(receiver.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const head = (length: number) => `POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

describe('it answers as the callback’s path says', () => {
  test('ok: 200, whatever came before', async () => {
    const receiver = await open();
    const statuses = [];
    for (const id of ['evt_1', 'evt_1', 'evt_2'])
      statuses.push(await deliver(`${receiver.url}/ok`, event(id, 'task_1')));
    expect(statuses).toEqual([200, 200, 200]);
    expect(receiver.about('task_1').map((one) => one.event)).toEqual(['evt_1', 'evt_1', 'evt_2']);
  });

  test('fail-first: 500 for the first about each resource, then 200', async () => {
    const receiver = await open();
    const statuses = [];
    for (const resource of ['task_1', 'task_2', 'task_1', 'task_2', 'task_1']) {
      statuses.push(await deliver(`${receiver.url}/fail-first`, event(`evt of ${resource}`, resource)));
    }
    expect(statuses).toEqual([500, 500, 200, 200, 200]);
    expect(receiver.about('task_1').map(({ answered }) => answered)).toEqual([500, 200, 200]);
    expect(receiver.about('task_2').map(({ answered }) => answered)).toEqual([500, 200]);
  });

  test('slow: 200 after others that came later', async () => {
    const receiver = await open();
    const order: string[] = [];
    const post = async (manner: string) => {
      const status = await deliver(`${receiver.url}/${manner}`, event('evt_1', `task_${manner}`));
      order.push(`${manner} ${status}`);
    };
    const slow = post('slow');
    // It is remembered as soon as it is there, not when it is answered.
    while (receiver.about('task_slow').length === 0) await sleep(5);
    await Promise.all([slow, post('ok')]);
    expect(order).toEqual(['ok 200', 'slow 200']);
  });

  test('behind the path of an address that leads to it', async () => {
    const receiver = await open({ url: 'https://tunnel.example/of/mine/' });
    expect(receiver.url).toBe('https://tunnel.example/of/mine');
  });

  test.each([
    ['0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['::', /^http:\/\/\[::1\]:\d+$/],
    ['localhost', /^http:\/\/localhost:\d+$/],
    ['::1', /^http:\/\/\[::1\]:\d+$/],
  ])('listening on %s, it names an address that can be called', async (host, url) => {
    const receiver = await open({ host });
    expect(receiver.url).toMatch(url);
    expect(await deliver(`${receiver.url}/ok`, event('evt_1', 'task_1'))).toBe(200);
  });
});

describe('what it remembers', () => {
  test('event, type, resource, answer, signature, age, in the order in which they came', async () => {
    const receiver = await open();
    const about = (id: string) => event(id, 'task_1', 'task.failed');
    await deliver(`${receiver.url}/fail-first`, about('evt_1'), sign(about('evt_1')));
    await deliver(`${receiver.url}/ok`, about('evt_2'), sign(about('evt_2'), 3600));
    await deliver(`${receiver.url}/ok`, event('evt_3', 'task_2'), sign('another body'));
    const common = { type: 'task.failed', resource: 'task_1', signature: 'right' };
    expect(receiver.about('task_1')).toEqual([
      { ...common, at: 1, event: 'evt_1', answered: 500, age: expect.toSatisfy((age) => Math.abs(age) <= 60) },
      { ...common, at: 2, event: 'evt_2', answered: 200, age: expect.toSatisfy((age) => Math.abs(age - 3600) <= 60) },
    ]);
    expect(receiver.about('task_2')).toMatchObject([{ at: 3, event: 'evt_3', signature: 'wrong' }]);
    expect(receiver.about('task_3')).toEqual([]);
  });

  const signed = sign(event('evt_1', 'task_1'));
  const { 'X-Webhook-Timestamp': stamp, 'X-Webhook-Signature': mac } = signed as Record<string, string>;
  const cases: [
    name: string,
    headers: Record<string, string | undefined>,
    options: Partial<ReceiverOptions>,
    string,
  ][] = [
    ['as documented', signed, {}, 'right'],
    ['under names in another case', { 'x-WEBHOOK-timestamp': stamp, 'x-webhook-SIGNATURE': mac }, {}, 'right'],
    ['with another secret', sign(event('evt_1', 'task_1'), 0, 'another'), {}, 'wrong'],
    ['over another body', sign(event('evt_1', 'task_2')), {}, 'wrong'],
    ['with another timestamp', { ...signed, 'X-Webhook-Timestamp': String(Number(stamp) + 1) }, {}, 'wrong'],
    ['without its prefix', { ...signed, 'X-Webhook-Signature': mac?.slice(3) }, {}, 'wrong'],
    ['cut short', { ...signed, 'X-Webhook-Signature': mac?.slice(0, -1) }, {}, 'wrong'],
    ['in capitals', { ...signed, 'X-Webhook-Signature': `v1=${mac?.slice(3).toUpperCase()}` }, {}, 'wrong'],
    ['empty', { ...signed, 'X-Webhook-Signature': '' }, {}, 'wrong'],
    ['no signature', { 'X-Webhook-Timestamp': stamp }, {}, 'missing'],
    ['no timestamp', { 'X-Webhook-Signature': mac }, {}, 'missing'],
    ['neither', {}, {}, 'missing'],
    ['where the secret is not known', signed, { secret: undefined }, 'unchecked'],
    ['where nothing is signed', {}, { rules: { ...rules, signature: null } }, 'unchecked'],
  ];
  test.each(cases)('a signature %s', async (_, headers, options, seen) => {
    const receiver = await open(options);
    const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    expect(await deliver(`${receiver.url}/ok`, event('evt_1', 'task_1'), Object.fromEntries(given))).toBe(200);
    expect(receiver.about('task_1').map(({ signature }) => signature)).toEqual([seen]);
  });

  test('any body is signed by its bytes', async () => {
    const receiver = await open();
    await fc.assert(
      fc.asyncProperty(fc.json({ noUnicodeString: false }), fc.uuid(), async (json, id) => {
        const body = `{"id":"evt_1","data":{"id":"${id}"}, "more":${json}}`;
        await deliver(`${receiver.url}/ok`, body, sign(body));
        expect(receiver.about(id)).toMatchObject([{ event: 'evt_1', type: null, signature: 'right' }]);
      }),
      { numRuns: 50 },
    );
  });

  test('ids that are numbers, as in the answers that name them', async () => {
    const receiver = await open();
    await deliver(`${receiver.url}/ok`, '{"id":7,"type":"task.succeeded","data":{"id":12}}');
    expect(receiver.about('12')).toMatchObject([{ event: '7', type: 'task.succeeded', resource: '12' }]);
  });

  test.each([
    ['no number', 'soon'],
    ['a date', new Date().toUTCString()],
  ])('a timestamp that is %s has no age', async (_, text) => {
    const receiver = await open();
    await deliver(`${receiver.url}/ok`, event('evt_1', 'task_1'), { 'X-Webhook-Timestamp': text });
    expect(receiver.about('task_1').map(({ age }) => age)).toEqual([null]);
  });
});

describe('nothing that comes breaks it', () => {
  const unreadable: [name: string, body: string | Buffer][] = [
    ['nothing', ''],
    ['no JSON', '<html>'],
    ['half an object', '{"id":"evt_1","data":{"id":"task_1"'],
    ['null', 'null'],
    ['a list', '[1,2]'],
    ['a number', '5'],
    ['members of other types', '{"id":5,"type":null,"data":{"id":{}}}'],
    ['data that is a text', '{"id":"evt_1","data":"task_1"}'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['more than it takes', Buffer.alloc(5 * 1024 * 1024, 'x')],
  ];
  test.each(unreadable)('%s', async (_, body) => {
    const receiver = await open();
    expect(await deliver(`${receiver.url}/ok`, body)).toBe(200);
    expect(receiver.about('task_1')).toEqual([]);
    expect(await deliver(`${receiver.url}/ok`, event('evt_1', 'task_1'))).toBe(200);
    expect(receiver.about('task_1')).toHaveLength(1);
  });

  test('an event with more behind it than the receiver takes is not read, rather than called badly signed', async () => {
    const receiver = await open();
    const body = event('evt_1', 'task_1') + ' '.repeat(5 * 1024 * 1024);
    expect(await deliver(`${receiver.url}/ok`, body, sign(body))).toBe(200);
    expect(receiver.about('task_1')).toEqual([]);
  });

  test.each(['GET', 'PUT', 'DELETE'])('%s without a body', async (method) => {
    const receiver = await open();
    const outgoing = request(`${receiver.url}/ok`, { method }).end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
  });

  test('a sender that hangs up in the middle of its body, or before the answer', async () => {
    const receiver = await open();
    (await raw(receiver, `${head(100)}{"id":`)).destroy();
    const body = event('evt_1', 'task_hung_up');
    const hasty = await raw(receiver, `${head(Buffer.byteLength(body)).replace('/ok', '/slow')}${body}`);
    while (receiver.about('task_hung_up').length === 0) await sleep(5);
    hasty.destroy();
    // Longer than the slow answer takes.
    await sleep(400);
    expect(receiver.about('task_hung_up').map(({ answered }) => answered)).toEqual([NOT_WAITED_FOR]);
    expect(await deliver(`${receiver.url}/ok`, event('evt_1', 'task_1'))).toBe(200);
    expect(receiver.about('task_1')).toHaveLength(1);
  });

  test('what is no HTTP', async () => {
    const receiver = await open();
    const socket = await raw(receiver, 'nonsense\r\n\r\n');
    await once(socket.resume(), 'close');
    expect(await deliver(`${receiver.url}/ok`, event('evt_1', 'task_1'))).toBe(200);
  });
});

test('closing ends connections that are open: idle, in the middle of a body, waiting for a slow answer', async () => {
  const receiver = await open();
  const body = event('evt_1', 'task_slow');
  const sockets = [
    await raw(receiver, ''),
    await raw(receiver, `${head(100)}{"id":`),
    await raw(receiver, `${head(Buffer.byteLength(body)).replace('/ok', '/slow')}${body}`),
  ];
  while (receiver.about('task_slow').length === 0) await sleep(5);
  const closed = sockets.map((socket) => once(socket.resume(), 'close'));
  await receiver.close();
  await Promise.all(closed);
  await expect(deliver(`${receiver.url}/ok`, body)).rejects.toThrow(/ECONNREFUSED/);
  // Nothing of it comes up later.
  await sleep(400);
});

test('a port that is taken is told as wrong usage, before anything is sent', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(open({ port })).rejects.toThrow(/EADDRINUSE/);
  const sent: unknown[] = [];
  const options = { only: ['WEBHOOK'], webhooks: { listen: `127.0.0.1:${port}` } };
  await expect(run(options, { onReading: (reading) => sent.push(reading) })).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(
      new RegExp(
        `^webhooks\\.listen 127\\.0\\.0\\.1:${port}: nothing can listen there \\(.*EADDRINUSE.*\\)\\. Give another address\\.$`,
      ),
    ),
  });
  expect(sent).toEqual([]);
});
