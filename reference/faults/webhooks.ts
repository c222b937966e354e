/** Faults of webhooks: too many events, ids that change or meet, deliveries that cannot be trusted. */
import type { WebhookRules } from '../../contracts/contract.js';
import { schemasAt } from '../../contracts/schemas.js';
import { crockford, newId } from '../server/ids.js';
import type { SideBehaviour } from '../server/side-behaviour.js';
import { macOf, type SignatureRule, secondsOf, signed } from '../server/signature.js';
import type { Fault } from './fault.js';
import { all, contractHas } from './where.js';

const HOUR = 3600;

export const webhookFaults: Fault[] = [
  fault('webhook-event-for-each-replay', 'Each replay fires an event of its own.', 'WEBHOOK-1', {
    watches: () => true,
  }),
  fault('webhook-two-events', 'The end of a resource fires two events at once.', 'WEBHOOK-1', { eventsOf: () => 2 }),
  {
    ...fault('webhook-new-id-on-redelivery', 'An event that is delivered again has another id.', 'WEBHOOK-2', {
      eventIdOf: ({ id }, delivery) => (delivery === 0 ? id : newId('evt')),
    }),
    applies: sends(({ retries }) => retries.length > 0),
  },
  {
    ...fault(
      'webhook-new-id-on-quick-redelivery',
      'An event that is delivered again comes sooner than is documented, and has another id.',
      'WEBHOOK-2',
      {
        redeliveryMs: (scheduled) => scheduled / 5,
        eventIdOf: ({ id }, delivery) => (delivery === 0 ? id : newId('evt')),
      },
    ),
    applies: sends(({ retries }) => retries.length > 0),
  },
  {
    ...fault(
      'webhook-new-id-after-timeout',
      'An answer to a delivery is waited for 100 ms; then the event is delivered again, with another id.',
      'WEBHOOK-2',
      {
        deliveryTimeoutMs: 100,
        eventIdOf: ({ id }, delivery) => (delivery === 0 ? id : newId('evt')),
      },
    ),
    applies: sends(({ retries }) => retries.length > 0),
  },
  {
    ...fault('webhook-never-redelivered', 'A delivery that was not acknowledged does not come again.', 'WEBHOOK-2', {
      redelivers: false,
    }),
    applies: sends(({ retries }) => retries.length > 0),
  },
  fault('webhook-id-per-second', 'Event ids are made from the second in which the resource ended.', 'WEBHOOK-3', {
    eventIdOf: ({ endedAt }) => `evt_${crockford(Math.floor(endedAt / 1000), 26)}`,
  }),
  wronglySigned('webhook-wrong-signature', 'The body is signed without the timestamp.', (rule) => (delivery) => ({
    ...signed(delivery, secondsOf(delivery.at), rule),
    [rule.header]: `${rule.prefix}${macOf(delivery.secret, delivery.body)}`,
  })),
  wronglySigned('webhook-unsigned', 'Deliveries carry no signature.', (rule) => ({ at }) => ({
    [rule.timestamp]: secondsOf(at),
  })),
  wronglySigned(
    'webhook-stale-timestamp',
    'The timestamp of a delivery is an hour before its resource was made.',
    (rule) => (delivery) => signed(delivery, secondsOf(delivery.event.resource.createdAt - HOUR * 1000), rule),
  ),
  {
    ...fault('webhook-any-url', 'A callback URL need not be HTTPS.', 'WEBHOOK-5', { acceptsPlainCallback: () => true }),
    applies: ({ contract, schemas }) =>
      contract.webhooks !== null &&
      schemasAt(schemas.requestSchema, contract.webhooks.callback).some((schema) => 'pattern' in schema),
  },
];

/** A contract with webhooks like this, whose resources can be seen to end. */
function sends(like: (rules: WebhookRules) => boolean) {
  return all(
    contractHas(({ webhooks }) => webhooks !== null && like(webhooks)),
    contractHas(({ get, status }) => get !== null && status !== null),
  );
}

function fault(name: string, sentence: string, breaks: string, deviation: Partial<SideBehaviour>): Fault {
  return { name, sentence, kind: 'fault', breaks: [breaks], applies: sends(() => true), deviation: () => deviation };
}

function wronglySigned(name: string, sentence: string, sign: (rule: SignatureRule) => SideBehaviour['sign']): Fault {
  return {
    ...fault(name, sentence, 'WEBHOOK-4', {}),
    applies: sends(({ signature }) => signature !== null && signature.tolerance < HOUR),
    deviation: (correct, { contract }) => {
      const rule = contract.webhooks?.signature;
      return { sign: rule ? sign(rule) : correct.sign };
    },
  };
}
