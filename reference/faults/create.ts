/** Faults of creating: writes that should, or should not, make a resource of their own. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import { idPointer } from '../../contracts/ids.js';
import { at } from '../../contracts/pointer.js';
import type { Behaviour, Rendering } from '../server/behaviour.js';
import { canonical, without } from '../server/canonical.js';
import { drop } from '../server/put.js';
import type { Resource } from '../server/resource.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import {
  all,
  answersRepeats,
  bodiesAreJson,
  contractHas,
  keyInBody,
  keyIsOptional,
  type Member,
  resourceMembers,
} from './where.js';

/** Equal requests without a key are separate by the contract. */
const separatesKeyless = all(
  keyIsOptional,
  contractHas(({ key }) => key.keyless === 'separate'),
);

export const createFaults: Fault[] = [
  {
    name: 'never-replays',
    sentence: 'Every request makes a resource.',
    kind: 'fault',
    breaks: ['REPLAY-1', 'REPLAY-3'],
    follows: [
      ...['CREATE-5', 'REPLAY-2', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'REPLAY-7', 'REPLAY-15', 'REPLAY-8', 'HEADER-2'],
      ...['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-4', 'CONFLICT-5', 'CONFLICT-6', 'CONFLICT-7'],
      ...['STORM-1', 'STORM-2', 'STORM-4', 'STORM-6', 'STORM-7', 'STORM-9'],
      ...['LOST-1', 'LOST-2', 'LOST-3', 'LOST-5', 'LOST-6', 'LOST-7', 'RETENTION-1', 'RETENTION-2', 'RETENTION-3'],
    ],
    deviation: () => ({ keyOf: () => null }),
  },
  {
    name: 'keyless-joined',
    sentence: 'Without a key, identical bodies are joined to one resource.',
    kind: 'fault',
    breaks: ['CREATE-1'],
    follows: ['CREATE-2', 'STORM-10', 'HEADER-1'],
    applies: separatesKeyless,
    deviation: (correct, { key }) => ({
      keyOf: (request) => correct.keyOf(request) ?? canonical(key.without(request.value)),
    }),
  },
  {
    name: 'keyless-joined-in-another-shape',
    sentence:
      'Without a key, identical bodies are joined, and the second is answered with the resource in another member.',
    kind: 'fault',
    breaks: ['CREATE-1'],
    follows: ['CREATE-2', 'STORM-10', 'HEADER-1'],
    applies: separatesKeyless,
    deviation: (correct, { key }) => {
      const joined = new Set<Resource['id']>();
      return {
        keyOf: (request) => correct.keyOf(request) ?? `without a key: ${canonical(key.without(request.value))}`,
        onReplay: ({ request, entry, resources }) => {
          const id = resources.get(entry.binding.id)?.id;
          if (id !== undefined && request.key.startsWith('without a key: ')) joined.add(id);
          return null;
        },
        present: (resource, view, now) => {
          const shown = correct.present(resource, view, now);
          return view === 'replayed' && joined.has(resource.id) ? { cached: true, data: shown } : shown;
        },
      };
    },
  },
  {
    name: 'null-keys-joined',
    sentence: 'A null key is taken for a key: identical bodies with it are joined to one resource.',
    kind: 'fault',
    breaks: ['CREATE-2'],
    follows: ['HEADER-1'],
    applies: all(keyInBody, bodiesAreJson, separatesKeyless),
    deviation: (correct, { key }) => ({
      keyOf: (request) =>
        at(request.value, key.pointer ?? '') === null ? `null ${canonical(request.value)}` : correct.keyOf(request),
    }),
  },
  {
    name: 'same-body-joined-within-a-second',
    sentence: 'A body that came within the last second is joined to its resource, whatever its key.',
    kind: 'fault',
    breaks: ['CREATE-3'],
    // A key that was joined is bound to nothing: later it makes a resource of its own.
    follows: ['KEY-2', 'RETENTION-1', 'RETENTION-2'],
    deviation: (correct, { key: place }) => {
      const recent = new Map<string, { key: string; at: number }>();
      return {
        fingerprintOf: ({ value }) => canonical(place.without(value)),
        find: (records, request, resources) => {
          const { scope, key, fingerprint, at } = request;
          const own = correct.find(records, request, resources);
          const twin = recent.get(`${scope} ${fingerprint}`);
          if (own === null && twin !== undefined && at - twin.at < 1000) return records.get(scope, twin.key);
          if (own === null) recent.set(`${scope} ${fingerprint}`, { key, at });
          return own;
        },
      };
    },
  },
  {
    name: 'success-without-required-member',
    sentence: 'A success lacks a member that the schema requires.',
    kind: 'fault',
    breaks: ['CREATE-4'],
    applies: all(answersRepeats, (loaded) => requiredBesideId(loaded) !== undefined),
    deviation: (correct, world) => {
      const name = requiredBesideId(world)?.name ?? '';
      return {
        present: (resource, view, now) => {
          const shown = correct.present(resource, view, now);
          return view === 'read' ? shown : without(shown, name);
        },
      };
    },
  },
  replay('replay-without-id', 'A replay has no id.', (body, { contract }) =>
    json(drop(body, idPointer(contract.create.id) ?? '')),
  ),
  replay('replay-wrapped', 'A replay is wrapped in one more member.', (body) => json({ wrapped: body })),
  replay('replay-empty', 'A replay has an empty body.', () => ({ contentType: 'application/json', text: '' })),
  replay('replay-204', 'A replay is answered with 204.', () => ({ contentType: 'application/json', text: '' }), {
    statusOf: (view) => (view === 'replayed' ? 204 : 200),
  }),
  replay('replay-as-text', 'A replay is the id alone, as plain text.', (body, { contract }) => ({
    contentType: 'text/plain; charset=utf-8',
    text: String(at(body, idPointer(contract.create.id) ?? '')),
  })),
];

function requiredBesideId(loaded: Parameters<typeof resourceMembers>[0]): Member | undefined {
  const id = idPointer(loaded.contract.create.id) ?? '';
  return resourceMembers(loaded).find(
    ({ required, pointer }) => required && pointer !== id && !id.startsWith(`${pointer}/`),
  );
}

function json(body: Json): Rendering {
  return { contentType: 'application/json', text: JSON.stringify(body) };
}

/** A replay that a client cannot read. */
function replay(
  name: string,
  sentence: string,
  render: (body: JsonObject, world: World) => Rendering,
  more: Partial<Behaviour> = {},
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CREATE-4'],
    // In a storm, where others are answered with the resource.
    follows: ['STORM-3'],
    applies: all(
      answersRepeats,
      contractHas(({ create }) => (idPointer(create.id) ?? '') !== ''),
    ),
    deviation: (correct, world) => ({
      renderSuccess: (body, view) =>
        view === 'replayed' ? render(body as JsonObject, world) : correct.renderSuccess(body, view),
      ...more,
    }),
  };
}
