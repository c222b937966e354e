/** Faults of comparing: the same body in other bytes is neither replayed nor refused, or now this, now that. */

import { parsePointer } from '../../contracts/pointer.js';
import type { Behaviour, KeyedRequest } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import type { Entry } from '../server/records.js';
import type { Fault } from './fault.js';
import { all, bodiesAreJson, contractHas, mayCompareBytes, refusesOtherBodies } from './where.js';

export const rewriteFaults: Fault[] = [
  {
    name: 'body-part-of-key',
    sentence: 'The body is part of the key: another body, or the same in other bytes, makes another resource.',
    kind: 'fault',
    breaks: ['CONFLICT-1', 'CONFLICT-7'],
    unless: { 'CONFLICT-7': contractHas(({ fingerprint }) => fingerprint === 'value') },
    follows: ['KEY-5', 'CONFLICT-5', 'STORM-4', 'LOST-6', 'LOST-7', 'HEADER-2'],
    applies: refusesOtherBodies,
    deviation: (correct) => ({
      keyOf: (request) => {
        const key = correct.keyOf(request);
        return key === null ? null : `${key} ${correct.fingerprintOf(request)}`;
      },
    }),
  },
  {
    name: 'rewrites-create',
    sentence: 'The same body in other bytes makes another resource.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    applies: mayCompareBytes,
    deviation: (correct) => onRewrite(correct, () => null),
  },
  {
    name: 'rewrites-conflict-once',
    sentence: 'The same body in other bytes is a conflict the first time, and is replayed from then on.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    applies: mayCompareBytes,
    deviation: (correct) => {
      const met = new Set<string>();
      return onRewrite(correct, (entry, { key, scope, fingerprint }) => {
        const name = [scope, key, fingerprint].join(' ');
        if (met.has(name)) return { ...entry, binding: { ...entry.binding, fingerprint } };
        met.add(name);
        return entry;
      });
    },
  },
  {
    name: 'repeated-member-crash',
    sentence: 'A body in which a member stands twice is answered with 500.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    applies: all(
      refusesOtherBodies,
      bodiesAreJson,
      contractHas(({ create }) => create.nonce !== null),
    ),
    deviation: (correct, { contract }) => ({
      fingerprintOf: (request) => {
        const text = request.bytes.toString();
        const [name = ''] = parsePointer(contract.create.nonce ?? '');
        if (text.split(`${JSON.stringify(name)}:`).length > 2) throw new Error('A member stands twice.');
        return correct.fingerprintOf(request);
      },
    }),
  },
];

/** Finds another record for a body that is the first one's value in other bytes. */
function onRewrite(
  correct: Behaviour,
  instead: (entry: Entry, request: KeyedRequest) => Entry | null,
): Partial<Behaviour> {
  const valueIn = (fingerprint: string) => fingerprint.slice(fingerprint.indexOf(' '));
  return {
    fingerprintOf: (request) => `${correct.fingerprintOf(request)} ${canonical(request.value)}`,
    find: (records, request, resources) => {
      const entry = correct.find(records, request, resources);
      const known = entry?.binding.fingerprint ?? '';
      const isRewrite = known !== request.fingerprint && valueIn(known) === valueIn(request.fingerprint);
      return entry !== null && isRewrite ? instead(entry, request) : entry;
    },
  };
}
