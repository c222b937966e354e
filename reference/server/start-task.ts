/** The write under test: one POST through the model. */
import { type Answer, write } from '../../history/model.js';
import type { Behaviour, Encounter, KeyedRequest, WriteRequest } from './behaviour.js';
import type { BrandKits } from './brand-kits.js';
import { Refusal } from './problem.js';
import type { Entry, Records } from './records.js';
import type { Task } from './task.js';
import type { Tasks } from './tasks.js';
import type { Uploads } from './uploads.js';
import type { Webhooks } from './webhooks.js';

/** What a server holds. */
export interface Desk {
  behaviour: Behaviour;
  records: Records;
  tasks: Tasks;
  brandKits: BrandKits;
  uploads: Uploads;
  webhooks: Webhooks;
  now: () => number;
}

export interface Started {
  view: 'created' | 'replayed';
  task: Task;
}

/**
 * Look-up, decision, effect and record happen in one turn, so the key is claimed before anything is
 * waited for: that alone makes the server right under concurrency.
 */
export async function startTask(desk: Desk, request: WriteRequest): Promise<Started> {
  const started = await writeTask(desk, request);
  if (started.view === 'replayed') watch(desk, request, started);
  return started;
}

async function writeTask(desk: Desk, request: WriteRequest): Promise<Started> {
  const { behaviour, records, tasks } = desk;
  const create = () => {
    const refusal = behaviour.refusesTask(tasks, desk.now());
    if (refusal) throw new Refusal(refusal);
    const task = tasks.create('design', request.credential, behaviour.echoOf(request.value), desk.now());
    watch(desk, request, { view: 'created', task });
    return task;
  };
  const key = behaviour.keyOf(request);
  if (key === null) {
    const task = create();
    await behaviour.work(request);
    return { view: 'created', task };
  }
  const scope = behaviour.scopeOf(request);
  const keyed: KeyedRequest = { ...request, key, scope, fingerprint: behaviour.fingerprintOf(request) };
  if (behaviour.onHangUp) request.onHangUp(() => behaviour.onHangUp?.(keyed, records));

  const found = behaviour.find(records, keyed, tasks);
  const gap = behaviour.beforeEffect(keyed);
  if (gap) {
    await gap;
    const rival = records.get(scope, key);
    const answer = rival && rival !== found && behaviour.onCollision({ request: keyed, entry: rival, tasks, create });
    if (answer) return replay(tasks, answer);
  }

  const { answer, binding } = write(found?.binding ?? null, keyed, () => create().id, behaviour.rules);
  if (answer.kind === 'created' && binding) {
    const lag = behaviour.beforeRecord(keyed);
    if (lag) await lag;
    await finish(records.keep(scope, key, binding), behaviour.work(keyed));
    return { view: 'created', task: taskOf(tasks, answer) };
  }
  const entry = found as Entry;
  const delay = behaviour.beforeReply(keyed);
  if (delay) await delay;
  if (answer.kind === 'conflict') throw conflict(behaviour, { request: keyed, entry, tasks, create });
  entry.uses += 1;
  const encounter = { request: keyed, entry, tasks, create };
  if (entry.busy) {
    const refusal = await behaviour.inFlight(encounter);
    if (refusal) throw new Refusal(refusal);
    await entry.busy;
  }
  return replay(tasks, behaviour.onReplay(encounter) ?? answer);
}

/** Has the end of the task told, where the request asks for it. */
function watch({ behaviour, webhooks }: Desk, { value }: WriteRequest, { view, task }: Started): void {
  if (typeof value.callback_url === 'string' && behaviour.watches(view)) webhooks.watch(task, value.callback_url);
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

function replay(tasks: Tasks, answer: Answer): Started {
  return { view: 'replayed', task: taskOf(tasks, answer) };
}

function taskOf(tasks: Tasks, answer: Answer): Task {
  const task = tasks.get(answer.id);
  if (!task) throw new Error(`The record names a task that does not exist: ${answer.id}`);
  return task;
}
