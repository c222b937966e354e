/** The refusals that a contract describes. */

import type { Contract, Json, Refusal as Rule } from '../../contracts/contract.js';
import { idPointer } from '../../contracts/ids.js';
import { placeOf } from '../../contracts/key.js';
import { isToldByStatus, repeatRefusal } from '../../contracts/refusals.js';
import { idHeader } from './id-header.js';
import { type Problem, refusal } from './problem.js';

/** What is wrong with one member of a body. */
export interface FieldProblem {
  /** Pointer to the member. */
  field: string;
  /** The keyword of JSON Schema that it breaks. */
  keyword: string;
  /** What it must be. */
  text: string;
}

export interface Problems {
  conflict(): Problem;
  /** The same key is being worked on: come again. */
  inFlight(): Problem;
  /** A repeat, where the contract answers it with a refusal that names the first resource. */
  replayed(id: string | number): Problem;
  unauthenticated(): Problem;
  rateLimited(): Problem;
  /** What cannot be read at all; other statuses are used where the contract knows them. */
  malformed(message: string, status?: number, name?: string): Problem;
  invalid(problems: FieldProblem[]): Problem;
  /** No key, where one is required. */
  keyMissing(): Problem;
}

const CONFLICT = 409;

export function problemsOf(contract: Contract): Problems {
  const { key, errors, conflict, inFlight, replay } = contract;
  const { statuses } = errors.validation;
  const place = idPointer(replay.pointer);
  const first = statuses[0] as number;
  // Where its status alone says that it is a conflict, no other refusal has that status.
  const taken = conflict !== null && isToldByStatus(conflict) ? conflict.statuses : [];
  const validation = (...wanted: number[]) =>
    wanted.find((status) => statuses.includes(status) && !taken.includes(status)) ?? first;
  const known = (problem: Problem, rule: Rule | null | undefined): Problem => ({
    ...told(problem, rule),
    status: rule?.statuses[0] ?? problem.status,
  });
  const withValidation = (problem: Problem): Problem => told(problem, errors.validation);
  return {
    conflict: () => known(refusal(CONFLICT, 'conflict', 'This key was used with another request body.'), conflict),
    inFlight: () => ({
      ...known(refusal(CONFLICT, 'request_in_progress', 'A request with this key is still in progress.'), inFlight),
      retryAfter: 1,
    }),
    replayed: (id) => {
      const problem = refusal(CONFLICT, 'already_exists', 'A request with this key was answered before.');
      const members = place === null ? {} : { [place]: id };
      return known(
        { ...problem, members, headers: idHeader(replay.pointer, String(id), contract) },
        repeatRefusal(contract),
      );
    },
    unauthenticated: () => {
      const problem = known(refusal(401, 'authentication', 'A valid credential is required.'), errors.authentication);
      const { prefix = '', query = null, scheme: named = null } = contract.authentication ?? {};
      const scheme = query !== null ? '' : named === 'basic' ? 'Basic' : prefix.trim();
      return scheme ? { ...problem, headers: { ...problem.headers, 'www-authenticate': scheme } } : problem;
    },
    rateLimited: () => ({
      ...known(refusal(429, 'rate_limited', 'Too many requests.'), errors.rateLimited),
      retryAfter: 1,
    }),
    malformed: (message, status = 400, name = 'invalid_request') =>
      withValidation(refusal(validation(status, 400), name, message)),
    invalid: (problems) => {
      const list = problems.map(({ field, text }) => `${field || 'The body'} ${text}`).join('; ');
      return withValidation(refusal(validation(422, 400), 'validation_failed', `The body is refused: ${list}.`));
    },
    keyMissing: () => withValidation(refusal(validation(400), 'key_missing', `A key is required: ${placeOf(key)}.`)),
  };
}

/** With what the contract knows the refusal by, besides its status. */
function told(problem: Problem, rule: Rule | null | undefined): Problem {
  const header = rule?.header ?? null;
  const value = header?.values?.[0] ?? 1;
  return {
    ...problem,
    code: codeOf(rule, problem.name),
    ...(header === null ? {} : { headers: { ...problem.headers, [header.name.toLowerCase()]: String(value) } }),
  };
}

function codeOf(rule: Rule | null | undefined, name: string): Problem['code'] {
  const code = rule?.code ?? null;
  if (code === null) return null;
  return { pointer: code.pointer, value: code.not ? name : (code.values[0] as Json) };
}
