/** What faults of webhooks look like to a receiver. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, type Probe, pause, post, valid } from './faults-probes.js';
import type { Api } from './server-caller.js';
import { answers, type Delivery, isFresh, isSigned, withReceiver } from './server-receiver.js';

/** What a receiver got that refused the first delivery, after `use` has asked for the end of tasks. */
const received =
  (use: (api: Api, url: string) => Promise<void>, tell: (deliveries: Delivery[], api: Api) => unknown): Probe =>
  (api) =>
    withReceiver(answers(500), async ({ url, deliveries, wait }) => {
      await use(api, url);
      await wait(1);
      await sleep(300);
      return tell(deliveries, api);
    });

const told = (body: object, times: number) => async (api: Api, url: string) => {
  for (let i = 0; i < times; i++) await post(api, { ...valid, ...body, callback_url: url });
};

const replayed = async (api: Api, url: string) => {
  await told({}, 2)(api, url);
  await pause(300)(api);
  await told({}, 1)(api, url);
};

const ids = (deliveries: Delivery[]) => new Set(deliveries.map(({ event }) => event.id)).size;
const each = (deliveries: Delivery[]) => `${deliveries.length} deliveries, ${ids(deliveries)} ids`;
const vouched = (deliveries: Delivery[], api: Api) =>
  deliveries.map((delivery) => [isSigned(delivery, api), isFresh(delivery)]);

const one = received(told({}, 1), each);
const signature = received(told({}, 1), vouched);
const right = [true, true];

const plain: Probe = async (api) => (await post(api, { ...valid, callback_url: 'http://a.example/' })).status;

/** Tasks of which some end in the same second. */
const unkeyed = received(told({ idempotency_key: null }, 10), (deliveries) => ids(deliveries) === 10);

const options = { webhookRetriesMs: [30, 30, 30] };

export const webhookCases: Record<string, Case> = {
  'webhook-event-for-each-replay': {
    probe: received(replayed, each),
    correct: '2 deliveries, 1 ids',
    faulty: '4 deliveries, 3 ids',
    options,
  },
  'webhook-two-events': { probe: one, correct: '2 deliveries, 1 ids', faulty: '3 deliveries, 2 ids', options },
  'webhook-new-id-on-redelivery': {
    probe: one,
    correct: '2 deliveries, 1 ids',
    faulty: '2 deliveries, 2 ids',
    options,
  },
  'webhook-new-id-on-quick-redelivery': {
    probe: one,
    correct: '2 deliveries, 1 ids',
    faulty: '2 deliveries, 2 ids',
    options,
  },
  'webhook-new-id-after-timeout': {
    probe: one,
    correct: '2 deliveries, 1 ids',
    faulty: '2 deliveries, 2 ids',
    options,
  },
  'webhook-never-redelivered': { probe: one, correct: '2 deliveries, 1 ids', faulty: '1 deliveries, 1 ids', options },
  'webhook-id-per-second': { probe: unkeyed, correct: true, faulty: false, options },
  'webhook-wrong-signature': {
    probe: signature,
    correct: [right, right],
    faulty: [
      [false, true],
      [false, true],
    ],
    options,
  },
  'webhook-unsigned': {
    probe: received(told({}, 1), ([first]) => Object.keys(first?.headers ?? {}).filter((name) => /webhook/.test(name))),
    correct: ['x-webhook-timestamp', 'x-webhook-signature'],
    faulty: ['x-webhook-timestamp'],
    options,
  },
  'webhook-stale-timestamp': {
    probe: signature,
    correct: [right, right],
    faulty: [
      [true, false],
      [true, false],
    ],
    options,
  },
  'webhook-any-url': { probe: plain, correct: 422, faulty: 200 },
};

/** How long after its creation a resource of the reference ends. */
const FINISHED_AFTER_MS = 200;

/** Whether every event came late; a busy machine makes some late, but not all. */
export const late: Probe = received(told({ idempotency_key: null }, 5), (deliveries) =>
  deliveries.every(({ at, event }) => at - Date.parse(event.data.created_at) - FINISHED_AFTER_MS >= 300),
);

export const plainOnLoopback: Probe = (api) =>
  withReceiver(answers(), async ({ url }) => (await post(api, { ...valid, callback_url: url })).status);
