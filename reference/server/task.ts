/** A task and its envelope. A task's state is reckoned from the clock, so nothing runs in the background. */
import type { JsonObject } from '../../contracts/contract.js';

/** Milliseconds after creation. */
export interface Timing {
  runningAfterMs: number;
  succeededAfterMs: number;
}

export type TaskKind = 'design' | 'brand_kit_extract';

export interface Task {
  /** Position in the order of creation. */
  sequence: number;
  id: string;
  kind: TaskKind;
  /** The API key that made it. */
  owner: string;
  createdAt: number;
  canceledAt: number | null;
  input: JsonObject;
  timing: Timing;
}

export type TaskStatus = 'queued' | 'running' | 'succeeded' | 'canceled';

export function statusOf(task: Task, at: number): TaskStatus {
  if (task.canceledAt !== null && at >= task.canceledAt) return 'canceled';
  const age = at - task.createdAt;
  if (age >= task.timing.succeededAfterMs) return 'succeeded';
  return age >= task.timing.runningAfterMs ? 'running' : 'queued';
}

export function isTerminal(status: TaskStatus): boolean {
  return status === 'succeeded' || status === 'canceled';
}

/** When a task ends, unless it is cancelled in the meantime. */
export function endOf(task: Task): number {
  return task.canceledAt ?? task.createdAt + task.timing.succeededAfterMs;
}

function resultOf({ id, kind }: Task): JsonObject {
  const suffix = id.slice('task_'.length);
  if (kind === 'brand_kit_extract') return { brand_kit_id: `bk_${suffix}` };
  const canvas = `cvs_${suffix}`;
  const url = `https://moda.app/canvas/${canvas}`;
  return { canvas_id: canvas, canvas_url: url, conversation_id: `conv_${suffix}` };
}

/** The documented task envelope, as it is at a moment. */
export function envelopeOf(task: Task, at: number): JsonObject {
  const status = statusOf(task, at);
  const terminal = isTerminal(status);
  const startedAt = task.createdAt + task.timing.runningAfterMs;
  const started = at >= startedAt && (task.canceledAt === null || task.canceledAt >= startedAt);
  const result = status === 'succeeded' ? resultOf(task) : null;
  return {
    id: task.id,
    kind: task.kind,
    status,
    attempt: 1,
    max_attempts: 3,
    links: {
      self: `/v1/tasks/${task.id}`,
      events: null,
      cancel: terminal ? null : `/v1/tasks/${task.id}/cancel`,
      canvas: result?.canvas_url ?? null,
    },
    created_at: timestamp(task.createdAt),
    started_at: started ? timestamp(startedAt) : null,
    completed_at: terminal ? timestamp(endOf(task)) : null,
    progress: status === 'running' ? { percent: 50, step: 'designing', message: null } : null,
    input: task.input,
    result,
    error: null,
    credits: null,
    retry_after_ms: terminal ? null : 3000,
  };
}

/** ISO 8601 with an offset, as the documented samples have it. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}
