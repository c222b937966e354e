/** What faults of key handling look like from outside. */
import { blurred, nearCases } from './faults-near-cases.js';
import { type Case, keys, sequence, valid } from './faults-probes.js';

const filled = (length: number) => 'k'.repeat(length);
const cut = (length: number) => blurred(`${filled(length)}a`, `${filled(length)}b`, filled(length - 1));

/** A key that breaks the server, and one that does not. */
const crash = (key: unknown, correct = 'a b'): Case => ({ probe: keys(key, 'k-1'), correct, faulty: '500 a' });

const coffee = (idempotency_key: unknown) => ({ ...valid, prompt: 'Coffee', idempotency_key });

export const keyCases: Record<string, Case> = {
  ...nearCases,
  'keys-first-letter-in-lower-case': blurred('Kk', 'kk', 'kK'),
  'keys-trimmed-in-front': blurred('k', ' k', 'k '),
  'keys-trimmed-of-spaces-behind': blurred('k', 'k ', ' k'),
  'keys-trimmed-of-tabs-behind': blurred('k', 'k\t', 'k '),
  ...Object.fromEntries(
    [35, 36, 63, 127, 128, 254, 256, 777, 1000, 4095].map((length) => [`keys-cut-at-${length}`, cut(length)]),
  ),
  'keys-cut-at-nul': blurred('k', 'k\0x', 'kx'),
  'keys-in-ascii': blurred('k', 'k\u00e9', 'ke'),
  'keys-with-underscores': blurred('k:1', 'k_1', 'k1'),
  'keys-without-full-stop-behind': blurred('k', 'k.', '.k'),
  'keys-percent-decoded': blurred('k:1', 'k%3A1', 'k_1'),
  'keys-unquoted': blurred('k', '"k"', "'k'"),
  'keys-by-their-beginning': blurred('kk', 'kkx', 'k'),
  'keys-by-the-known-beginning': blurred('kk', 'k', 'kkx'),

  'keys-with-quotes-crash': crash("k'"),
  'keys-with-nul-crash': crash('k\0'),
  'keys-over-255-crash': crash(filled(256)),
  'keys-over-4096-crash': crash(filled(4097), '422 a'),

  'blank-key-joins-bodies': {
    probe: sequence({ ...valid, idempotency_key: '' }, coffee(''), coffee(' ')),
    correct: 'a x b',
    faulty: 'a a b',
  },
  'blank-key-now-and-then': {
    probe: sequence(...[1, 2].map(() => ({ ...valid, idempotency_key: ' ' })), coffee(' ')),
    correct: 'a a x',
    faulty: 'a b x',
  },
  'no-string-key-ignored': { probe: keys(12, 12), correct: '422 422', faulty: 'a b' },
  'no-string-key-as-text': { probe: keys(12, '12'), correct: '422 a', faulty: 'a x' },
  'no-string-key-crash': crash(12, '422 a'),
};
