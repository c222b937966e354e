/** WEBHOOK: what reached the receiver, and callback URLs that must be refused. */
import { bodyIn } from '../contracts/codec.js';
import type { WebhookRules } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { isLoopback } from '../contracts/loopback.js';
import { at } from '../contracts/pointer.js';
import { redeliveredWithin } from '../contracts/webhooks.js';
import { type Delivery, type History, NOT_WAITED_FOR } from '../history/history.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';

export function checkWebhooks(history: History, readings: Reading[], { contract }: LoadedContract): Finding[] {
  const rules = contract.webhooks;
  if (rules === null) return [];
  const callbackOf = ({ exchange: { request } }: Reading) => at(bodyIn(contract, request.body), rules.callback);
  return [
    ...insecure(readings, callbackOf),
    ...(history.received === undefined ? [] : delivered(history, readings, rules)),
  ];
}

/** WEBHOOK-5: a callback that is not HTTPS; on loopback it may be taken. */
function insecure(readings: Reading[], callbackOf: (reading: Reading) => unknown): Finding[] {
  return readings.flatMap((reading, index): Finding[] => {
    const url = reading.exchange.operation === 'create' ? callbackOf(reading) : null;
    if (reading.kind !== 'ok' || typeof url !== 'string' || !isInsecure(url)) return [];
    return [
      {
        id: 'WEBHOOK-5',
        rule: 'insecure-callback-accepted',
        data: { answered: index, url },
        proof: [index],
      },
    ];
  });
}

function isInsecure(url: string): boolean {
  return url.startsWith('http:') && URL.canParse(url) && !isLoopback(url);
}

function delivered({ received }: History, readings: Reading[], rules: WebhookRules): Finding[] {
  const { deliveries = [], until = 0 } = received ?? {};
  const own = (resource: string) =>
    readings.flatMap((x, index) => (x.exchange.operation === 'create' && x.id === resource ? [index] : []));
  const resources = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const { resource, type } = delivery;
    if (resource === null || !rules.types.includes(type ?? '')) continue;
    resources.set(resource, [...(resources.get(resource) ?? []), delivery]);
  }
  const each = [...resources].flatMap(([resource, list]) => {
    const about = { resource, list, until, proof: own(resource) };
    return [...secondEvent(about), ...lost(about, rules), ...unsigned(about, rules)];
  });
  return [...each, ...sharedEvents(resources, own)];
}

interface About {
  resource: string;
  list: Delivery[];
  /** When the last look at the deliveries was. */
  until: number;
  /** Its requests. */
  proof: number[];
}

/** Events of one end come together; what comes so many milliseconds later was sent for the answer to the first. */
const AT_ONCE_MS = 50;

/** WEBHOOK-1 and -2: another event of the same resource, by itself or in the place of one that was not acknowledged. */
function secondEvent({ resource, list, proof }: About): Finding[] {
  const [first] = list as [Delivery];
  const second = list.find(({ event }) => event !== first.event);
  if (second === undefined) return [];
  const insteadOf = first.answered >= 300 && !list.some((x) => x !== first && x.event === first.event);
  // A sender may be quicker than its documentation says.
  const redelivery = insteadOf && second.at - first.at > AT_ONCE_MS;
  return [
    {
      id: redelivery ? 'WEBHOOK-2' : 'WEBHOOK-1',
      rule: redelivery ? 'redelivered-under-another-id' : 'second-event',
      data: {
        resource,
        event: first.event,
        answered: first.answered,
        second: second.event,
        seconds: (second.at - first.at) / 1000,
      },
      proof,
    },
  ];
}

/** WEBHOOK-2: what was not acknowledged and did not come again in all the time it had. */
function lost({ resource, list, until, proof }: About, rules: WebhookRules): Finding[] {
  const [first] = list as [Delivery];
  const within = redeliveredWithin(rules);
  // A sender that waits for no answer may take silence for consent.
  if (list.length > 1 || first.answered < 300 || first.answered === NOT_WAITED_FOR || rules.retries.length === 0)
    return [];
  if (until - first.at < within * 1000) return [];
  return [
    {
      id: 'WEBHOOK-2',
      rule: 'not-redelivered',
      data: { resource, event: first.event, answered: first.answered, within },
      proof,
    },
  ];
}

/** WEBHOOK-4: the signature and its timestamp. */
function unsigned({ resource, list, proof }: About, { signature }: WebhookRules): Finding[] {
  if (signature === null) return [];
  const bad = list.find((x) => x.signature === 'wrong' || x.signature === 'missing');
  const stale = list.find(
    (x) => x.signature === 'right' && Math.abs(x.age ?? Number.POSITIVE_INFINITY) > signature.tolerance,
  );
  if (bad !== undefined) {
    const rule = bad.signature === 'wrong' ? 'wrong-signature' : 'missing-signature';
    return [{ id: 'WEBHOOK-4', rule, data: { resource, event: bad.event }, proof }];
  }
  if (stale === undefined) return [];
  return [{ id: 'WEBHOOK-4', rule: 'stale-timestamp', data: { resource, event: stale.event, age: stale.age }, proof }];
}

/** WEBHOOK-3: one event id for two resources. */
function sharedEvents(resources: Map<string, Delivery[]>, own: (resource: string) => number[]): Finding[] {
  const owners = new Map<string, string>();
  for (const [resource, list] of resources) {
    for (const { event } of list) {
      const owner = owners.get(event ?? '');
      if (event !== null && owner !== undefined && owner !== resource) {
        return [
          {
            id: 'WEBHOOK-3',
            rule: 'event-id-shared',
            data: { event, first: owner, second: resource },
            proof: [...own(owner), ...own(resource)].sort((a, b) => a - b),
          },
        ];
      }
      owners.set(event ?? '', resource);
    }
  }
  return [];
}
