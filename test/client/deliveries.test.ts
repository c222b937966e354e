/** Plans that wait for webhooks: what is sent, how long is waited, and what the history holds. */
import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { ClientOptions } from '../../client/client-options.js';
import { type Receiver, startReceiver } from '../../client/receiver.js';
import type { WebhookRules } from '../../contracts/contract.js';
import { cancel, get, settle } from '../../generators/plans.js';
import type { AwaitDelivery, Step } from '../../history/plan.js';
import { RECEIVER_TOKEN } from '../../history/text.js';
import { BODY, clientFor, moda, planOf, type Received, startTarget, write } from './target.js';

/** A plan that waits in vain would take so long: no test may. */
const FOR_EVER = 60_000;

async function openReceiver(): Promise<Receiver> {
  const receiver = await startReceiver({
    rules: moda.webhooks as WebhookRules,
    host: '127.0.0.1',
    port: 0,
    url: undefined,
    secret: undefined,
    clock: () => performance.now() - start,
  });
  onTestFinished(() => receiver.close());
  return receiver;
}

const start = performance.now();

function calling(manner: string) {
  return write({ body: { ...BODY, value: { ...BODY.value, callback_url: `${RECEIVER_TOKEN}/${manner}` } } });
}

function delivery(of: number, change: Partial<AwaitDelivery> = {}): AwaitDelivery {
  return { do: 'delivery', of, within: FOR_EVER, quiet: 0, ...change };
}

/** Where a write wants its webhooks. */
function callbackOf({ body }: Received): string {
  return (JSON.parse(body.toString('utf8')) as { callback_url: string }).callback_url;
}

async function tell(url: string, event: string, resource: string, type = 'task.succeeded'): Promise<number> {
  const outgoing = request(url, { method: 'POST' });
  outgoing.end(JSON.stringify({ id: event, type, data: { id: resource } }));
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject).on('response', (answer) => resolve(answer.resume().statusCode as number));
  });
}

async function receivedFrom(options: Partial<ClientOptions>, url: string, steps: (Step | ReturnType<typeof write>)[]) {
  const client = clientFor(url, { start, ...options });
  const { history, stopped } = await client.execute(planOf(...steps));
  expect(stopped).toBe(null);
  return history;
}

test('the receiver’s address stands in the body, and the history holds what came for its resources', async () => {
  const receiver = await openReceiver();
  const told: Promise<number>[] = [];
  const target = await startTarget(async (one, n) => {
    told.push(tell(callbackOf(one), `evt_${n}`, `task_${n}`), tell(callbackOf(one), 'evt_of_nobody', 'task_of_nobody'));
    return { status: 202, body: { id: `task_${n}`, status: 'queued' } };
  });
  const history = await receivedFrom({ receiver }, target.url, [
    calling('ok'),
    calling('ok'),
    delivery(0),
    delivery(1),
  ]);
  expect(await Promise.all(told)).toEqual([200, 200, 200, 200]);
  expect(target.received.map(callbackOf)).toEqual([`${receiver.url}/ok`, `${receiver.url}/ok`]);
  const common = { type: 'task.succeeded', answered: 200, signature: 'unchecked', age: null, at: expect.any(Number) };
  const { deliveries = [], until = 0 } = history.received ?? {};
  expect([...deliveries].sort((a, b) => String(a.event).localeCompare(String(b.event)))).toEqual([
    { ...common, event: 'evt_0', resource: 'task_0' },
    { ...common, event: 'evt_1', resource: 'task_1' },
  ]);
  expect(deliveries).toEqual([...deliveries].sort((a, b) => a.at - b.at));
  // On one clock with the exchanges.
  expect(history.exchanges[0]?.sent).toBeLessThan(deliveries[0]?.at as number);
  expect(deliveries.at(-1)?.at).toBeLessThanOrEqual(until);
});

test('only an acknowledged delivery ends the wait, and a second event in the quiet after it is seen', async () => {
  const receiver = await openReceiver();
  let statuses: Promise<number[]> | undefined;
  const target = await startTarget(async (one) => {
    const url = callbackOf(one);
    const events = async () => [
      await tell(url, 'evt_1', 'task_0'),
      await tell(url, 'evt_1', 'task_0'),
      await tell(url, 'evt_2', 'task_0'),
    ];
    statuses = events();
    return { status: 202, body: { id: 'task_0' } };
  });
  const history = await receivedFrom({ receiver }, target.url, [calling('fail-first'), delivery(0, { quiet: 1000 })]);
  expect(await statuses).toEqual([500, 200, 200]);
  expect(history.received?.deliveries.map(({ event, answered }) => [event, answered])).toEqual([
    ['evt_1', 500],
    ['evt_1', 200],
    ['evt_2', 200],
  ]);
});

test('what never comes is waited for as long as the plan says', async () => {
  const receiver = await openReceiver();
  const target = await startTarget();
  const history = await receivedFrom({ receiver }, target.url, [calling('ok'), delivery(0, { within: 60 })]);
  expect(history.received?.deliveries).toEqual([]);
  const [exchange] = history.exchanges;
  expect((history.received?.until ?? 0) - (exchange?.done as number)).toBeGreaterThanOrEqual(60);
});

test('there is no wait where nothing listens, or where the write was refused', async () => {
  const receiver = await openReceiver();
  const target = await startTarget((_, n) => (n === 0 ? { status: 202, body: { id: 'task_0' } } : { status: 422 }));
  const without = await receivedFrom({}, target.url, [write(), delivery(0)]);
  const refused = await receivedFrom({ receiver }, target.url, [calling('ok'), delivery(0)]);
  expect([without, refused].map((one) => one.received?.deliveries)).toEqual([[], []]);
});

test('a plan that waits for no webhook has none, whatever comes', async () => {
  const receiver = await openReceiver();
  const target = await startTarget(async () => {
    await tell(`${receiver.url}/ok`, 'evt_1', 'task_0');
    return { status: 202, body: { id: 'task_0' } };
  });
  const history = await receivedFrom({ receiver }, target.url, [write()]);
  expect([history.received, receiver.about('task_0').length]).toEqual([undefined, 1]);
});

test('a resource is asked for until it is terminal, and no longer', async () => {
  const statuses = ['queued', 'running', 'succeeded', 'succeeded'];
  let asked = 0;
  const target = await startTarget(({ method, path }) => {
    if (method === 'POST' && path === '/v1/tasks') return { status: 202, body: { id: 'task 0', status: 'queued' } };
    if (method === 'GET') asked += 1;
    return { status: 200, body: { id: 'task 0', status: statuses[asked - 1] ?? 'running' } };
  });
  const history = await receivedFrom({}, target.url, [write(), settle(0, FOR_EVER), cancel(0), get(0)]);
  expect(target.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/tasks',
    ...Array(3).fill('GET /v1/tasks/task%200'),
    'POST /v1/tasks/task%200/cancel',
    'GET /v1/tasks/task%200',
  ]);
  // Asking whether it is finished is no part of the plan.
  expect(history.exchanges.map(({ operation }) => operation)).toEqual(['create', 'cancel', 'get']);
});
