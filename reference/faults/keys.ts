/** Faults of key handling: different keys taken for the same, and keys that break the server. */
import { canonical, without } from './canonical.js';
import type { Fault } from './fault.js';

export const keyFaults: Fault[] = [
  blurred('keys-in-lower-case', 'Keys are compared without regard to letter case.', (key) => key.toLowerCase()),
  blurred('keys-trimmed', 'White space around a key is dropped.', (key) => key.trim()),
  blurred('keys-cut-at-64', 'Keys are cut after 64 characters.', (key) => key.slice(0, 64)),
  blurred('keys-cut-at-255', 'Keys are cut after 255 characters.', (key) => key.slice(0, 255)),
  blurred('keys-in-normal-form', 'Keys are put in Unicode normal form.', (key) => key.normalize('NFC')),
  blurred('keys-without-punctuation', 'Punctuation in keys does not count.', (key) =>
    key.replace(/[\p{P}\p{S}]/gu, ''),
  ),
  {
    name: 'keys-non-ascii-crash',
    sentence: 'A key with a character outside ASCII is answered with 500.',
    kind: 'fault',
    breaks: ['KEY-3'],
    follows: ['KEY-2'],
    deviation: (correct) => ({
      keyOf: (request) => {
        const key = correct.keyOf(request);
        if (key !== null && Buffer.byteLength(key) !== key.length) throw new Error('The key cannot be encoded.');
        return key;
      },
    }),
  },
];

function blurred(name: string, sentence: string, blur: (key: string) => string): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['KEY-2'],
    deviation: (correct) => ({
      keyOf: (request) => {
        const key = correct.keyOf(request);
        return key === null ? null : blur(key);
      },
      // The key is no part of what is compared, so that keys taken for the same replay each other's tasks.
      fingerprintOf: ({ value }) => canonical(without(value, 'idempotency_key')),
    }),
  };
}
