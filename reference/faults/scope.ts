/** Faults of scope: keys that reach over to another credential. */
import { carriedIn } from '../../contracts/credentials.js';
import type { Behaviour } from '../server/behaviour.js';
import { internalError, Refusal } from '../server/problem.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import {
  all,
  answersRepeats,
  contractHas,
  hasAuthentication,
  hasTokens,
  refusesOtherBodies,
  scopedByCredential,
} from './where.js';

const mayScopeByCredential = all(
  hasAuthentication,
  contractHas(({ scope }) => scope !== 'account'),
);

export const scopeFaults: Fault[] = [
  {
    name: 'keys-global',
    sentence: 'Keys are shared by all credentials: the second one is answered with the resource of the first.',
    kind: 'fault',
    breaks: ['SCOPE-1', 'SCOPE-2', 'SCOPE-3'],
    unless: {
      'SCOPE-1': not(scopedByCredential),
      'SCOPE-2': not(all(scopedByCredential, refusesOtherBodies)),
      'SCOPE-3': not(all(mayScopeByCredential, answersRepeats)),
    },
    follows: ['STORM-5', 'REPLAY-11'],
    deviation: () => ({ scopeOf: () => '' }),
  },
  {
    name: 'conflicts-leak',
    sentence: 'A key that another credential has used with another body is answered with a conflict.',
    kind: 'fault',
    breaks: ['SCOPE-2'],
    follows: ['STORM-5'],
    applies: all(scopedByCredential, refusesOtherBodies),
    deviation: () => ({
      find: (records, { scope, key, fingerprint }) => {
        const strangers = records.scopes().map((other) => records.get(other, key));
        const rival = strangers.find((entry) => entry !== null && entry.binding.fingerprint !== fingerprint);
        return records.get(scope, key) ?? rival ?? null;
      },
    }),
  },
  {
    name: 'keys-by-access-token',
    sentence: 'Keys are those of an access token: after a renewal, its client is as if it had sent none.',
    kind: 'fault',
    breaks: ['SCOPE-6'],
    applies: hasTokens,
    deviation: (correct, { contract: { authentication } }) => ({
      scopeOf: (request) => {
        const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
        const sent = { headers, url: `?${request.query}` };
        return `${correct.scopeOf(request)} ${authentication === null ? '' : carriedIn(authentication, sent)}`;
      },
    }),
  },
  {
    name: 'replays-before-authentication',
    sentence: 'A known key is replayed before the credential is looked at.',
    kind: 'fault',
    breaks: ['SCOPE-4'],
    applies: hasAuthentication,
    deviation: (correct, { problems }) => {
      const holders = new Map<string, string>();
      return {
        identify: strangersAs('', correct),
        scopeOf: (request) => {
          const key = String(correct.keyOf(request));
          if (request.credential !== '') holders.set(key, correct.scopeOf(request));
          return holders.get(key) ?? '';
        },
        keyOf: (request) => {
          const key = correct.keyOf(request);
          if (request.credential === '' && (key === null || !holders.has(key)))
            throw new Refusal(problems.unauthenticated());
          return key;
        },
      };
    },
  },
  {
    name: 'any-api-key',
    sentence: 'Every credential is let in, and so is a request without one: all that are unknown share one scope.',
    kind: 'fault',
    breaks: ['REJECT-4', 'SCOPE-4'],
    applies: hasAuthentication,
    deviation: (correct) => ({ identify: strangersAs('anonymous', correct) }),
  },
  {
    name: 'missing-api-key-crashes',
    sentence: 'Without a credential the answer is a 500.',
    kind: 'fault',
    breaks: ['REJECT-4', 'SCOPE-4'],
    applies: hasAuthentication,
    deviation: (correct) => ({
      identify: (secret, credentials) => {
        if (secret === undefined) throw new Refusal(internalError());
        return correct.identify(secret, credentials);
      },
    }),
  },
];

/** A client without a credential of ours is let in under this name. */
function strangersAs(name: string, correct: Behaviour): Behaviour['identify'] {
  return (secret, credentials) => {
    try {
      return correct.identify(secret, credentials);
    } catch {
      return name;
    }
  };
}
