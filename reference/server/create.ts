/** The write under test: one request through the model. */

import { at } from '../../contracts/pointer.js';
import { type Answer, write } from '../../history/model.js';
import type { Behaviour, Encounter, KeyedRequest, WriteRequest } from './behaviour.js';
import { Refusal } from './problem.js';
import type { Entry, Records } from './records.js';
import type { Resource } from './resource.js';
import type { Resources } from './resources.js';
import type { SetUp } from './set-up.js';
import type { Uploads } from './uploads.js';
import type { Webhooks } from './webhooks.js';
import type { World } from './world.js';

/** What a server holds. */
export interface Desk {
  world: World;
  behaviour: Behaviour;
  records: Records;
  resources: Resources;
  uploads: Uploads;
  setUp: SetUp;
  webhooks: Webhooks;
  now: () => number;
  /** The whole server goes down, and comes back with what it holds. */
  goDown(): void;
}

export interface Made {
  view: 'created' | 'replayed';
  resource: Resource;
}

/**
 * Look-up, decision, effect and record happen in one turn, so the key is claimed before anything is
 * waited for: that alone makes the server right under concurrency.
 */
export async function create(desk: Desk, request: WriteRequest): Promise<Made> {
  const made = await carryOut(desk, request);
  if (made.view === 'replayed') watch(desk, request, made);
  return made;
}

async function carryOut(desk: Desk, request: WriteRequest): Promise<Made> {
  const { behaviour, records, resources } = desk;
  const make = () => {
    const refusal = behaviour.refusesCreate(resources, desk.now());
    if (refusal) throw new Refusal(refusal);
    const owner = behaviour.ownerOf(request.credential);
    const resource = resources.create('create', owner, behaviour.echoOf(request.value), desk.now());
    watch(desk, request, { view: 'created', resource });
    return resource;
  };
  const key = behaviour.keyOf(request);
  if (key === null) {
    const resource = make();
    await behaviour.work(request);
    return { view: 'created', resource };
  }
  const scope = behaviour.scopeOf(request);
  const keyed: KeyedRequest = { ...request, key, scope, fingerprint: behaviour.fingerprintOf(request) };
  if (behaviour.onHangUp) request.onHangUp(() => behaviour.onHangUp?.(keyed, records, desk.goDown));

  const found = behaviour.find(records, keyed, resources);
  const gap = behaviour.beforeEffect(keyed);
  if (gap) {
    await gap;
    const rival = records.get(scope, key);
    const encounter = rival && rival !== found ? { request: keyed, entry: rival, resources, create: make } : null;
    const answer = encounter && behaviour.onCollision(encounter);
    if (answer) return replay(resources, answer);
  }

  const { answer, binding } = write(found?.binding ?? null, keyed, () => String(make().id), behaviour.rules);
  if (answer.kind === 'created' && binding) {
    const lag = behaviour.beforeRecord(keyed);
    if (lag) await lag;
    await finish(records.keep(scope, key, binding), behaviour.work(keyed));
    return { view: 'created', resource: resourceOf(resources, answer) };
  }
  const entry = found as Entry;
  const delay = behaviour.beforeReply(keyed);
  if (delay) await delay;
  const encounter: Encounter = { request: keyed, entry, resources, create: make };
  if (answer.kind === 'conflict') throw conflict(behaviour, encounter);
  entry.uses += 1;
  if (entry.busy) {
    const refusal = await behaviour.inFlight(encounter);
    if (refusal) throw new Refusal(refusal);
    await entry.busy;
  }
  return replay(resources, behaviour.onReplay(encounter) ?? answer);
}

/** Has the end of the resource delivered, where the request asks for it. */
function watch({ behaviour, webhooks, world }: Desk, { value }: WriteRequest, { view, resource }: Made): void {
  const callback = world.contract.webhooks?.callback;
  const url = callback === undefined ? undefined : at(value, callback);
  if (typeof url === 'string' && behaviour.watches(view)) webhooks.watch(resource, url);
}

function conflict(behaviour: Behaviour, encounter: Encounter): Refusal {
  return new Refusal(behaviour.onConflict(encounter));
}

async function finish(entry: Entry, work: Promise<void> | null): Promise<void> {
  if (!work) return;
  entry.busy = work;
  await work;
  // A fault may have left the key locked in the meantime.
  if (entry.busy === work) entry.busy = null;
}

function replay(resources: Resources, answer: Answer): Made {
  return { view: 'replayed', resource: resourceOf(resources, answer) };
}

function resourceOf(resources: Resources, answer: Answer): Resource {
  const resource = resources.get(answer.id);
  if (!resource) throw new Error(`The record names a resource that does not exist: ${answer.id}`);
  return resource;
}
