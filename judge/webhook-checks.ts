/** WEBHOOK: what reached the receiver, and callback URLs that must be refused. */
import type { WebhookRules } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { isLoopback } from '../contracts/loopback.js';
import { at } from '../contracts/pointer.js';
import { parseJson } from '../contracts/refusals.js';
import { redeliveredWithin } from '../contracts/webhooks.js';
import type { Delivery, History } from '../history/history.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { answerWords, name } from './words.js';

export function checkWebhooks(history: History, readings: Reading[], { contract }: LoadedContract): Finding[] {
  const rules = contract.webhooks;
  if (rules === null) return [];
  return [...insecure(readings, rules), ...(history.received === undefined ? [] : delivered(history, readings, rules))];
}

/** WEBHOOK-5: a callback that is not HTTPS; on loopback it may be taken. */
function insecure(readings: Reading[], { callback }: WebhookRules): Finding[] {
  return readings.flatMap((reading, index): Finding[] => {
    const url = reading.exchange.operation === 'create' ? at(parseJson(reading.exchange.request.body), callback) : null;
    if (reading.kind !== 'ok' || typeof url !== 'string' || !isInsecure(url)) return [];
    return [
      {
        id: 'WEBHOOK-5',
        summary: 'A callback URL that is not HTTPS was taken.',
        argument: [`${name(reading)} named ${url} as its receiver and was answered ${answerWords(reading)}.`],
        expected: 'a refusal by validation',
        observed: answerWords(reading),
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
    return [...secondEvent(about, rules), ...lost(about, rules), ...unsigned(about, rules)];
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

/** WEBHOOK-1 and -2: another event of the same resource, by itself or in the place of one that was not acknowledged. */
function secondEvent({ resource, list, proof }: About, { retries }: WebhookRules): Finding[] {
  const [first] = list as [Delivery];
  const second = list.find(({ event }) => event !== first.event);
  if (second === undefined) return [];
  const [retry = 0] = retries;
  const insteadOf = first.answered >= 300 && !list.some((x) => x !== first && x.event === first.event);
  const redelivery = insteadOf && second.at - first.at > retry * 500;
  return [
    {
      id: redelivery ? 'WEBHOOK-2' : 'WEBHOOK-1',
      summary: redelivery
        ? 'A delivery came again under another event id.'
        : 'One resource has two events that say that it is finished.',
      argument: [
        `A delivery about ${resource} carried the event ${first.event} and was answered ${first.answered}.`,
        `${((second.at - first.at) / 1000).toFixed(2)} s later one about the same resource carried ${second.event}.`,
        'A receiver that tells deliveries apart by their event id does its work twice.',
      ],
      expected: redelivery ? `${first.event} again` : 'one event',
      observed: `${first.event}, then ${second.event}`,
      proof,
    },
  ];
}

/** WEBHOOK-2: what was not acknowledged and did not come again in all the time it had. */
function lost({ resource, list, until, proof }: About, rules: WebhookRules): Finding[] {
  const [first] = list as [Delivery];
  const within = redeliveredWithin(rules);
  if (list.length > 1 || first.answered < 300 || rules.retries.length === 0) return [];
  if (until - first.at < within * 1000) return [];
  return [
    {
      id: 'WEBHOOK-2',
      summary: 'A delivery that was not acknowledged did not come again.',
      argument: [
        `A delivery about ${resource} carried the event ${first.event} and was answered ${first.answered}.`,
        `It did not come again within ${within} s; the contract says after ${rules.retries.join(', ')} s.`,
      ],
      expected: `${first.event} again`,
      observed: 'nothing',
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
  const report = (summary: string, argument: string, expected: string, observed: string): Finding[] => [
    { id: 'WEBHOOK-4', summary, argument: [argument], expected, observed, proof },
  ];
  if (bad !== undefined) {
    return report(
      bad.signature === 'wrong' ? 'The signature of a delivery is wrong.' : 'A delivery carries no signature.',
      `The event ${bad.event} about ${resource} was checked against HMAC-SHA256 over the timestamp, a full stop and the raw body, with the signing secret given.`,
      `${signature.header}: ${signature.prefix}…`,
      bad.signature,
    );
  }
  if (stale === undefined) return [];
  return report(
    'The timestamp of a delivery is not fresh.',
    `The event ${stale.event} about ${resource} carried a timestamp ${stale.age === null ? 'that is no number of seconds' : `${stale.age} s away from its arrival`}.`,
    `at most ${signature.tolerance} s`,
    stale.age === null ? 'no number' : `${stale.age} s`,
  );
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
            summary: 'Events of two resources carry one event id.',
            argument: [
              `Deliveries about ${owner} and about ${resource} both carried the event ${event}.`,
              'A receiver that tells deliveries apart by their event id drops one of them.',
            ],
            expected: 'an event id of its own for each resource',
            observed: event,
            proof: [...own(owner), ...own(resource)].sort((a, b) => a - b),
          },
        ];
      }
      owners.set(event ?? '', resource);
    }
  }
  return [];
}
