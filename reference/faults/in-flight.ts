/** Faults that show while the first request is still at work: how its duplicates, and others, are answered meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { at as valueAt } from '../../contracts/pointer.js';
import { isToldByStatus } from '../../contracts/refusals.js';
import type { Behaviour, KeyedRequest } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import { refusal } from '../server/problem.js';
import type { Entry } from '../server/records.js';
import { isTerminal, phaseOf } from '../server/resource.js';
import type { World } from '../server/world.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import { answersRepeats, conflictsStandOut, contractHas, keyIsOptional } from './where.js';

const refusesInFlight = contractHas(({ inFlight }) => inFlight !== null);

export const inFlightFaults: Fault[] = [
  {
    ...inFlight('in-flight-conflict', 'A duplicate in flight gets a conflict.', ['STORM-3'], ({ problems }) => ({
      inFlight: () => problems.conflict(),
    })),
    applies: conflictsStandOut,
  },
  {
    ...inFlight(
      'in-flight-waits-for-conflict',
      'A duplicate in flight waits, and gets a conflict.',
      ['STORM-3'],
      ({ problems }) => ({
        inFlight: async ({ entry }) => {
          await entry.busy;
          return problems.conflict();
        },
      }),
    ),
    applies: conflictsStandOut,
  },
  {
    ...inFlight('in-flight-202-without-id', 'A duplicate in flight gets a 202 without a resource.', ['STORM-3'], {}),
    applies: contractHas(
      ({ inFlight }) => inFlight === null || !isToldByStatus(inFlight) || !inFlight.statuses.includes(202),
    ),
    deviation: (correct) => ({
      work: () => sleep(20),
      inFlight: () => accepted,
      renderProblem: (envelope, problem) =>
        problem === accepted
          ? { contentType: 'application/json', text: '{"status":"in_progress"}' }
          : correct.renderProblem(envelope, problem),
    }),
  },
  inFlight('duplicate-locks', 'A duplicate in flight locks its key forever.', ['LOST-4'], {
    inFlight: ({ entry }) => {
      entry.busy = new Promise(() => {});
      return null;
    },
  }),
  {
    ...inFlight(
      'in-flight-refusal-is-kept',
      'A refusal in flight becomes the answer of its key.',
      ['STORM-3', 'LOST-4'],
      ({ problems }) => ({
        inFlight: ({ entry }) => {
          entry.busy = new Promise(() => {});
          return problems.inFlight();
        },
      }),
    ),
    // Without such a refusal in the contract, the answer does not ask to come again.
    unless: { 'LOST-4': not(refusesInFlight) },
  },
  {
    name: 'keys-joined-within-2ms',
    sentence:
      'Requests of one credential that come within 2 ms with strings of one length are joined, whatever their key.',
    kind: 'fault',
    timing: true,
    breaks: ['STORM-5'],
    // A key that was joined is bound to nothing: later it makes a resource of its own.
    follows: [
      ...[
        'CREATE-3',
        'CREATE-5',
        'KEY-2',
        'KEY-5',
        'REPLAY-1',
        'REPLAY-5',
        'REPLAY-7',
        'REPLAY-15',
        'STORM-1',
        'STORM-4',
      ],
      ...['STORM-6', 'CONFLICT-1', 'CONFLICT-7', 'RETENTION-1', 'RETENTION-2'],
    ],
    deviation: (correct, { contract: { create }, key: place }) => {
      const latest = new Map<string, string>();
      const textOf = (value: KeyedRequest['value']) =>
        String((create.nonce === null ? undefined : valueAt(value, create.nonce)) ?? canonical(place.without(value)));
      const groupOf = ({ scope, value }: KeyedRequest) => `${scope} ${textOf(value).length}`;
      return {
        find: (records, request, resources) => {
          const { scope, key, fingerprint, at } = request;
          const own = correct.find(records, request, resources);
          const entry = records.get(scope, latest.get(groupOf(request)) ?? '');
          if (own !== null) return own;
          if (entry && at - entry.binding.at < 2) return { ...entry, binding: { ...entry.binding, fingerprint } };
          latest.set(groupOf(request), key);
          return null;
        },
      };
    },
  },
  {
    name: 'keyless-joined-in-flight',
    sentence: 'Without a key, identical bodies are joined while the first is at work.',
    kind: 'fault',
    timing: true,
    breaks: ['STORM-10'],
    follows: ['CREATE-1', 'HEADER-1'],
    applies: keyIsOptional,
    deviation: (correct) => ({
      work: () => sleep(20),
      keyOf: (request) => correct.keyOf(request) ?? `none ${canonical(request.value)}`,
      find: (records, request, resources) => {
        const entry = correct.find(records, request, resources);
        return correct.keyOf(request) === null && !entry?.busy ? null : entry;
      },
    }),
  },
  {
    name: 'loser-takes-over',
    sentence: 'The loser of a race is answered with the winner’s resource, makes one, and puts it into the record.',
    kind: 'fault',
    timing: true,
    breaks: ['STORM-6'],
    follows: ['REPLAY-3', 'STORM-1', 'STORM-2', 'STORM-4', 'STORM-7', 'LOST-1', 'LOST-3', 'RETENTION-1'],
    applies: answersRepeats,
    deviation: () => {
      const winners = new Map<Entry, string>();
      return {
        beforeEffect: () => sleep(5),
        onCollision: ({ create, entry }) => {
          const id = winners.get(entry) ?? entry.binding.id;
          winners.set(entry, id);
          entry.binding = { ...entry.binding, id: String(create().id) };
          return { kind: 'replayed', id };
        },
      };
    },
  },
  {
    name: 'held-back-not-recorded',
    sentence: 'An answer that a header of the request holds back is recorded only when it goes out.',
    kind: 'fault',
    breaks: ['STORM-9'],
    follows: ['STORM-2'],
    applies: contractHas(({ create }) => create.lengthen !== null),
    deviation: (correct, { contract: { create } }) => {
      const names = Object.keys(create.lengthen ?? {}).map((name) => name.toLowerCase());
      return {
        find: (records, request, resources) => {
          const entry = correct.find(records, request, resources);
          const resource = entry && resources.get(entry.binding.id);
          const unfinished = resource && !isTerminal(phaseOf(resource, request.at));
          return unfinished && names.some((name) => request.headers[name] !== undefined) ? null : entry;
        },
      };
    },
  },
  {
    name: 'in-flight-held-back',
    sentence: 'A duplicate in flight waits for the first answer, although such duplicates are refused.',
    kind: 'fault',
    breaks: ['STORM-11'],
    applies: contractHas(({ inFlight }) => inFlight?.policy === 'refuse'),
    deviation: () => ({ work: () => sleep(200), inFlight: () => null }),
  },
  {
    name: 'in-flight-not-held-back',
    sentence: 'A duplicate in flight is refused, although such duplicates wait.',
    kind: 'fault',
    breaks: ['STORM-11'],
    applies: contractHas(({ inFlight }) => inFlight?.policy === 'wait'),
    deviation: (_correct, { problems }) => ({ work: () => sleep(200), inFlight: () => problems.inFlight() }),
  },
];

const accepted = refusal(202, 'in_progress', 'In progress.');

function inFlight(
  name: string,
  sentence: string,
  breaks: string[],
  deviation: Partial<Behaviour> | ((world: World) => Partial<Behaviour>),
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    // A request that was hung up on is in flight, too.
    follows: ['STORM-3', 'CREATE-4', 'LOST-1', 'LOST-3', 'LOST-4', 'LOST-6'].filter((id) => !breaks.includes(id)),
    timing: true,
    deviation: (_correct, world) => ({
      work: () => sleep(20),
      ...(typeof deviation === 'function' ? deviation(world) : deviation),
    }),
  };
}
