/** Faults of conflicts: how another body under the same key is answered. */
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import { formatPointer, parsePointer } from '../../contracts/pointer.js';
import type { Behaviour, Encounter, Rendering } from '../server/behaviour.js';
import { newRequestId } from '../server/ids.js';
import { internalError, type Problem } from '../server/problem.js';
import { drop, put } from '../server/put.js';
import type { World } from '../server/world.js';
import { traceFaults } from './conflict-traces.js';
import type { Fault } from './fault.js';
import { rewriteFaults } from './rewrites.js';
import { all, conflictsAsSuccess, contractHas, hasErrorSchema, refusesOtherBodies } from './where.js';

const noErrorSchema = (loaded: LoadedContract) => !hasErrorSchema(loaded);
const noEnvelope = (loaded: LoadedContract) => noErrorSchema(loaded) || conflictsAsSuccess(loaded);
const namesRequestIds = contractHas(({ errors }) => errors.requestId !== null);
const namesCode = contractHas(({ conflict }) => conflict !== null && conflict.code !== null);
const namesHeader = contractHas(({ conflict }) => conflict !== null && conflict.header !== null);
const replaces = contractHas(({ create }) => create.method === 'PUT' || create.method === 'PATCH');
const statusDecides = (loaded: LoadedContract) => !namesCode(loaded);

export const conflictFaults: Fault[] = [
  answered('conflict-other-status', 'A conflict is answered with another status.', (_encounter, { contract }) => ({
    status: otherStatus(contract),
  })),
  {
    ...answered('conflict-other-code', 'A conflict carries the code duplicate_key.', (_encounter, { contract }) => ({
      code: { pointer: contract.conflict?.code?.pointer ?? '', value: 'duplicate_key' },
    })),
    applies: all(refusesOtherBodies, namesCode),
    // A 409 with an unknown code may mean 'still running': then one that never ends leaves the key stuck.
    // With a status of success, it is one without an id.
    follows: ['STORM-3', 'LOST-4', 'HEADER-2', 'CREATE-4'],
  },
  {
    ...answered('conflict-without-header', 'A conflict lacks the header that tells it from other refusals.', () => ({
      headers: {},
    })),
    applies: all(refusesOtherBodies, namesHeader),
  },
  {
    name: 'other-body-replaces',
    sentence: 'Another body under a key takes the place of the first one, as if there were no key.',
    kind: 'fault',
    breaks: ['CONFLICT-3'],
    follows: ['KEY-5', 'CONFLICT-4', 'CONFLICT-7', 'STORM-4', 'STORM-6', 'LOST-6', 'LOST-7'],
    applies: all(refusesOtherBodies, replaces),
    deviation: (correct) => ({
      rules: { ...correct.rules, compares: false },
      onReplay: ({ entry, resources, request }) => {
        const resource = resources.get(entry.binding.id);
        if (resource !== undefined) resource.request = correct.echoOf(request.value);
        return null;
      },
    }),
  },
  {
    ...answered('conflict-as-500', 'A conflict is answered with 500.', () => ({
      ...internalError(),
      code: null,
    })),
    // KEY-3: blank keys are the same in all plans, so that nothing shows who holds them.
    follows: ['KEY-3', 'CONFLICT-7', 'STORM-3', 'STORM-4', 'LOST-6', 'HEADER-2'],
  },
  {
    ...rendered('conflict-flat', 'A conflict is not wrapped in the error envelope.', (envelope, { schemas }) =>
      json(envelope[wrapperOf(schemas.errorSchema) ?? ''] ?? {}),
    ),
    applies: all(refusesOtherBodies, ({ schemas }) => wrapperOf(schemas.errorSchema) !== null),
  },
  rendered('conflict-as-html', 'A conflict is answered with an HTML page.', () => ({
    contentType: 'text/html; charset=utf-8',
    text: '<!doctype html><title>Conflict</title><h1>Conflict</h1>',
  })),
  {
    ...rendered('conflict-without-request-id', 'A conflict carries no request id.', (envelope, { contract }) =>
      json(drop(envelope, contract.errors.requestId?.pointer ?? '')),
    ),
    breaks: ['CONFLICT-2', 'ENVELOPE-1'],
    applies: all(refusesOtherBodies, requiresRequestId),
    follows: ['CONFLICT-9'],
  },
  {
    ...answered(
      'conflict-shows-first-resource',
      'A conflict shows the resource of the first body.',
      ({ entry, resources, request }, { presenter, contract }) => {
        const resource = resources.get(entry.binding.id);
        const shown = resource && { ...presenter.show(resource, request.at), request: resource.request };
        return shown ? { members: { [besideCode(contract, 'existing')]: shown } } : {};
      },
    ),
    breaks: ['CONFLICT-8'],
  },
  renamed('request-id-constant', 'Every answer has the same request id.', () => 0),
  renamed('request-id-each-second', 'All answers of a second have the same request id.', () =>
    Math.floor(Date.now() / 1000),
  ),
  {
    ...rendered(
      'conflict-other-request-id',
      'The request id in a conflict is not that of the header.',
      (envelope, { contract }) => json(put(envelope, contract.errors.requestId?.pointer ?? '', newRequestId())),
    ),
    breaks: ['CONFLICT-9'],
    applies: all(refusesOtherBodies, namesRequestIds),
  },
  ...traceFaults,
  ...rewriteFaults,
];

function json(body: Json): Rendering {
  return { contentType: 'application/json', text: JSON.stringify(body) };
}

/** A refusal that is neither a conflict by its status nor in flight. */
function otherStatus({ conflict, inFlight }: Contract): number {
  const taken = [...(conflict?.statuses ?? []), ...(inFlight?.statuses ?? [])];
  return [422, 400, 403].find((status) => !taken.includes(status)) ?? 418;
}

/** A member of the error, where its code and its message stand. */
function besideCode({ conflict, errors }: Contract, name: string): string {
  const pointer = conflict?.code?.pointer ?? errors.requestId?.pointer ?? '';
  return formatPointer([...parsePointer(pointer).slice(0, -1), name]);
}

/** The one member that an error schema requires, in which all others stand. */
function wrapperOf(schema: JsonObject | null): string | null {
  const required = schema?.required;
  return Array.isArray(required) && required.length === 1 ? String(required[0]) : null;
}

/** Whether an error without its request id is not valid. */
function requiresRequestId(loaded: LoadedContract): boolean {
  const { contract, schemas } = loaded;
  const pointer = contract.errors.requestId?.pointer;
  if (pointer === undefined || schemas.errorSchema === null) return false;
  const text = JSON.stringify(schemas.errorSchema);
  return text.includes('"required"') && text.includes(JSON.stringify(parsePointer(pointer).at(-1)));
}

function answered(
  name: string,
  sentence: string,
  change: (encounter: Encounter, world: World) => Partial<Problem>,
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CONFLICT-1'],
    applies: refusesOtherBodies,
    deviation: (correct, world) => ({
      onConflict: (encounter) => ({ ...correct.onConflict(encounter), ...change(encounter, world) }),
    }),
  };
}

function rendered(name: string, sentence: string, render: (envelope: JsonObject, world: World) => Rendering): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CONFLICT-1', 'CONFLICT-2', 'ENVELOPE-1'],
    unless: { 'CONFLICT-1': statusDecides, 'CONFLICT-2': noErrorSchema, 'ENVELOPE-1': noEnvelope },
    applies: refusesOtherBodies,
    deviation: (correct, world) => ({
      renderProblem: (envelope, problem) =>
        problem.name === world.problems.conflict().name
          ? render(envelope, world)
          : correct.renderProblem(envelope, problem),
    }),
  };
}

/** A new request id only when the number given is another one. */
function renamed(name: string, sentence: string, moment: () => number): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CONFLICT-9'],
    applies: all(refusesOtherBodies, namesRequestIds),
    deviation: (correct: Behaviour) => {
      let known = { moment: Number.NaN, id: '' };
      return {
        newRequestId: () => {
          const now = moment();
          if (known.moment !== now) known = { moment: now, id: correct.newRequestId() };
          return known.id;
        },
      };
    },
  };
}
