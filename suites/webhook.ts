/** WEBHOOK: one event for each finished resource, however often it was asked for and delivered. */
import fc from 'fast-check';
import type { Contract, JsonObject, WebhookRules } from '../contracts/contract.js';
import { parsePointer } from '../contracts/pointer.js';
import { redeliveredWithin } from '../contracts/webhooks.js';
import { cancel, create, type PlanSource, plan, send, settle, slot, storm } from '../generators/plans.js';
import type { Delivery } from '../history/history.js';
import type { AwaitDelivery, Body, Manner, Step } from '../history/plan.js';
import { RECEIVER_TOKEN } from '../history/text.js';
import { succeeded } from './exercised.js';
import type { Chapter } from './requirement.js';
import { bugClass, followsFrom, rfc9110 } from './sources.js';

/** Milliseconds in which a resource may become terminal by itself. */
const TERMINAL_WITHIN_MS = 2_000;

/** Milliseconds in which a delivery may come, and then a second event. */
const DELIVERED_WITHIN_MS = 3_000;
const QUIET_MS = 250;

function noWebhooks({ webhooks, get, status }: Contract): string | null {
  if (webhooks === null) return 'the contract names no webhooks';
  return get === null || status === null ? 'the contract does not say when a resource is finished' : null;
}

/** A callback that must not be accepted: not HTTPS, and not on loopback. */
const INSECURE = 'http://idem-conformance.invalid/hook';

export const chapter: Chapter = {
  name: 'WEBHOOK',
  title: 'Duplicate deliveries',
  needs: 'A receiver that the target can reach; a target that refuses its URL is skipped with that reason.',
  requirements: [
    {
      id: 'WEBHOOK-1',
      level: 'MUST',
      title: 'A finished resource has one event',
      statement:
        'A {resource} that was seen in a terminal status has one final event with one event id, however often it was asked for. No delivery at all decides nothing.',
      sources: [bugClass(19, 'secondary effects repeat')],
      needs: ['receiver'],
      skip: noWebhooks,
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc
            .record({ byItself: fc.boolean(), manner: fc.constantFrom<Manner>('ok', 'slow') })
            .map(({ byItself, manner }) => {
              const request = create(slot(0), calling(one, manner, source));
              const again = source.round % 2 === 0 ? send(request) : storm([request, request, request]);
              return [send(request), again, ...finish(0, byItself, source), send(request), delivery(0)];
            }),
        ),
      exercised: (_, contract, deliveries) => heard(deliveries, contract) > 0,
    },
    {
      id: 'WEBHOOK-2',
      level: 'MUST',
      title: 'A delivery is repeated under the same event id',
      statement: 'A delivery that was not acknowledged comes again under the same event id.',
      sources: [bugClass(19, 'secondary effects repeat')],
      needs: ['receiver'],
      skip: (contract) =>
        noWebhooks(contract) ??
        (contract.webhooks?.retries.length === 0 ? 'the contract does not promise that deliveries come again' : null),
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.boolean().map((byItself) => {
            const rules = source.contract.webhooks as WebhookRules;
            // The first delivery may come late, too.
            const within = redeliveredWithin(rules) * 1000 + DELIVERED_WITHIN_MS;
            const request = create(slot(0), calling(one, 'fail-first', source));
            return [send(request), ...finish(0, byItself, source), { ...delivery(0), within, quiet: 0 }];
          }),
        ),
      exercised: (_, __, deliveries) => deliveries.some(({ event, answered }) => event !== null && answered >= 300),
    },
    {
      id: 'WEBHOOK-3',
      level: 'MUST',
      title: 'Events of different resources have different ids',
      statement: 'The events of two different {resource}s have two different ids.',
      sources: [followsFrom('CREATE-3')],
      needs: ['receiver'],
      skip: noWebhooks,
      plans: (source) =>
        plan(source, 2, ({ one, other }) =>
          fc.constant([
            send(create(slot(0), calling(one, 'ok', source))),
            send(create(slot(1), calling(other, 'ok', source))),
            ...finish(0, false, source),
            ...finish(1, false, source),
            delivery(0),
            delivery(1),
          ]),
        ),
      exercised: (_, contract, deliveries) => heard(deliveries, contract) > 1,
    },
    {
      id: 'WEBHOOK-4',
      level: 'SHOULD',
      title: 'The signature of a delivery is valid and fresh',
      statement: 'The signature of a delivery is valid and its timestamp recent, if the signing secret is given.',
      sources: [{ name: 'RFC 2104: HMAC', url: 'https://www.rfc-editor.org/rfc/rfc2104' }],
      needs: ['receiver', 'signing-secret'],
      skip: (contract) =>
        noWebhooks(contract) ??
        (contract.webhooks?.signature === null ? 'the contract’s webhooks are not signed' : null),
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([
            send(create(slot(0), calling(one, 'ok', source))),
            ...finish(0, source.round % 2 === 0, source),
            delivery(0),
          ]),
        ),
      exercised: (_, __, deliveries) => deliveries.some(({ signature }) => signature !== 'unchecked'),
    },
    {
      id: 'WEBHOOK-5',
      level: 'MUST',
      title: 'A callback URL that is not HTTPS is refused',
      statement: 'A callback URL that is not HTTPS is refused. Loopback may be allowed, so that it can be tested.',
      sources: [rfc9110('4.2.2', 'the https scheme')],
      skip: ({ webhooks }) => (webhooks === null ? 'the contract names no webhooks' : null),
      plans: (source) =>
        plan(source, 2, ({ one, other }) =>
          // The same body without it first: what is refused then is not refused because of it.
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(1), { ...other, value: withCallback(other.value, INSECURE, source) })),
          ]),
        ),
      exercised: (readings) =>
        succeeded(readings, 1) &&
        readings.some(({ exchange }) => exchange.request.body.includes(INSECURE) && exchange.done !== null),
    },
  ],
};

/** The body with the receiver as its callback. */
function calling(body: Body, manner: Manner, source: PlanSource): Body {
  return { ...body, value: withCallback(body.value, `${RECEIVER_TOKEN}/${manner}`, source) };
}

function withCallback(value: JsonObject, url: string, { contract }: PlanSource): JsonObject {
  return set(value, parsePointer((contract.webhooks as WebhookRules).callback), url);
}

function set(value: JsonObject, [name = '', ...rest]: string[], text: string): JsonObject {
  return { ...value, [name]: rest.length === 0 ? text : set((value[name] ?? {}) as JsonObject, rest, text) };
}

/** Lets a resource become terminal, or sees to it. */
function finish(of: number, byItself: boolean, { contract }: PlanSource): Step[] {
  return [...(byItself || contract.cancel === null ? [] : [cancel(of)]), settle(of, TERMINAL_WITHIN_MS)];
}

function delivery(of: number): AwaitDelivery {
  return { do: 'delivery', of, within: DELIVERED_WITHIN_MS, quiet: QUIET_MS };
}

/** Resources of which an event with an id came that says 'finished'. */
function heard(deliveries: Delivery[], { webhooks }: Contract): number {
  const final = deliveries.filter(({ type, event }) => event !== null && webhooks?.types.includes(type ?? ''));
  return new Set(final.map(({ resource }) => resource)).size;
}
