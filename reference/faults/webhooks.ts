/** Faults of webhooks: too many events, ids that change or meet, deliveries that nobody can trust. */
import { crockford, newId } from '../server/ids.js';
import type { SideBehaviour } from '../server/side-behaviour.js';
import { macOf, secondsOf, signed } from '../server/signature.js';
import type { Fault } from './fault.js';

export const webhookFaults: Fault[] = [
  fault('webhook-event-for-each-replay', 'Each replay fires an event of its own.', 'WEBHOOK-1', {
    watches: () => true,
  }),
  fault('webhook-two-events', 'The end of a task fires two events at once.', 'WEBHOOK-1', { eventsOf: () => 2 }),
  fault('webhook-new-id-on-redelivery', 'An event that is delivered again has another id.', 'WEBHOOK-2', {
    eventIdOf: ({ id }, delivery) => (delivery === 0 ? id : newId('evt')),
  }),
  fault('webhook-never-redelivered', 'A delivery that was not acknowledged does not come again.', 'WEBHOOK-2', {
    redelivers: false,
  }),
  fault('webhook-id-per-second', 'Event ids are made from the second in which the task ended.', 'WEBHOOK-3', {
    eventIdOf: ({ endedAt }) => `evt_${crockford(Math.floor(endedAt / 1000), 26)}`,
  }),
  fault('webhook-wrong-signature', 'The body is signed without the timestamp.', 'WEBHOOK-4', {
    sign: (delivery) => ({
      ...signed(delivery, secondsOf(delivery.at)),
      'X-Webhook-Signature': `v1=${macOf(delivery.secret, delivery.body)}`,
    }),
  }),
  fault('webhook-unsigned', 'Deliveries carry no signature.', 'WEBHOOK-4', {
    sign: ({ at }) => ({ 'X-Webhook-Timestamp': secondsOf(at) }),
  }),
  fault('webhook-stale-timestamp', 'The timestamp of a delivery is an hour before its task was made.', 'WEBHOOK-4', {
    sign: (delivery) => signed(delivery, secondsOf(delivery.event.task.createdAt - 3_600_000)),
  }),
  fault('webhook-any-url', 'A callback URL need not be HTTPS.', 'WEBHOOK-5', { acceptsPlainCallback: () => true }),
];

function fault(name: string, sentence: string, breaks: string, deviation: Partial<SideBehaviour>): Fault {
  return { name, sentence, kind: 'fault', breaks: [breaks], deviation: () => deviation };
}
