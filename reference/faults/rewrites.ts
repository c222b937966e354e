/** Faults of comparing: the same body in other bytes is neither replayed nor refused, or now this, now that. */
import type { Behaviour, KeyedRequest } from '../server/behaviour.js';
import type { Entry } from '../server/records.js';
import { canonical } from './canonical.js';
import type { Fault } from './fault.js';

export const rewriteFaults: Fault[] = [
  {
    name: 'body-part-of-key',
    sentence: 'The body is part of the key: another body, or the same in other bytes, makes another task.',
    kind: 'fault',
    breaks: ['CONFLICT-1', 'CONFLICT-7'],
    follows: ['KEY-5', 'CONFLICT-5', 'STORM-4', 'LOST-6', 'LOST-7', 'HEADER-2'],
    deviation: (correct) => ({
      keyOf: (request) => {
        const key = correct.keyOf(request);
        return key === null ? null : `${key} ${correct.fingerprintOf(request)}`;
      },
    }),
  },
  {
    name: 'rewrites-create',
    sentence: 'The same body in other bytes makes another task.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    deviation: (correct) => onRewrite(correct, () => null),
  },
  {
    name: 'rewrites-conflict-once',
    sentence: 'The same body in other bytes is a conflict the first time, and is replayed from then on.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
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
    deviation: (correct) => ({
      fingerprintOf: (request) => {
        const text = request.bytes.toString();
        if (text.split('"prompt":').length > 2) throw new Error('A member stands twice.');
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
    find: (records, request, tasks) => {
      const entry = correct.find(records, request, tasks);
      const known = entry?.binding.fingerprint ?? '';
      const isRewrite = known !== request.fingerprint && valueIn(known) === valueIn(request.fingerprint);
      return entry !== null && isRewrite ? instead(entry, request) : entry;
    },
  };
}
