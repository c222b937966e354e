/** Faults of replays: the right resource, shown wrongly or not at all. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import { at } from '../../contracts/pointer.js';
import type { Behaviour } from '../server/behaviour.js';
import { kindPointer, otherKind } from '../server/presenter.js';
import { internalError, notFound, type Problem, Refusal, refusal } from '../server/problem.js';
import { put } from '../server/put.js';
import { isTerminal, phaseOf, type Resource, timestamp } from '../server/resource.js';
import type { Fault } from './fault.js';
import { all, answersRepeats, contractHas, refusesOtherBodies, showsEffects } from './where.js';

/** What goes wrong besides where repeats are refused. */
const AFTER_REFUSED_REPLAYS = ['REPLAY-7', 'REPLAY-15', 'HEADER-2', 'STORM-3', 'LOST-1', 'LOST-3', 'LOST-4', 'LOST-6'];

const marksReplays = contractHas(({ replay }) => replay.marker !== null);

function keepsHeader(header: string) {
  return all(
    answersRepeats,
    contractHas(({ replay }) => replay.headers?.equal.some((one) => one.toLowerCase() === header) === true),
  );
}

function renewsHeader(header: string) {
  return all(
    answersRepeats,
    contractHas(({ replay }) => replay.headers?.fresh.some((one) => one.toLowerCase() === header) === true),
  );
}

/** Headers of the first answer, each time. */
function remembered(headersOf: Behaviour['resourceHeaders']): Behaviour['resourceHeaders'] {
  const first = new WeakMap<Resource, Record<string, string>>();
  return (resource, view) => {
    const headers = first.get(resource) ?? headersOf(resource, view);
    first.set(resource, headers);
    return headers;
  };
}

export const replayFaults: Fault[] = [
  {
    name: 'replay-without-marker',
    sentence: 'A replay does not carry its marker.',
    kind: 'fault',
    breaks: ['REPLAY-12'],
    applies: marksReplays,
    deviation: () => ({ headersOf: () => ({}) }),
  },
  {
    name: 'first-with-marker',
    sentence: 'A first answer carries the marker of a replay.',
    kind: 'fault',
    breaks: ['REPLAY-12'],
    applies: marksReplays,
    deviation: (correct) => ({ headersOf: (view) => correct.headersOf(view === 'created' ? 'replayed' : view) }),
  },
  {
    name: 'replay-loses-location',
    sentence: 'A replay has no Location.',
    kind: 'fault',
    breaks: ['REPLAY-13'],
    applies: all(
      keepsHeader('location'),
      contractHas(({ get }) => get !== null),
    ),
    deviation: (correct) => ({
      resourceHeaders: (resource, view) => {
        const { location, ...others } = correct.resourceHeaders(resource, view);
        return view === 'replayed' || location === undefined ? others : { location, ...others };
      },
    }),
  },
  {
    name: 'replay-in-another-type',
    sentence: 'A replay is called plain text.',
    kind: 'fault',
    breaks: ['REPLAY-13'],
    applies: keepsHeader('content-type'),
    deviation: (correct) => ({
      renderSuccess: (body, view) => {
        const right = correct.renderSuccess(body, view);
        return view === 'replayed' ? { ...right, contentType: 'text/plain' } : right;
      },
    }),
  },
  {
    name: 'replay-repeats-cookie',
    sentence: 'A replay sets the cookie of the first answer.',
    kind: 'fault',
    breaks: ['REPLAY-14'],
    applies: renewsHeader('set-cookie'),
    deviation: (correct) => ({ resourceHeaders: remembered(correct.resourceHeaders) }),
  },
  {
    name: 'replay-repeats-request-id',
    sentence: 'A replay carries the request id of the first answer.',
    kind: 'fault',
    breaks: ['REPLAY-14'],
    applies: renewsHeader('x-request-id'),
    deviation: (correct) => ({
      resourceHeaders: remembered((resource, view) => ({
        ...correct.resourceHeaders(resource, view),
        'x-request-id': correct.newRequestId(),
      })),
    }),
  },
  changed(
    'replay-changes-immutable-member',
    'A replay shows another value in a member that never changes.',
    'REPLAY-2',
    (loaded) => {
      const { id, immutable } = loaded.contract.create;
      return immutable.find((pointer) => pointer !== id && pointer !== kindPointer(loaded));
    },
  ),
  changed(
    'replay-changes-echo',
    'A replay echoes another body than the one that was sent.',
    'REPLAY-9',
    ({ contract: { create } }) =>
      create.echo === null || create.nonce === null ? undefined : create.echo + create.nonce,
  ),
  {
    name: 'acknowledged-not-found',
    sentence: 'A resource that was acknowledged is not found by GET.',
    kind: 'fault',
    breaks: ['REPLAY-11'],
    applies: contractHas(({ get }) => get !== null),
    deviation: () => ({ gets: () => false }),
  },
  changed(
    'replay-changes-kind',
    'A replay is a resource of another kind.',
    'REPLAY-2',
    (loaded) => loaded.contract.create.immutable.find((pointer) => pointer === kindPointer(loaded)),
    (_value, loaded) => otherKind(loaded),
  ),
  refused('replay-404', 'A replay is answered with 404.', () => notFound('There is no such resource.')),
  refused('replay-425', 'A replay is answered with 425.', () => refusal(425, 'too_early', 'Too early.')),
  refused('replay-500', 'A replay is answered with 500.', internalError),
  refused('replay-already-exists', 'A replay is refused, for the resource exists already.', () =>
    refusal(409, 'already_exists', 'This resource exists already.'),
  ),
  {
    name: 'repeat-refused-as-conflict',
    sentence: 'A repeat is refused as if it were another body.',
    kind: 'fault',
    breaks: ['REPLAY-1'],
    follows: AFTER_REFUSED_REPLAYS,
    applies: all(
      refusesOtherBodies,
      contractHas(({ replay }) => replay.kind === 'refusal'),
    ),
    deviation: (_correct, { problems }) => ({
      onReplay: () => {
        throw new Refusal(problems.conflict());
      },
    }),
  },
  {
    name: 'replay-shows-newest',
    sentence: 'A replay is answered with the newest resource of its credential.',
    kind: 'fault',
    // With nothing in between it is the right one.
    breaks: ['CREATE-5'],
    follows: [
      ...[
        'CREATE-3',
        'KEY-5',
        'REPLAY-1',
        'REPLAY-3',
        'REPLAY-4',
        'REPLAY-5',
        'REPLAY-6',
        'REPLAY-7',
        'REPLAY-15',
        'REPLAY-8',
      ],
      ...['CONFLICT-6', 'HEADER-2', 'STORM-1', 'STORM-5', 'STORM-6', 'STORM-7'],
      ...['LOST-1', 'LOST-2', 'LOST-3', 'LOST-6', 'LOST-7'],
      ...['RETENTION-1', 'RETENTION-2'],
    ],
    deviation: (correct) => ({
      onReplay: ({ request, resources }) => {
        const owner = correct.ownerOf(request.credential);
        const newest = resources.newest((one) => one.owner === owner && one.made === 'create');
        return newest ? { kind: 'replayed', id: String(newest.id) } : null;
      },
    }),
  },
  {
    name: 'replay-makes-orphan',
    sentence: 'Each replay makes a resource, and is answered with the first one.',
    kind: 'fault',
    breaks: ['REPLAY-3'],
    // Where a conflict, a storm or a lost answer came between, it is unknown which of them made it.
    follows: ['CONFLICT-5', 'STORM-2', 'LOST-1', 'LOST-2', 'LOST-3', 'LOST-6', 'LOST-7'],
    applies: showsEffects,
    deviation: () => ({
      onReplay: ({ create }) => {
        create();
        return null;
      },
    }),
  },
  {
    name: 'repeat-starts-work-again',
    sentence: 'A repeat of an accepted write whose work goes on has the work done once more.',
    kind: 'fault',
    breaks: ['REPLAY-3'],
    follows: ['CONFLICT-5', 'STORM-2', 'LOST-1', 'LOST-2', 'LOST-3', 'LOST-6', 'LOST-7'],
    applies: all(
      showsEffects,
      contractHas(({ accepted }) => accepted !== null),
    ),
    deviation: () => ({
      onReplay: ({ entry, resources, request, create }) => {
        const resource = resources.get(entry.binding.id);
        if (resource !== undefined && !isTerminal(phaseOf(resource, request.at))) create();
        return null;
      },
    }),
  },
  {
    name: 'replay-of-canceled-creates',
    sentence: 'A key whose resource was cancelled makes another one.',
    kind: 'fault',
    breaks: ['REPLAY-8'],
    follows: ['REPLAY-3'],
    applies: contractHas(({ cancel, status, get }) => cancel !== null && status !== null && get !== null),
    deviation: (correct) => ({
      find: (records, request, resources) => {
        const entry = correct.find(records, request, resources);
        const resource = entry && resources.get(entry.binding.id);
        return resource && phaseOf(resource, request.at) === 'canceled' ? null : entry;
      },
    }),
  },
];

function refused(name: string, sentence: string, problem: () => Problem): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['REPLAY-1'],
    follows: AFTER_REFUSED_REPLAYS,
    deviation: () => ({
      onReplay: () => {
        throw new Refusal(problem());
      },
    }),
  };
}

/** A replay in which the member that `find` gives has another value. */
function changed(
  name: string,
  sentence: string,
  breaks: string,
  find: (loaded: LoadedContract) => string | undefined,
  change: (value: Json | undefined, loaded: LoadedContract) => Json = altered,
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: [breaks],
    applies: all(answersRepeats, (loaded) => find(loaded) !== undefined),
    deviation: (correct, world) => {
      const pointer = find(world) ?? '';
      return {
        present: (resource, view, now) => {
          const shown = correct.present(resource, view, now);
          if (view !== 'replayed') return shown;
          return put(shown, pointer, change(at(shown, pointer), world)) as JsonObject;
        },
      };
    },
  };
}

/** Another value of the same type: a time that is a second later, a string or a number that is not the same. */
function altered(value: Json | undefined): Json {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return timestamp(time + 1000);
  return typeof value === 'string' ? `${value} (again)` : 'again';
}
