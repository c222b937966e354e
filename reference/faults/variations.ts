/** What a correct server is free to do: none of it may be called a violation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { canonical } from '../server/canonical.js';
import { type Problem, refusal, unavailable } from '../server/problem.js';
import type { Fault } from './fault.js';
import { typedModel } from './typed-model.js';
import { variation } from './variation.js';
import { lookVariations } from './variations-looks.js';
import {
  all,
  contractHas,
  hasAuthentication,
  hasList,
  keyInBody,
  keyIsOptional,
  refusesOtherBodies,
  takesKeys,
} from './where.js';

/** Milliseconds after which a resource of a slow list is shown, and after which one is found. */
const LISTED_AFTER = 50;
const FOUND_AFTER = 100;
/** Requests per second. */
const MOST = 300;
const LONGEST_KEY = 255;

const mayCompareAnything = all(
  refusesOtherBodies,
  contractHas(({ fingerprint }) => fingerprint === null),
);
const takesBlankKeys = all(keyInBody, takesKeys('', ' '));
const mayWaitInFlight = contractHas(({ inFlight }) => inFlight?.policy !== 'refuse');
const mayRefuseInFlight = contractHas(({ inFlight }) => inFlight !== null && inFlight.policy !== 'wait');
const hasStatus = contractHas(({ status }) => status !== null);
const hasCancel = contractHas(({ cancel }) => cancel !== null);
const hasWebhooks = contractHas(({ webhooks }) => webhooks !== null);
const isVisibleWithin = (ms: number) => contractHas(({ visibleWithin }) => visibleWithin * 1000 > ms);

export const variations: Fault[] = [
  ...lookVariations,

  variation('no-list', 'There is no list endpoint.', () => ({ hasList: false }), hasList),
  variation(
    'team-list',
    'List and GET show the resources of all credentials.',
    () => ({ lists: () => true, gets: () => true }),
    all(
      hasAuthentication,
      contractHas(({ scope, effects, get }) => scope !== 'account' && (effects.list !== null || get !== null)),
    ),
  ),
  variation(
    'list-50ms-late',
    'A resource shows in the list after 50 ms.',
    ({ list }) => ({ list: { ...list, lateMs: LISTED_AFTER } }),
    all(hasList, isVisibleWithin(LISTED_AFTER)),
  ),
  variation(
    'list-oldest-first',
    'The list shows the oldest resources first.',
    ({ list }) => ({ list: { ...list, order: 'oldest first' } }),
    hasList,
  ),
  variation(
    'list-unordered',
    'The list shows resources in no order that can be seen.',
    ({ list }) => ({ list: { ...list, order: 'unordered' } }),
    hasList,
  ),
  variation(
    'list-pages-of-10',
    'A page of the list holds at most ten resources.',
    ({ list }) => ({ list: { ...list, size: 10 } }),
    contractHas(({ effects }) => !['none', undefined].includes(effects.list?.pages?.kind)),
  ),
  // One resource that is shown twice is one resource.
  variation(
    'list-shows-twice',
    'The list shows each resource twice.',
    () => ({ showsPage: (page) => page.flatMap((resource) => [resource, resource]) }),
    hasList,
  ),
  variation(
    'get-100ms-late',
    'A resource is found by GET after 100 ms, as at a replica that lags.',
    (correct) => ({
      gets: (resource, owner, at) => at - resource.createdAt >= FOUND_AFTER && correct.gets(resource, owner, at),
    }),
    all(
      contractHas(({ get }) => get !== null),
      isVisibleWithin(FOUND_AFTER),
    ),
  ),

  variation(
    'compares-values',
    'Bodies are compared as JSON values.',
    () => ({ fingerprintOf: ({ value }) => canonical(value) }),
    mayCompareAnything,
  ),
  variation(
    'compares-typed-model',
    'Nulls, defaults and unknown members are dropped before bodies are compared.',
    (_correct, { key, schemas }) => ({
      fingerprintOf: ({ value }) => canonical(typedModel(key.without(value), [schemas.requestSchema])),
      dropsUnknown: true,
    }),
    mayCompareAnything,
  ),
  variation(
    'blank-key-absent',
    'An empty or blank key counts as no key.',
    (correct) => ({
      keyOf: (request) => {
        const key = correct.keyOf(request);
        return key?.trim() ? key : null;
      },
    }),
    all(takesBlankKeys, keyIsOptional),
  ),
  variation(
    'blank-key-refused',
    'An empty or blank key is refused by validation.',
    (correct) => ({
      refusesKey: (key) => (key.trim() === '' ? 'must not be blank' : correct.refusesKey(key)),
    }),
    takesBlankKeys,
  ),
  variation(
    'keys-up-to-255',
    'Keys of more than 255 characters are refused by validation.',
    (correct) => ({
      refusesKey: (key) =>
        key.length > LONGEST_KEY ? `must not have more than ${LONGEST_KEY} characters` : correct.refusesKey(key),
    }),
    contractHas(({ key }) => key.maxLength === null && (key.minLength ?? 0) <= LONGEST_KEY),
  ),

  variation(
    'in-flight-waits',
    'The first request works for 20 ms, and duplicates wait for it.',
    () => ({ work: () => sleep(20), inFlight: () => null }),
    mayWaitInFlight,
  ),
  variation(
    'in-flight-refused',
    'The first request works for 20 ms, and duplicates are asked to come again.',
    (_correct, { problems }) => ({ work: () => sleep(20), inFlight: () => problems.inFlight() }),
    mayRefuseInFlight,
  ),
  variation(
    'in-flight-waits-long',
    'The first request works for up to 200 ms, and duplicates wait for it.',
    () => ({ work: () => sleep(200 * Math.random()), inFlight: () => null }),
    mayWaitInFlight,
  ),
  variation(
    'in-flight-hint-in-body',
    'Only the body of a refusal in flight says when to come again.',
    (_correct, { problems, contract }) => ({
      work: () => sleep(20),
      inFlight: (): Problem => {
        const { retryAfter: _, ...problem } = problems.inFlight();
        return { ...problem, members: { [contract.errors.retryAfterMs ?? '']: 100 } };
      },
    }),
    all(
      mayRefuseInFlight,
      contractHas(({ errors }) => errors.retryAfterMs !== null),
    ),
  ),
  variation('latency-30ms', 'Every answer takes 30 ms.', () => ({ latency: () => sleep(30) })),
  variation('latency-with-jitter', 'Every answer takes 30 ms, or up to twice as long.', () => ({
    latency: () => sleep(30 + 30 * Math.random()),
  })),
  variation(
    'rate-limit-300',
    'From 300 requests per second on, the answer is a 429 with a hint.',
    (_, { problems }) => {
      let second = 0;
      let count = 0;
      return {
        admit: (_credential, at) => {
          const now = Math.floor(at / 1000);
          count = now === second ? count + 1 : 1;
          second = now;
          return count > MOST ? problems.rateLimited() : null;
        },
      };
    },
  ),
  variation(
    'rate-limit-by-credential',
    'From 300 requests per second of one credential on, the answer is a 429.',
    (_correct, { problems }) => {
      const counts = new Map<string, { second: number; count: number }>();
      return {
        admit: (credential, at) => {
          const second = Math.floor(at / 1000);
          const before = counts.get(credential);
          const count = before?.second === second ? before.count + 1 : 1;
          counts.set(credential, { second, count });
          return count > MOST ? problems.rateLimited() : null;
        },
      };
    },
    hasAuthentication,
  ),
  unfinished(15),
  unfinished(3),
  variation('unavailable-2-percent', 'Two requests in a hundred are answered with a 503 and a hint.', () => ({
    admit: () => (Math.random() < 0.02 ? unavailable() : null),
  })),
  variation('reads-unavailable-2-percent', 'Two reads in a hundred are answered with a 503 and a hint.', () => ({
    admit: (_credential, _at, method) => (method === 'GET' && Math.random() < 0.02 ? unavailable() : null),
  })),
  variation('every-third-connection-close', 'Every third answer closes its connection.', (correct) => {
    let answers = 0;
    const closes = (): Record<string, string> => (++answers % 3 === 0 ? { connection: 'close' } : {});
    return { headersOf: (view) => ({ ...correct.headersOf(view), ...closes() }) };
  }),
  variation('connection-close', 'Every connection is closed after its answer.', (correct) => ({
    headersOf: (view) => ({ ...correct.headersOf(view), connection: 'close' }),
  })),

  variation(
    'webhooks-https-only',
    'Every callback URL that is not HTTPS is refused, on loopback too.',
    () => ({ acceptsPlainCallback: () => false }),
    hasWebhooks,
  ),
  variation(
    'webhook-late',
    'An event is sent 300 ms after its resource ended.',
    () => ({ eventDelayMs: 300 }),
    hasWebhooks,
  ),
  variation(
    'upload-status-201',
    'An upload is answered with a 201.',
    () => ({ uploadStatus: 201 }),
    contractHas(({ uploads }) => uploads !== null),
  ),
  variation('cancel-202', 'A cancellation is answered with a 202.', () => ({ cancelStatus: 202 }), hasCancel),
  variation(
    'cancel-409-once-terminal',
    'A resource that has ended cannot be cancelled: the answer is a 409.',
    () => ({ refusesCancel: () => refusal(409, 'not_cancelable', 'The resource has ended.') }),
    all(hasStatus, hasCancel),
  ),
];

/** Only a new resource is refused: a replay makes none. */
function unfinished(most: number): Fault {
  return variation(
    `at-most-${most}-unfinished`,
    `While ${most} resources have not ended, a new one is refused with a 429 and a hint.`,
    (_correct, { problems }) => ({
      refusesCreate: (resources, at) => (resources.unfinished(at) >= most ? problems.rateLimited() : null),
    }),
    hasStatus,
  );
}
