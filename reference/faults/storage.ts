/** Faults of the store that show in sequence: records that come late, or go. */
import type { KeyedRequest } from '../server/behaviour.js';
import type { Entry, Records } from '../server/records.js';
import { isTerminal, phaseOf } from '../server/resource.js';
import type { Resources } from '../server/resources.js';
import type { Fault } from './fault.js';
import { isTextBeyond, somewhere } from './places.js';
import { contractHas, showsEffects } from './where.js';

/** Seconds for which a key must be remembered at least, for one that is forgotten within a run to be a fault. */
const RUN = 60;

const remembersKeys = contractHas(({ retention }) => retention.atLeast !== null && retention.atLeast >= RUN);

/** A key that is forgotten makes a second resource wherever a key is repeated, and in whatever chapter that is. */
function wherever(breaks: string[]): string[] {
  const repeated = [
    ...[
      'CREATE-5',
      'KEY-5',
      'REPLAY-1',
      'REPLAY-2',
      'REPLAY-3',
      'REPLAY-4',
      'REPLAY-5',
      'REPLAY-6',
      'REPLAY-7',
      'REPLAY-15',
    ],
    ...['REPLAY-8', 'CONFLICT-1', 'CONFLICT-5', 'CONFLICT-6', 'CONFLICT-7', 'HEADER-2', 'WEBHOOK-1'],
    ...['RETENTION-1', 'RETENTION-2', 'RETENTION-3'],
    ...['STORM-1', 'STORM-2', 'STORM-3', 'STORM-4', 'STORM-6', 'STORM-7', 'STORM-9'],
    ...['LOST-1', 'LOST-2', 'LOST-3', 'LOST-6', 'LOST-7'],
  ];
  return repeated.filter((id) => !breaks.includes(id));
}

export const storageFaults: Fault[] = [
  misses('forgets-after-five-uses', 'A key is forgotten after its fifth use.', ['REPLAY-4'], ({ uses }) => uses >= 5),
  {
    ...misses(
      'record-30ms-late',
      'A record is not seen for its first 30 ms.',
      ['REPLAY-5'],
      ({ binding }, { at }) => at - binding.at < 30,
    ),
    timing: true,
  },
  remembers('forgets-after-4-keys', 'Only the last four keys are remembered.', 4, ['CREATE-5']),
  {
    ...remembers('forgets-after-100-keys', 'Only the last hundred keys are remembered.', 100),
    applies: remembersKeys,
    timing: true,
  },
  { ...remembers('forgets-after-500-keys', 'Only the last 500 keys are remembered.', 500), applies: remembersKeys },
  {
    ...remembers('forgets-after-1000-keys', 'Only the last thousand keys are remembered.', 1000),
    applies: remembersKeys,
  },
  {
    ...misses(
      'forgets-oldest-tenth',
      'The oldest tenth of all keys is forgotten.',
      ['RETENTION-1'],
      ({ serial }, _request, { newest }) => serial <= newest / 10,
    ),
    applies: remembersKeys,
  },
  {
    ...misses(
      'forgets-once-terminal',
      'A key is forgotten once its resource has ended.',
      ['REPLAY-8'],
      ({ binding }, { at }, _records, resources) => {
        const resource = resources.get(binding.id);
        return resource !== undefined && isTerminal(phaseOf(resource, at));
      },
    ),
    applies: contractHas(({ status, get }) => status !== null && get !== null),
    timing: true,
  },
  {
    ...misses(
      'forgets-bodies-above-20-kilobytes',
      'No key is remembered whose body has more than 20 kB.',
      ['REPLAY-1'],
      (_entry, { bytes }) => bytes.length > 20 * 1024,
    ),
    follows: [...wherever(['REPLAY-1']), 'CONFLICT-3'],
    applies: somewhere(isTextBeyond(20 * 1024)),
  },
  {
    name: 'one-replay-in-a-hundred-creates',
    sentence: 'One replay in a hundred makes another resource.',
    kind: 'fault',
    breaks: ['REPLAY-3'],
    follows: wherever(['REPLAY-3']),
    applies: showsEffects,
    timing: true,
    deviation: (correct) => {
      let replays = 0;
      return {
        find: (records, request, resources) => {
          const entry = correct.find(records, request, resources);
          if (entry !== null) replays += 1;
          return replays > 0 && replays % 100 === 0 ? null : entry;
        },
      };
    },
  },
  {
    name: 'forgets-after-1s',
    sentence: 'A key is forgotten after a second.',
    kind: 'fault',
    timing: true,
    breaks: ['RETENTION-1'],
    follows: wherever(['RETENTION-1']),
    applies: remembersKeys,
    deviation: (correct) => ({ rules: { ...correct.rules, retentionMs: 1000 } }),
  },
  {
    name: 'records-per-connection',
    sentence: 'Each connection has records of its own.',
    kind: 'fault',
    timing: true,
    breaks: ['REPLAY-6'],
    follows: wherever(['REPLAY-6']),
    deviation: (correct) => {
      const numbers = new WeakMap<object, number>();
      let connections = 0;
      return {
        scopeOf: (request) => {
          if (!numbers.has(request.connection)) numbers.set(request.connection, ++connections);
          return `${correct.scopeOf(request)} ${numbers.get(request.connection)}`;
        },
      };
    },
  },
  {
    name: 'records-per-replica',
    sentence: 'Each replica of the backend has records of its own.',
    kind: 'fault',
    timing: true,
    breaks: ['REPLAY-6', 'STORM-7'],
    follows: ['REPLAY-3', 'STORM-2', 'LOST-1', 'LOST-3'],
    deviation: (correct) => ({ scopeOf: (request) => `${correct.scopeOf(request)} ${request.port}` }),
  },
];

/** A cache that holds so many keys. */
function remembers(name: string, sentence: string, most: number, breaks = ['RETENTION-2']): Fault {
  return misses(name, sentence, breaks, ({ serial }, _request, { newest }) => newest - serial >= most);
}

/** Look-ups that do not see a record that is there. */
function misses(
  name: string,
  sentence: string,
  breaks: string[],
  missed: (entry: Entry, request: KeyedRequest, records: Records, resources: Resources) => boolean,
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    follows: wherever(breaks),
    deviation: (correct) => ({
      find: (records, request, resources) => {
        const entry = correct.find(records, request, resources);
        return entry && missed(entry, request, records, resources) ? null : entry;
      },
    }),
  };
}
