/** Faults of creating: writes that should, or should not, make a task of their own. */
import { canonical, without } from './canonical.js';
import type { Fault } from './fault.js';

export const createFaults: Fault[] = [
  {
    name: 'never-replays',
    sentence: 'Every POST makes a task.',
    kind: 'fault',
    breaks: ['REPLAY-1', 'REPLAY-3'],
    follows: [
      ...['CREATE-5', 'REPLAY-2', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'REPLAY-7', 'REPLAY-8', 'HEADER-2'],
      ...['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-4', 'CONFLICT-5', 'CONFLICT-6', 'CONFLICT-7'],
      ...['STORM-1', 'STORM-2', 'STORM-4', 'STORM-6', 'STORM-7', 'STORM-9'],
      ...['LOST-1', 'LOST-3', 'LOST-5', 'LOST-6', 'LOST-7', 'RETENTION-1', 'RETENTION-2', 'RETENTION-3'],
    ],
    deviation: () => ({ keyOf: () => null }),
  },
  {
    name: 'keyless-joined',
    sentence: 'Without a key, identical bodies are joined to one task.',
    kind: 'fault',
    breaks: ['CREATE-1'],
    follows: ['CREATE-2', 'STORM-10', 'HEADER-1'],
    deviation: (correct) => ({
      keyOf: (request) => correct.keyOf(request) ?? canonical(without(request.value, 'idempotency_key')),
    }),
  },
  {
    name: 'null-keys-joined',
    sentence: 'A null key is taken for a key: identical bodies with it are joined to one task.',
    kind: 'fault',
    breaks: ['CREATE-2'],
    follows: ['HEADER-1'],
    deviation: (correct) => ({
      keyOf: (request) =>
        request.value.idempotency_key === null ? `null ${canonical(request.value)}` : correct.keyOf(request),
    }),
  },
];
