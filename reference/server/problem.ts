/** Refusals, and the error envelope they travel in. */
import type { JsonObject } from '../../contracts/contract.js';

export interface Problem {
  status: number;
  type: string;
  code: string;
  message: string;
  details?: JsonObject;
  headers?: Record<string, string>;
  /** Seconds after which asking again makes sense. */
  retryAfter?: number;
}

/** Thrown by anything that refuses a request; the application turns it into an answer. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** The documented envelope of every 4xx and 5xx. */
export function envelopeOfProblem(problem: Problem, requestId: string): JsonObject {
  return {
    error: {
      type: problem.type,
      code: problem.code,
      message: problem.message,
      doc_url: `https://docs.moda.app/errors/${problem.code}`,
      request_id: requestId,
      details: problem.details ?? null,
      ...(problem.retryAfter === undefined ? {} : { retry_after_ms: problem.retryAfter * 1000 }),
    },
  };
}

export function invalidRequest(message: string, status = 400, code = 'invalid_request'): Problem {
  return { status, type: 'invalid_request', code, message };
}

export function notFound(message: string): Problem {
  return { status: 404, type: 'not_found', code: 'not_found', message };
}

/** A field is named as a path, such as `body.attachments.0.url`. */
export function validationFailed(fields: { field: string; code: string }[]): Problem {
  const details = { fields: fields.map(({ field, code }) => ({ field, code })) };
  return {
    status: 422,
    type: 'unprocessable',
    code: 'validation_failed',
    message: 'Request validation failed',
    details,
  };
}

export function idempotencyConflict(): Problem {
  const message = 'This idempotency_key was used with another request body.';
  return { status: 409, type: 'idempotency_conflict', code: 'idempotency_conflict', message };
}

/** The same key is being worked on: come again. */
export function requestInProgress(): Problem {
  const message = 'A request with this idempotency_key is still in progress.';
  return { status: 409, type: 'conflict', code: 'request_in_progress', message, retryAfter: 1 };
}

export function rateLimited(): Problem {
  return { status: 429, type: 'rate_limited', code: 'rate_limited', message: 'Too many requests.', retryAfter: 1 };
}

export function tooManyTasks(): Problem {
  const message = 'Too many tasks are queued or running.';
  return { status: 429, type: 'rate_limited', code: 'concurrency_limit_exceeded', message, retryAfter: 1 };
}

export function unavailable(): Problem {
  return { status: 503, type: 'upstream_error', code: 'upstream_error', message: 'Please try again.', retryAfter: 1 };
}

export function internalError(): Problem {
  return { status: 500, type: 'internal_error', code: 'internal_error', message: 'Something went wrong.' };
}
