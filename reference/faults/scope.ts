/** Faults of scope: keys that reach over to another credential. */
import type { Behaviour } from '../server/behaviour.js';
import { unauthenticated } from '../server/entrance.js';
import { internalError, Refusal } from '../server/problem.js';
import type { Fault } from './fault.js';

export const scopeFaults: Fault[] = [
  {
    name: 'keys-global',
    sentence: 'Keys are shared by all API keys: the second one is answered with the task of the first.',
    kind: 'fault',
    breaks: ['SCOPE-1', 'SCOPE-2', 'SCOPE-3'],
    follows: ['STORM-5', 'REPLAY-11'],
    deviation: () => ({ scopeOf: () => '' }),
  },
  {
    name: 'conflicts-leak',
    sentence: 'A key that another API key has used with another body is answered with a conflict.',
    kind: 'fault',
    breaks: ['SCOPE-2'],
    follows: ['STORM-5'],
    deviation: () => ({
      find: (records, { scope, key, fingerprint }) => {
        const strangers = records.scopes().map((other) => records.get(other, key));
        const rival = strangers.find((entry) => entry !== null && entry.binding.fingerprint !== fingerprint);
        return records.get(scope, key) ?? rival ?? null;
      },
    }),
  },
  {
    name: 'replays-before-authentication',
    sentence: 'A known key is replayed before the API key is looked at.',
    kind: 'fault',
    breaks: ['SCOPE-4'],
    deviation: (correct) => {
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
          if (request.credential === '' && (key === null || !holders.has(key))) throw new Refusal(unauthenticated);
          return key;
        },
      };
    },
  },
  {
    name: 'any-api-key',
    sentence: 'Every API key is let in, and so is none: all that nobody has share one scope.',
    kind: 'fault',
    breaks: ['REJECT-4', 'SCOPE-4'],
    deviation: (correct) => ({ identify: strangersAs('anonymous', correct) }),
  },
  {
    name: 'missing-api-key-crashes',
    sentence: 'Without an API key the answer is a 500.',
    kind: 'fault',
    breaks: ['REJECT-4', 'SCOPE-4'],
    deviation: (correct) => ({
      identify: (authorization, credentials) => {
        if (authorization === undefined) throw new Refusal(internalError());
        return correct.identify(authorization, credentials);
      },
    }),
  },
];

/** Who brings no API key of ours is let in under this name. */
function strangersAs(name: string, correct: Behaviour): Behaviour['identify'] {
  return (authorization, credentials) => {
    try {
      return correct.identify(authorization, credentials);
    } catch {
      return name;
    }
  };
}
