/** Faults of scope: keys that reach over to another credential. */
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
];
