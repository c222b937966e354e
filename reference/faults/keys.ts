/** Faults of key handling: different keys taken for the same. */
import type { LoadedContract } from '../../contracts/load.js';
import { VARIANTS, variantNames } from '../../history/variants.js';
import { canonical } from '../server/canonical.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { unusualKeyFaults } from './unusual-keys.js';
import { takesKeys } from './where.js';

/** Columns of 36, 64, 128 and 255 or 256 characters, and buffers one shorter. */
const lengths = [35, 36, 63, 64, 127, 128, 254, 255, 256];

export const keyFaults: Fault[] = [
  blurred('keys-in-lower-case', 'Keys are compared without regard to letter case.', (key) => key.toLowerCase()),
  blurred('keys-first-letter-in-lower-case', 'The case of the first letter of a key does not count.', (key) =>
    key.replace(/^./u, (letter) => letter.toLowerCase()),
  ),
  blurred('keys-trimmed', 'White space around a key is dropped.', (key) => key.trim()),
  blurred('keys-trimmed-in-front', 'White space in front of a key is dropped.', (key) => key.trimStart()),
  blurred('keys-trimmed-of-spaces-behind', 'Spaces at the end of a key are dropped, as padded columns do.', (key) =>
    key.replace(/ +$/, ''),
  ),
  blurred('keys-trimmed-of-tabs-behind', 'Tabs at the end of a key are dropped.', (key) => key.replace(/\t+$/, '')),
  ...lengths.map((length) =>
    blurred(`keys-cut-at-${length}`, `Keys are cut after ${length} characters.`, (key) => key.slice(0, length)),
  ),
  blurred('keys-cut-at-nul', 'A key ends where a NUL stands in it.', (key) => key.replace(/\0.*/s, '')),
  blurred('keys-in-normal-form', 'Keys are put in Unicode normal form.', (key) => key.normalize('NFC')),
  blurred('keys-in-ascii', 'Characters outside ASCII are dropped from keys.', (key) => key.replace(/[^\0-\x7f]/gu, '')),
  blurred('keys-without-punctuation', 'Punctuation in keys does not count.', (key) =>
    key.replace(/[\p{P}\p{S}]/gu, ''),
  ),
  blurred('keys-with-underscores', 'Punctuation in keys becomes underscores.', (key) => key.replace(/\p{P}/gu, '_')),
  blurred('keys-without-full-stop-behind', 'A full stop at the end of a key is dropped.', (key) =>
    key.replace(/\.$/, ''),
  ),
  blurred('keys-percent-decoded', 'Percent-encoding in keys is undone.', (key) =>
    key.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
  ),
  blurred('keys-unquoted', 'Quotes around a key are dropped.', (key) => key.replace(/^"(.*)"$/s, '$1')),
  likened('keys-by-their-beginning', 'A key that begins with a known key is taken for it.', (key, known) =>
    key.startsWith(known),
  ),
  likened('keys-by-the-known-beginning', 'A key with which a known key begins is taken for that.', (key, known) =>
    known.startsWith(key),
  ),
  ...unusualKeyFaults,
];

/** A key with letters, digits and punctuation, so that every near miss of it is another key. */
const EXAMPLE = `near:${'a0'.repeat(12)}.k`;

/** Whether two keys, of which the contract takes both, are near each other in this way. */
function nearMisses(same: (one: string, other: string) => boolean) {
  return (loaded: LoadedContract): boolean => {
    const misses = variantNames(loaded.contract.key).map((name) => VARIANTS[name]?.(EXAMPLE) ?? EXAMPLE);
    const keys = [EXAMPLE, ...misses].filter((key) => takesKeys(key)(loaded));
    return keys.some((one) => keys.some((other) => one !== other && same(one, other)));
  };
}

/** The key is not part of what is compared, so that keys taken for the same replay each other's resources. */
function bodyAlone({ key }: World) {
  return { fingerprintOf: ({ value }: { value: Parameters<typeof key.without>[0] }) => canonical(key.without(value)) };
}

function blurred(name: string, sentence: string, blur: (key: string) => string): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['KEY-2'],
    applies: nearMisses((one, other) => blur(one) === blur(other)),
    deviation: (correct, world) => ({
      ...bodyAlone(world),
      keyOf: (request) => {
        const key = correct.keyOf(request);
        return key === null ? null : blur(key);
      },
    }),
  };
}

/** Takes a key for a known one that is like it. */
function likened(name: string, sentence: string, like: (key: string, known: string) => boolean): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['KEY-2'],
    applies: nearMisses(like),
    deviation: (correct, world) => {
      const seen = new Map<string, Set<string>>();
      return {
        ...bodyAlone(world),
        find: (records, request, resources) => {
          const { scope, key } = request;
          const keys = seen.get(scope) ?? new Set();
          seen.set(scope, keys);
          const known = keys.has(key) ? undefined : [...keys].find((one) => one.trim() !== '' && like(key, one));
          if (known !== undefined && key.trim() !== '')
            return correct.find(records, { ...request, key: known }, resources);
          keys.add(key);
          return correct.find(records, request, resources);
        },
      };
    },
  };
}
