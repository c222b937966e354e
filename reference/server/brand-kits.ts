/** The extraction of brand kits: a write that keys do not make idempotent, but a cache sometimes does. */
import { write } from '../../history/model.js';
import type { WriteRequest } from './behaviour.js';
import { idempotencyConflict, Refusal } from './problem.js';
import type { Desk, Started } from './start-task.js';
import { statusOf, type Task } from './task.js';

/** Extractions by API key and URL. */
export class BrandKits {
  readonly #extractions = new Map<string, Task[]>();

  /** The earliest extraction that has a kit to show. One that was cancelled has none. */
  cached(owner: string, url: string, at: number): Task | undefined {
    return this.#extractions.get(nameOf(owner, url))?.find((task) => statusOf(task, at) === 'succeeded');
  }

  keep(owner: string, url: string, task: Task): void {
    const name = nameOf(owner, url);
    this.#extractions.set(name, [...(this.#extractions.get(name) ?? []), task]);
  }
}

export function extractBrandKit(desk: Desk, request: WriteRequest): Started {
  const { behaviour, records, tasks } = desk;
  const register = behaviour.registerAtBrandKits(request);
  if (register === null) return extract(desk, request);

  const { scope, key, compares, binds } = register;
  let started: Started | null = null;
  const { answer, binding } = write(
    records.get(scope, key)?.binding ?? null,
    { fingerprint: behaviour.fingerprintOf(request), at: request.at },
    () => {
      started = extract(desk, request);
      return started.task.id;
    },
    { ...behaviour.rules, compares },
  );
  if (answer.kind === 'conflict') throw new Refusal(idempotencyConflict());
  if (answer.kind === 'created' && binding && binds) records.keep(scope, key, binding);
  return started ?? { view: 'replayed', task: tasks.get(answer.id) as Task };
}

function extract({ behaviour, tasks, brandKits, now }: Desk, { credential, value }: WriteRequest): Started {
  const url = String(value.url);
  const cached = brandKits.cached(credential, url, now());
  if (cached) return { view: 'replayed', task: cached };
  const task = tasks.create('brand_kit_extract', credential, behaviour.echoOf(value), now());
  brandKits.keep(credential, url, task);
  return { view: 'created', task };
}

function nameOf(owner: string, url: string): string {
  return `${owner} ${url}`;
}
