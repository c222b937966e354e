/** Refusals. What a contract says of them is in `problems.ts`, how they are written in `envelopes.ts`. */
import type { Json } from '../../contracts/contract.js';

export interface Problem {
  status: number;
  /** What it is, in a word of our own. */
  name: string;
  message: string;
  /** The value by which the contract knows it, and where that stands. */
  code?: { pointer: string; value: Json } | null | undefined;
  /** Members of the error with a value of their own, by their pointers. */
  members?: Record<string, Json>;
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

export function refusal(status: number, name: string, message: string): Problem {
  return { status, name, message };
}

export function notFound(message: string): Problem {
  return refusal(404, 'not_found', message);
}

export function internalError(): Problem {
  return refusal(500, 'internal_error', 'Something went wrong.');
}

export function unavailable(): Problem {
  return { ...refusal(503, 'unavailable', 'Please try again.'), retryAfter: 1 };
}
