/** SCOPE: whose key it is. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { carriedIn } from '../contracts/credentials.js';
import { forAnotherKey } from '../generators/fresh.js';
import { create, plan, SETTLED_MS, send, slot, wait } from '../generators/plans.js';
import type { Exchange } from '../history/history.js';
import type { Body, Step } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { answeredElsewhere, returned, succeeded, successes } from './exercised.js';
import { sameAsARepeat } from './prerequisites.js';
import { elsewhere, noneToLeaveOut, notElsewhere } from './requests.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, followsFrom, rfc9110 } from './sources.js';

function noCredentials({ authentication }: Contract): string | null {
  return authentication === null ? 'the contract has no authentication' : null;
}

function notByCredential(contract: Contract): string | null {
  return contract.scope === 'account' ? 'keys of this contract belong to the whole account' : noCredentials(contract);
}

const silentOnScope = ({ scope }: Contract) => scope === null;

/** Another resource of the second account: between two of them, a number that the account counts to is its own. */
function ownOf(other: Body, key: number): Step {
  return send(create(slot(key), { ...other, operation: key + 1 }, { credential: 'second' }));
}

/** Whether it is the second account's request under a key with which the first one succeeded. */
function sharesWithFirst({ exchange }: Reading, readings: Reading[]): boolean {
  return exchange.credential === 'second' && isOfFirst(exchange.key, readings);
}

function isOfFirst(key: Exchange['key'], readings: Reading[]): boolean {
  return successes(readings).some(({ exchange }) => exchange.credential === 'first' && exchange.key === key);
}

/** Whether the second account was given resources of its own before it and after it: only between them a number says something. */
function isBetweenOwn({ exchange: { sent } }: Reading, readings: Reading[]): boolean {
  const own = successes(readings)
    .map(({ exchange }) => exchange)
    .filter((x) => x.credential === 'second' && !isOfFirst(x.key, readings));
  return own.some((x) => x.sent < sent) && own.some((x) => x.sent > sent);
}

export const chapter: Chapter = {
  name: 'SCOPE',
  title: 'Whose key it is',
  needs: 'A second credential; without one the chapter is skipped, and the report says so.',
  requirements: [
    {
      id: 'SCOPE-1',
      level: 'MUST',
      apart: true,
      noticed: true,
      title: 'Two key holders with the same key and body get two resources',
      statement: 'The same key and the same body sent with two credentials create two {resource}s.',
      sources: [bugClass(29, 'cross-tenant leak'), draft('5')],
      needs: ['second-credential'],
      skip: notByCredential,
      silent: silentOnScope,
      plans: (source) =>
        plan(source, 3, ({ one, other }) =>
          fc.constant([
            send(create(slot(0), one)),
            ownOf(other, 1),
            send(create(slot(0), forAnotherKey(one, 1, source.contract), { credential: 'second' })),
            ownOf(other, 2),
            send(create(slot(0), one)),
          ]),
        ),
      exercised: (readings) =>
        readings.some((x) => x.kind === 'ok' && sharesWithFirst(x, readings) && isBetweenOwn(x, readings)),
    },
    {
      id: 'SCOPE-2',
      level: 'MUST',
      noticed: true,
      title: "Another body under another holder's key is not a conflict",
      statement: 'Another body with the same key, sent with another credential, is not refused as a conflict.',
      sources: [bugClass(29, 'cross-tenant leak'), draft('5')],
      needs: ['second-credential'],
      skip: notByCredential,
      silent: silentOnScope,
      plans: (source) =>
        plan(source, 2, ({ one, other }) =>
          // Once more under a key of its own: a body that is refused there, too, is refused for itself.
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(0), other, { credential: 'second' })),
            send(create(slot(1), other, { credential: 'second' })),
          ]),
        ),
      // A refusal that is not known for a conflict may be a leak all the same.
      exercised: (readings) =>
        readings.some((x) => (x.kind === 'ok' || x.kind === 'conflict') && sharesWithFirst(x, readings)),
    },
    {
      id: 'SCOPE-3',
      level: 'MUST',
      apart: true,
      safety: true,
      title: 'No answer reveals a resource of another key holder',
      statement:
        "No answer of the endpoint to one credential shows the id of a {resource} that belongs to another credential's key. Reading and listing may show it, since two credentials can share an account.",
      sources: [bugClass(29, 'cross-tenant leak'), bugClass(43, 'guessable keys in a shared scope')],
      needs: ['second-credential'],
      skip: notByCredential,
      plans: (source) =>
        plan(source, 3, ({ one, other }) =>
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(0), other, { credential: 'second' })),
            wait(SETTLED_MS),
            ownOf(other, 1),
            send(create(slot(0), one, { credential: 'second' })),
            ownOf(other, 2),
          ]),
        ),
      exercised: (readings) => readings.some((x) => sharesWithFirst(x, readings) && isBetweenOwn(x, readings)),
    },
    {
      id: 'SCOPE-4',
      level: 'MUST',
      noticed: true,
      title: 'A replay needs valid credentials',
      statement:
        "With a missing or wrong credential, a known key and body are answered with the contract's authentication error, not with the {resource}. A rate limit decides nothing.",
      sources: [bugClass(35, 'a replay bypasses authorisation'), rfc9110('15.5.2', '401 Unauthorized')],
      skip: noneToLeaveOut,
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(0), one, { credential: 'none' })),
            send(create(slot(0), one, { credential: 'wrong' })),
          ]),
        ),
      exercised: (readings) =>
        succeeded(readings, 1, first) &&
        readings.some((x) => x.exchange.credential === 'wrong' && x.exchange.done !== null),
    },
    {
      id: 'SCOPE-5',
      level: 'MUST',
      noticed: true,
      title: 'A key is not shared with other endpoints',
      statement:
        'Sent to other endpoints, a key never returns the id of a {resource} of this endpoint, and never an idempotency conflict; nor the other way round. Where the contract does not say what a key is at other endpoints, this is noticed.',
      sources: [bugClass(31, 'replay to another endpoint')],
      needs: ['side-endpoint'],
      skip: notElsewhere,
      silent: ({ key }) => key.operations === null,
      plans: (source) =>
        plan(source, 2, ({ one, other }) => {
          // All of them: one that refuses its body shows nothing.
          const everywhere = (key: number) =>
            source.contract.otherEndpoints.map((_, endpoint) => send(elsewhere(endpoint, 0, key)));
          return fc.constant([
            send(create(slot(0), one)),
            ...everywhere(0),
            send(create(slot(0), one)),
            ...everywhere(1),
            send(create(slot(1), other)),
          ]);
        }),
      exercised: (readings) => succeeded(readings, 1) && readings.some(answeredElsewhere),
    },
    {
      id: 'SCOPE-6',
      level: 'MUST',
      noticed: true,
      title: 'A key outlives the access token that it was sent with',
      statement:
        'A repeat with another access token of the same client returns the first {resource}. Where the contract does not say whose a key is, this is noticed.',
      sources: [bugClass(34, 'a new token opens a new scope'), followsFrom('REPLAY-1')],
      needs: ['new-tokens'],
      standsOn: [sameAsARepeat],
      skip: ({ authentication }) =>
        (authentication?.token ?? null) === null ? 'the contract has no access tokens' : null,
      silent: silentOnScope,
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([
            send(create(slot(0), one)),
            wait(SETTLED_MS),
            send(create(slot(0), one, { framing: { token: 'new' } })),
          ]),
        ),
      exercised: (readings, contract) => returned()(readings, contract) && withTwoTokens(readings, contract),
    },
  ],
};

/** Whether a key was sent with two access tokens. */
function withTwoTokens(readings: Reading[], { authentication }: Contract): boolean {
  if (authentication === null) return false;
  return new Set(successes(readings).map(({ exchange: { request } }) => carriedIn(authentication, request))).size > 1;
}

type Where = (reading: { exchange: { credential: string } }) => boolean;
const first: Where = ({ exchange }) => exchange.credential === 'first';
