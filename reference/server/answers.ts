/** How answers are put on the wire. */
import type { Json } from '../../contracts/contract.js';
import type { Behaviour, View } from './behaviour.js';
import { internalError, type Problem, Refusal } from './problem.js';
import type { World } from './world.js';

export interface Success {
  status: number;
  body: Json;
  view: View;
  headers?: Record<string, string>;
}

export interface Answers {
  success(requestId: string, success: Success): Response;
  refusal(requestId: string, problem: Problem): Response;
}

const USUAL_ID_HEADER = 'x-request-id';

export function createAnswers(behaviour: Behaviour, { contract, envelopes }: World): Answers {
  const idHeader = contract.errors.requestId?.header ?? USUAL_ID_HEADER;
  const answer = (requestId: string, status: number, type: string, text: string, more: Record<string, string>) =>
    new Response(text === '' ? null : text, {
      status,
      headers: { ...(type === '' ? {} : { 'content-type': type }), [idHeader]: requestId, ...more },
    });
  return {
    success: (requestId, { status, body, view, headers }) => {
      const { contentType, text } = behaviour.renderSuccess(body, view);
      return answer(requestId, status, contentType, text, { ...behaviour.headersOf(view), ...headers });
    },
    refusal: (requestId, problem) => {
      const { contentType, text } = behaviour.renderProblem(envelopes.of(problem, requestId), problem);
      const hint: Record<string, string> =
        problem.retryAfter === undefined ? {} : { 'retry-after': String(problem.retryAfter) };
      return answer(requestId, problem.status, contentType, text, {
        ...behaviour.headersOf(null),
        ...hint,
        ...problem.headers,
      });
    },
  };
}

/** Anything that is not a refusal is an error of the server. */
export function problemOf(error: unknown): Problem {
  return error instanceof Refusal ? error.problem : internalError();
}
