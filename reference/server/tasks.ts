/** All tasks of a server, and the pages in which they are listed. */
import { createHmac, randomBytes } from 'node:crypto';
import type { JsonObject } from '../../contracts/contract.js';
import { newId } from './ids.js';
import { invalidRequest, Refusal } from './problem.js';
import { isTerminal, statusOf, type Task, type TaskKind, type Timing } from './task.js';

export class Tasks {
  readonly #byId = new Map<string, Task>();
  readonly #inOrder: Task[] = [];
  readonly #secret = randomBytes(16);

  constructor(readonly timing: Timing) {}

  create(kind: TaskKind, owner: string, input: JsonObject, at: number): Task {
    const sequence = this.#inOrder.length;
    const task: Task = {
      sequence,
      id: newId('task'),
      kind,
      owner,
      createdAt: at,
      canceledAt: null,
      input,
      timing: this.timing,
    };
    this.#inOrder.push(task);
    this.#byId.set(task.id, task);
    return task;
  }

  /** Design tasks that are queued or running: no others are limited. */
  unfinished(at: number): number {
    const oldest = at - this.timing.succeededAfterMs;
    const first = this.#inOrder.findLastIndex(({ createdAt }) => createdAt < oldest) + 1;
    const recent = this.#inOrder.slice(first).filter(({ kind }) => kind === 'design');
    return recent.filter((task) => !isTerminal(statusOf(task, at))).length;
  }

  /** Ids are read without regard to case. */
  get(id: string): Task | undefined {
    return this.#byId.get(`task_${id.slice('task_'.length).toUpperCase()}`);
  }

  /** The newest `limit` tasks that were made before the cursor and that are `shown`. */
  page(shown: (task: Task) => boolean, limit: number, cursor: string | null): { tasks: Task[]; next: string | null } {
    const tasks: Task[] = [];
    let at = (cursor === null ? this.#inOrder.length : this.#read(cursor)) - 1;
    for (; at >= 0; at--) {
      const task = this.#inOrder[at];
      if (task === undefined || !shown(task)) continue;
      if (tasks.length === limit) break;
      tasks.push(task);
    }
    const last = tasks.at(-1);
    return { tasks, next: at >= 0 && last !== undefined ? this.#cursor(last.sequence) : null };
  }

  #cursor(sequence: number): string {
    const mac = createHmac('sha256', this.#secret).update(String(sequence)).digest('base64url').slice(0, 16);
    return Buffer.from(`${sequence}.${mac}`).toString('base64url');
  }

  #read(cursor: string): number {
    const sequence = Number.parseInt(Buffer.from(cursor, 'base64url').toString(), 10);
    if (this.#cursor(sequence) !== cursor) throw new Refusal(invalidRequest('The cursor is not one of ours.'));
    return sequence;
  }
}
