/** The query of the list endpoint. */
import { Refusal, validationFailed } from './problem.js';
import { statusOf, type Task } from './task.js';

interface PageQuery {
  limit: number;
  cursor: string | null;
  /** Whether a task passes the filters. */
  shows: (task: Task, at: number) => boolean;
}

/** Unknown members are ignored. */
export function pageQuery(query: Record<string, string>): PageQuery {
  const limit = Number(query.limit ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new Refusal(validationFailed([{ field: 'query.limit', code: 'value_error' }]));
  }
  return {
    limit,
    cursor: query.cursor ?? null,
    shows: (task, at) =>
      (query.status === undefined || statusOf(task, at) === query.status) &&
      (query.canvas_id === undefined || task.input.canvas_id === query.canvas_id),
  };
}
