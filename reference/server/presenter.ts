/** How resources look: examples of the contract's resource schema, with what the contract says of them put in. */
import { isDeepStrictEqual } from 'node:util';
import { ownMembers } from '../../contracts/companions.js';
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import { idPointer } from '../../contracts/ids.js';
import type { LoadedContract } from '../../contracts/load.js';
import { at, formatPointer } from '../../contracts/pointer.js';
import { schemasAt } from '../../contracts/schemas.js';
import { examplesOf } from './examples.js';
import { idMaker } from './ids.js';
import { drop, put } from './put.js';
import { type Phase, phaseOf, type Resource, timestamp } from './resource.js';

/** Resources look like the first so many examples, in turn. */
const LOOKS = 8;

export interface Presenter {
  /** A success: the resource as it is at a moment. */
  show(resource: Resource, now: number): JsonObject;
  /** The same as it stands in the list. */
  item(shown: JsonObject, resource: Resource): Json;
  /** What the contract calls a phase. */
  statusOf(phase: Phase): string | null;
}

/** Throws an `Error` where no example is valid. */
export function presenterOf(loaded: LoadedContract): Presenter {
  const { contract } = loaded;
  const { create, status, effects } = contract;
  const list = effects.list;
  const names = phaseNames(loaded);
  const kind = list?.kind ?? null;
  const kindAt = kindPointer(loaded);
  const other = otherKind(loaded);
  const looks = looksOf(loaded, names);
  const shared = sharedMembers(loaded);

  const show = (resource: Resource, now: number): JsonObject => {
    const { body, times } = looks[resource.sequence % looks.length] as Look;
    let shown: Json = body;
    if (create.echo !== null)
      shown = create.echo === '' ? { ...body, ...resource.request } : put(shown, create.echo, resource.request);
    for (const name of shared)
      if (resource.request[name] !== undefined)
        shown = put(shown, formatPointer([name]), resource.request[name] as Json);
    for (const pointer of times) shown = put(shown, pointer, timestamp(resource.createdAt));
    if (kindAt !== null) shown = put(shown, kindAt, resource.made === 'create' ? (kind?.value ?? '') : other);
    if (status !== null) shown = put(shown, status.pointer, names[phaseOf(resource, now)]);
    const own = idPointer(create.id);
    const pointer = pointerOf(resource, contract);
    // An example's id stands for no resource.
    if (own !== null && pointer !== own) shown = drop(shown, own);
    return (pointer === null ? shown : put(shown, pointer, resource.id)) as JsonObject;
  };
  const inList = list === null ? '' : parentOf(idPointer(create.id) ?? '', list.id);

  return {
    show,
    item: (shown, resource) => {
      if (list === null) return shown;
      let item: Json = at(shown, inList) ?? {};
      if (at(item, list.id) === undefined) item = put(item, list.id, resource.id);
      if (list.kind !== null && at(item, list.kind.pointer) === undefined)
        item = put(item, list.kind.pointer, resource.made === 'create' ? list.kind.value : other);
      const nonce = create.nonce === null ? undefined : at(resource.request, create.nonce);
      if (list.nonce !== null && nonce !== undefined && at(item, list.nonce) === undefined)
        item = put(item, list.nonce, nonce);
      return item;
    },
    statusOf: (phase) => (status === null ? null : names[phase]),
  };
}

/** Where a resource shows its id in the body, by the endpoint that made it. */
export function pointerOf({ made }: Pick<Resource, 'made'>, { create, otherEndpoints }: Contract): string | null {
  return idPointer((made === 'create' ? create : (otherEndpoints[made] ?? create)).id);
}

interface Look {
  body: JsonObject;
  /** Pointers to the times in it: all of them are the time of creation. */
  times: string[];
}

function looksOf(loaded: LoadedContract, names: Record<Phase, string>): Look[] {
  const { contract, schemas } = loaded;
  const { create, status, effects } = contract;
  const { resource: accepts, resourceSchema: schema } = schemas;
  if (accepts === null || schema === null) return [{ body: {}, times: [] }];
  const fixed = new Map<string, Json>();
  const id = idPointer(create.id);
  if (id !== null) fixed.set(id, idMaker(schemasAt(schema, id), contract.resource)());
  if (create.echo !== null && create.echo !== '') fixed.set(create.echo, {});
  const kindAt = kindPointer(loaded);
  if (kindAt !== null) fixed.set(kindAt, effects.list?.kind?.value ?? '');
  if (status !== null) fixed.set(status.pointer, names.waiting);
  const examples = examplesOf(schema, accepts, { fixed, whole: true });
  // Members that never change are the better to see when they are there.
  const full = examples.filter((body) => create.immutable.every((pointer) => (at(body, pointer) ?? null) !== null));
  const looks = (full.length > 0 ? full : examples).slice(0, LOOKS);
  if (looks.length > 0) return looks.map((body) => ({ body, times: timesIn(schema, body) }));
  const why = (accepts.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'the whole'} ${message}`);
  throw new Error(
    `The reference cannot serve the contract ${contract.name}: it found no success that its resource schema accepts` +
      `${why.length === 0 ? '.' : ` (${why.slice(0, 3).join('; ')}).`}`,
  );
}

function timesIn(schema: JsonObject, value: Json, names: string[] = []): string[] {
  const pointer = formatPointer(names);
  if (typeof value === 'string')
    return schemasAt(schema, pointer).some(({ format }) => format === 'date-time') ? [pointer] : [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => timesIn(schema, inner, [...names, name]));
}

/** What the contract calls the phases: terminal values are its own, the others those of the schema. */
function phaseNames(loaded: LoadedContract): Record<Phase, string> {
  const { status } = loaded.contract;
  const { pointer, terminal = [] } = status ?? {};
  const values = pointer === undefined ? [] : enumAt(loaded, pointer);
  const [waiting = 'pending', running = waiting] = values.filter((one) => !terminal.includes(one));
  const finished = terminal[0] ?? running;
  return {
    waiting,
    running,
    finished,
    canceled: terminal.find((one) => /cancel|void/i.test(one)) ?? terminal.at(-1) ?? running,
  };
}

function enumAt({ schemas }: LoadedContract, pointer: string): string[] {
  if (schemas.resourceSchema === null) return [];
  return schemasAt(schemas.resourceSchema, pointer)
    .flatMap((one) => (Array.isArray(one.enum) ? one.enum : []))
    .filter((one) => typeof one === 'string');
}

/** Where a success says which kind of resource it is; `null` where the contract does not say. */
export function kindPointer({ contract }: LoadedContract): string | null {
  const { create, effects } = contract;
  const { list } = effects;
  return list === null || list.kind === null ? null : parentOf(idPointer(create.id) ?? '', list.id) + list.kind.pointer;
}

/** What a resource of another endpoint is called there. */
export function otherKind(loaded: LoadedContract): string {
  const pointer = kindPointer(loaded);
  const kinds = pointer === null ? [] : enumAt(loaded, pointer);
  return kinds.find((one) => one !== loaded.contract.effects.list?.kind?.value) ?? 'other';
}

/** What a success wraps around what the list shows: `/payment` where the ids are `/payment/id` and `/id`. */
function parentOf(inSuccess: string, inList: string): string {
  return inSuccess.endsWith(inList) ? inSuccess.slice(0, inSuccess.length - inList.length) : '';
}

/** Members that a success and a request both have, where the resource takes whatever the request may say. */
function sharedMembers({ contract, schemas }: LoadedContract): string[] {
  const members = (schemas.resourceSchema?.properties ?? {}) as JsonObject;
  const own = ownMembers(contract);
  return Object.keys(members).filter((name) => {
    const [asked] = schemasAt(schemas.requestSchema, formatPointer([name]));
    const shown = members[name] as JsonObject;
    const free = Object.keys(shown).every((word) => ['type', 'description'].includes(word));
    return asked !== undefined && free && isDeepStrictEqual(asked.type, shown.type) && !own.includes(name);
  });
}
