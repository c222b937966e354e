/** Faults of conflicts: what remains of a refused body. */
import type { Behaviour, KeyedRequest } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import type { Entry } from '../server/records.js';
import type { Fault } from './fault.js';
import { all, refusesOtherBodies, showsEffects } from './where.js';

export const traceFaults: Fault[] = [
  {
    name: 'conflict-creates',
    sentence: 'A conflict is refused, and a resource is made all the same.',
    kind: 'fault',
    breaks: ['CONFLICT-5'],
    // In a storm, or after a hang-up, it is unknown which request made it.
    follows: ['STORM-2', 'LOST-1'],
    applies: all(refusesOtherBodies, showsEffects),
    deviation: (correct) => ({
      onConflict: (encounter) => {
        encounter.create();
        return correct.onConflict(encounter);
      },
    }),
  },
  {
    name: 'conflict-overwrites',
    sentence: 'A conflict is refused, and from then on the key belongs to the refused body.',
    kind: 'fault',
    breaks: ['CONFLICT-6'],
    // The first body meets the conflict wherever it is sent again after another.
    follows: ['KEY-5', 'REPLAY-1', 'CONFLICT-7', 'STORM-3', 'STORM-4', 'STORM-6', 'LOST-6', 'LOST-7'],
    applies: refusesOtherBodies,
    deviation: (correct) => ({
      onConflict: (encounter) => {
        encounter.entry.binding = { ...encounter.entry.binding, fingerprint: encounter.request.fingerprint };
        return correct.onConflict(encounter);
      },
    }),
  },
  {
    name: 'conflict-once',
    sentence: 'Once a key has met a conflict, every body is answered with its resource.',
    kind: 'fault',
    breaks: ['CONFLICT-6'],
    // Most plans send more than one other body.
    follows: ['KEY-5', 'CONFLICT-3', 'CONFLICT-4', 'CONFLICT-7', 'STORM-4', 'STORM-6', 'LOST-6', 'LOST-7'],
    applies: refusesOtherBodies,
    deviation: (correct) =>
      afterConflict(correct, (entry, { fingerprint }) => ({ ...entry, binding: { ...entry.binding, fingerprint } })),
  },
  {
    name: 'conflict-frees-key',
    sentence: 'A conflict is refused, and from then on the key is free.',
    kind: 'fault',
    breaks: ['CONFLICT-6'],
    // After it either body makes a resource, also where the other is a rewrite, or part of a storm.
    follows: [
      ...['REPLAY-3', 'CONFLICT-1', 'CONFLICT-5', 'CONFLICT-7', 'STORM-1', 'STORM-2', 'STORM-4', 'STORM-6'],
      ...['LOST-1', 'LOST-6', 'LOST-7'],
    ],
    applies: refusesOtherBodies,
    deviation: (correct) => afterConflict(correct, () => null),
  },
  {
    name: 'conflict-bans-body',
    sentence: 'A body that was refused as a conflict is refused under every other key, too.',
    kind: 'fault',
    breaks: ['CONFLICT-11'],
    applies: refusesOtherBodies,
    deviation: (correct, { key }) => {
      const banned = new Set<string>();
      const nameOf = ({ scope, value }: KeyedRequest) => `${scope} ${canonical(key.without(value))}`;
      return {
        onConflict: (encounter) => {
          banned.add(nameOf(encounter.request));
          return correct.onConflict(encounter);
        },
        find: (records, request, resources) => {
          const entry = correct.find(records, request, resources);
          if (entry !== null || !banned.has(nameOf(request))) return entry;
          return { binding: { fingerprint: '', id: '', at: request.at }, serial: 0, uses: 0, busy: null };
        },
      };
    },
  },
  {
    name: 'refused-body-binds',
    sentence: 'A body that validation refuses binds its key, so that the corrected body is a conflict.',
    kind: 'fault',
    breaks: ['REJECT-3'],
    applies: refusesOtherBodies,
    deviation: (correct) => ({
      onInvalid: (request, records) => {
        const key = correct.keyOf(request);
        const scope = correct.scopeOf(request);
        if (key === null || records.get(scope, key)) return;
        records.keep(scope, key, { fingerprint: correct.fingerprintOf(request), id: '', at: request.at });
      },
    }),
  },
];

/** Finds another record for a key that has met a conflict. */
function afterConflict(
  correct: Behaviour,
  instead: (entry: Entry, request: KeyedRequest) => Entry | null,
): Partial<Behaviour> {
  const met = new Set<Entry>();
  return {
    onConflict: (encounter) => {
      met.add(encounter.entry);
      return correct.onConflict(encounter);
    },
    find: (records, request, resources) => {
      const entry = correct.find(records, request, resources);
      return entry !== null && met.has(entry) ? instead(entry, request) : entry;
    },
  };
}
