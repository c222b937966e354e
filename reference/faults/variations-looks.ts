/** What a correct server is free to do in its answers: statuses, members and how they are written. */

import type { Json, JsonObject } from '../../contracts/contract.js';
import { idPointer } from '../../contracts/ids.js';
import type { LoadedContract } from '../../contracts/load.js';
import { at, parsePointer } from '../../contracts/pointer.js';
import type { Behaviour } from '../server/behaviour.js';
import { rebuilt } from '../server/canonical.js';
import { Envelopes } from '../server/envelopes.js';
import { idMaker } from '../server/ids.js';
import { kindPointer, pointerOf } from '../server/presenter.js';
import { problemsOf } from '../server/problems.js';
import { put, putAll } from '../server/put.js';
import type { World } from '../server/world.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import { isChoice, type Place, placesIn } from './places.js';
import { variation } from './variation.js';
import {
  all,
  answersRepeats,
  branchesOf,
  contractHas,
  hasType,
  refusesOtherBodies,
  resourceAt,
  resourceMembers,
} from './where.js';

const marksReplays = contractHas(({ replay }) => replay.marker !== null);
const hasStatus = contractHas(({ status }) => status !== null);

/** A list and webhooks take the id from the resource as it is shown. */
const showsIdsInResources = contractHas(({ create, effects, webhooks }) => {
  const id = idPointer(create.id);
  if (id === null) return false;
  const inList = effects.list === null || id.endsWith(effects.list.id);
  return inList && (webhooks === null || (webhooks.resource !== id && webhooks.resource.endsWith(id)));
});

export const lookVariations: Fault[] = [
  answeredWith('success-201', 'Every success is a 201.', 201, 201),
  answeredWith('success-202', 'Every success is a 202.', 202, 202),
  answeredWith('success-201-then-200', 'A new resource is a 201, a replay a 200.', 201, 200),
  answeredWith('success-202-then-200', 'A new resource is a 202, a replay a 200.', 202, 200),
  variation(
    'replay-marked',
    'A replay has the header Idempotent-Replayed.',
    () => ({
      headersOf: (view): Record<string, string> => (view === 'replayed' ? { 'idempotent-replayed': 'true' } : {}),
    }),
    all(answersRepeats, not(marksReplays)),
  ),
  variation(
    'replay-snapshot',
    'A replay shows the resource as it was when it was made.',
    (_correct, { presenter }) => ({
      present: (resource, view, now) => presenter.show(resource, view === 'replayed' ? resource.createdAt : now),
    }),
    all(answersRepeats, hasStatus),
  ),
  variation(
    'replay-live',
    'A replay shows the resource as it is now.',
    (_correct, { presenter }) => ({ present: (resource, _view, now) => presenter.show(resource, now) }),
    all(answersRepeats, hasStatus),
  ),
  variation(
    'optional-left-out',
    'A resource has no members but those that it must have.',
    shownAs((shown, world) => {
      const needed = neededNames(world);
      return Object.fromEntries(Object.entries(shown).filter(([name]) => needed.has(name)));
    }),
    (loaded) => resourceMembers(loaded).some(({ name }) => !neededNames(loaded).has(name)),
  ),
  variation(
    'extra-members',
    'A resource has members that are not documented.',
    (correct) => ({
      present: (resource, view, now) => ({
        ...correct.present(resource, view, now),
        replayed: view === 'replayed',
        trace: [view, now],
      }),
    }),
    ({ schemas: { resourceSchema } }) =>
      branchesOf(resourceSchema ?? {}).every(
        (one) => one.additionalProperties !== false && one.unevaluatedProperties !== false,
      ),
  ),
  variation(
    'optional-null',
    'All members of a resource that may be null are null.',
    shownAs((shown, world) => ({ ...shown, ...Object.fromEntries(nullable(world).map((name) => [name, null])) })),
    (loaded) => nullable(loaded).length > 0,
  ),
  variation(
    'timestamps-in-seconds',
    'Timestamps end with Z and have whole seconds.',
    shownAs((shown, world) => {
      const pointers = new Set(times(world).map(({ path }) => path.join()));
      const isTime = (value: Json, path: string[]) => typeof value === 'string' && pointers.has(path.join());
      return rebuilt(shown, (value, path) => (isTime(value, path) ? inSeconds(String(value)) : value)) as JsonObject;
    }),
    (loaded) => times(loaded).length > 0,
  ),
  variation(
    'ids-in-lower-case',
    'Ids of resources are in lower case.',
    (correct, world) => ({
      present: (resource, view, now) => {
        const shown = correct.present(resource, view, now);
        const pointer = pointerOf(resource, world.contract) ?? '';
        return put(shown, pointer, String(at(shown, pointer)).toLowerCase()) as JsonObject;
      },
    }),
    all(answersRepeats, takesLowerCase, showsIdsInResources),
  ),
  variation(
    'input-empty',
    'A resource does not echo its request.',
    () => ({ echoOf: () => ({}) }),
    (loaded) => {
      const { echo } = loaded.contract.create;
      return echo !== null && resourceAt(loaded, echo).every(({ required = [] }) => (required as Json[]).length === 0);
    },
  ),
  conflictForm('conflict-in-first-form', 'A conflict has the first of the forms that the error schema accepts.', 0),
  conflictForm('conflict-in-last-form', 'A conflict has the last of the forms that the error schema accepts.', -1),
];

function answeredWith(name: string, sentence: string, created: number, replayed: number): Fault {
  return variation(
    name,
    sentence,
    () => ({ statusOf: (view) => (view === 'created' ? created : replayed) }),
    contractHas(
      ({ create, replay }) =>
        create.success.includes(created) && (replay.kind === 'refusal' || replay.statuses.includes(replayed)),
    ),
  );
}

/** Resources that look otherwise, where the contract's schema accepts that. */
function shownAs(change: (shown: JsonObject, world: World) => JsonObject) {
  return (correct: Behaviour, world: World): Partial<Behaviour> => ({
    present: (...call) => {
      const shown = correct.present(...call);
      const changed = change(shown, world);
      return world.schemas.resource === null || world.schemas.resource(changed) ? changed : shown;
    },
  });
}

/** Members at the top of a success that are required, or that the contract reads. */
function neededNames(loaded: LoadedContract): Set<string> {
  const { create, status, otherEndpoints } = loaded.contract;
  const required = resourceMembers(loaded).flatMap((member) => (member.required ? [member.name] : []));
  const ids = [create, ...otherEndpoints].map(({ id }) => idPointer(id));
  const read = [...ids, kindPointer(loaded), status?.pointer ?? null];
  return new Set([...required, ...read.flatMap((pointer) => parsePointer(pointer ?? '').slice(0, 1))]);
}

function nullable(loaded: LoadedContract): string[] {
  const needed = neededNames(loaded);
  const members = resourceMembers(loaded).filter((member) => hasType(member, 'null') && !needed.has(member.name));
  return members.map(({ name }) => name);
}

function times({ schemas: { resourceSchema } }: LoadedContract): Place[] {
  if (resourceSchema === null) return [];
  return placesIn(resourceSchema).filter(({ schemas }) =>
    schemas.some((one) => one.format === 'date-time' && !('pattern' in one)),
  );
}

function inSeconds(timestamp: string): string {
  const time = Date.parse(timestamp);
  return Number.isNaN(time) ? timestamp : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Whether the schema accepts ids of ours in lower case. */
function takesLowerCase(loaded: LoadedContract): boolean {
  const pointer = idPointer(loaded.contract.create.id);
  const schemas = pointer === null ? [] : resourceAt(loaded, pointer);
  const id = idMaker(schemas, loaded.contract.resource)();
  if (typeof id !== 'string' || id === id.toLowerCase()) return false;
  const takes = ({ pattern }: JsonObject) =>
    typeof pattern !== 'string' || new RegExp(pattern, 'u').test(id.toLowerCase());
  return schemas.every(takes);
}

function conflictForm(name: string, sentence: string, place: number): Fault {
  return variation(
    name,
    sentence,
    (correct, world) => {
      const form = formsOfConflict(world).at(place) ?? [];
      return {
        renderProblem: (envelope, problem) => {
          const isConflict = problem.name === world.problems.conflict().name;
          return correct.renderProblem(isConflict ? (putAll(envelope, form) as JsonObject) : envelope, problem);
        },
      };
    },
    all(refusesOtherBodies, (loaded) => formsOfConflict(loaded).length > 1),
  );
}

/** What members of a conflict may be that hold one of a few values, as far as the error schema leaves a choice. */
function formsOfConflict(loaded: LoadedContract): [pointer: string, value: Json][][] {
  const { errorSchema } = loaded.schemas;
  if (errorSchema === null) return [];
  const pointers = placesIn(errorSchema).flatMap((one) => (isChoice(one, loaded) ? [one.pointer] : []));
  const bodies = new Envelopes(loaded).candidates(problemsOf(loaded.contract).conflict());
  const forms = bodies.map((body) =>
    pointers.flatMap((pointer): [string, Json][] => {
      const value = at(body, pointer);
      return value === undefined ? [] : [[pointer, value]];
    }),
  );
  return [...new Map(forms.map((form) => [JSON.stringify(form), form])).entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, form]) => form);
}
