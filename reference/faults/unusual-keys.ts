/** Faults of key handling: keys that break the server, blank keys, and keys that are not strings. */
import type { Behaviour } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { all, bodiesAreJson, keyInBody, refusesOtherBodies, takesKeys } from './where.js';

/** Validation says nothing of the key's type. */
const overlooks = ({ key }: World): Pick<Behaviour, 'overlooks'> => ({
  overlooks: ({ field }) => field === key.pointer,
});

/** As long as contracts ask for at least. */
const USUAL = 'k'.repeat(32);
/** As long as no header carries one. */
const LONG = 'k'.repeat(10_000);

export const unusualKeyFaults: Fault[] = [
  {
    ...crash('keys-non-ascii-crash', 'A key with a character outside ASCII', `${USUAL}é`, (key) =>
      /[^\0-\x7f]/u.test(key),
    ),
    follows: ['KEY-2'],
  },
  crash('keys-with-quotes-crash', 'A key with an apostrophe', `${USUAL}'`, (key) => key.includes("'")),
  crash('keys-with-nul-crash', 'A key with a NUL', `${USUAL}\0`, (key) => key.includes('\0')),
  crash('keys-over-255-crash', 'A key of more than 255 characters', LONG, (key) => key.length > 255),
  crash('keys-over-4096-crash', 'A key of more than 4096 characters', LONG, (key) => key.length > 4096),

  {
    name: 'blank-key-joins-bodies',
    sentence: 'An empty or blank key is answered with its first resource, whatever the body.',
    kind: 'fault',
    breaks: ['KEY-5'],
    applies: all(keyInBody, refusesOtherBodies, takesKeys(' ')),
    deviation: (correct) => ({
      fingerprintOf: (request) => (correct.keyOf(request)?.trim() === '' ? '' : correct.fingerprintOf(request)),
    }),
  },
  {
    name: 'blank-key-now-and-then',
    sentence: 'An empty or blank key is a key in one request and no key in the next.',
    kind: 'fault',
    breaks: ['KEY-5'],
    applies: all(keyInBody, takesKeys(' ')),
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
    sentence: 'A key that is not a string is taken for no key.',
    kind: 'fault',
    breaks: ['KEY-4'],
    applies: all(keyInBody, bodiesAreJson),
    deviation: (_correct, world) => overlooks(world),
  },
  {
    name: 'no-string-key-as-text',
    sentence: 'A key that is not a string is taken by its text.',
    kind: 'fault',
    breaks: ['KEY-4'],
    applies: all(keyInBody, bodiesAreJson),
    deviation: (_correct, world) => ({
      ...overlooks(world),
      keyOf: (request) => {
        const key = world.key.raw(request);
        return key === null || typeof key === 'string' ? key : canonical(key);
      },
    }),
  },
  {
    name: 'no-string-key-crash',
    sentence: 'A key that is not a string is answered with 500.',
    kind: 'fault',
    breaks: ['KEY-4'],
    applies: all(keyInBody, bodiesAreJson),
    deviation: (_correct, { key }) => ({
      onInvalid: (request) => {
        if (typeof (key.raw(request) ?? '') !== 'string') throw new Error('The key has no length.');
      },
    }),
  },
];

function crash(name: string, what: string, example: string, breaks: (key: string) => boolean): Fault {
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
    applies: takesKeys(example),
    deviation: (correct) => ({ keyOf: crashing(correct) }),
  };
}
