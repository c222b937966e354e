/** Faults of key handling: keys that break the server, blank keys, and keys that are no strings. */
import type { Behaviour } from '../server/behaviour.js';
import { canonical } from './canonical.js';
import type { Fault } from './fault.js';

/** Validation says nothing of the key's type. */
const overlooks: Behaviour['overlooks'] = ({ field }) => field === 'body.idempotency_key';

export const unusualKeyFaults: Fault[] = [
  {
    ...crash('keys-non-ascii-crash', 'A key with a character outside ASCII', (key) => /[^\0-\x7f]/u.test(key)),
    follows: ['KEY-2'],
  },
  crash('keys-with-quotes-crash', 'A key with an apostrophe', (key) => key.includes("'")),
  crash('keys-with-nul-crash', 'A key with a NUL', (key) => key.includes('\0')),
  crash('keys-over-255-crash', 'A key of more than 255 characters', (key) => key.length > 255),
  crash('keys-over-4096-crash', 'A key of more than 4096 characters', (key) => key.length > 4096),

  {
    name: 'blank-key-joins-bodies',
    sentence: 'An empty or blank key is answered with its first task, whatever the body.',
    kind: 'fault',
    breaks: ['KEY-5'],
    deviation: (correct) => ({
      fingerprintOf: (request) => (correct.keyOf(request)?.trim() === '' ? '' : correct.fingerprintOf(request)),
    }),
  },
  {
    name: 'blank-key-now-and-then',
    sentence: 'An empty or blank key is a key in one request and no key in the next.',
    kind: 'fault',
    breaks: ['KEY-5'],
    deviation: (correct) => {
      let blanks = 0;
      return {
        keyOf: (request) => {
          const key = correct.keyOf(request);
          if (key?.trim() !== '') return key;
          // Validation asks for the key as well, so a request asks twice.
          blanks += 1;
          return Math.ceil(blanks / 2) % 2 === 1 ? key : null;
        },
      };
    },
  },

  {
    name: 'no-string-key-ignored',
    sentence: 'A key that is no string is taken for no key.',
    kind: 'fault',
    breaks: ['KEY-4'],
    deviation: () => ({ overlooks }),
  },
  {
    name: 'no-string-key-as-text',
    sentence: 'A key that is no string is taken by its text.',
    kind: 'fault',
    breaks: ['KEY-4'],
    deviation: () => ({
      overlooks,
      keyOf: ({ value: { idempotency_key: key } }) =>
        key === undefined || key === null ? null : typeof key === 'string' ? key : canonical(key),
    }),
  },
  {
    name: 'no-string-key-crash',
    sentence: 'A key that is no string is answered with 500.',
    kind: 'fault',
    breaks: ['KEY-4'],
    deviation: () => ({
      onInvalid: ({ value: { idempotency_key: key } }) => {
        if (typeof (key ?? '') !== 'string') throw new Error('The key has no length.');
      },
    }),
  },
];

function crash(name: string, what: string, breaks: (key: string) => boolean): Fault {
  const crashing = (correct: Behaviour): Behaviour['keyOf'] => {
    return (request) => {
      const key = correct.keyOf(request);
      if (key !== null && breaks(key)) throw new Error('The key cannot be stored.');
      return key;
    };
  };
  return {
    name,
    sentence: `${what} is answered with 500.`,
    kind: 'fault',
    breaks: ['KEY-3'],
    deviation: (correct) => ({ keyOf: crashing(correct) }),
  };
}
