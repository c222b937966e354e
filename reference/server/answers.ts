/** How answers are put on the wire. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour, View } from './behaviour.js';
import { currentVersion } from './entrance.js';
import { envelopeOfProblem, internalError, type Problem, Refusal } from './problem.js';

export interface Success {
  status: number;
  body: JsonObject;
  view: View;
}

export interface Answers {
  success(requestId: string, success: Success): Response;
  refusal(requestId: string, problem: Problem): Response;
}

export function createAnswers(behaviour: Behaviour): Answers {
  const answer = (requestId: string, status: number, type: string, text: string, more: Record<string, string>) => {
    const own = { 'content-type': type, 'x-request-id': requestId, 'moda-version': currentVersion };
    return new Response(text === '' ? null : text, { status, headers: { ...own, ...more } });
  };
  return {
    success: (requestId, { status, body, view }) => {
      const { contentType, text } = behaviour.renderSuccess(body, view);
      return answer(requestId, status, contentType, text, behaviour.headersOf(view));
    },
    refusal: (requestId, problem) => {
      const { contentType, text } = behaviour.renderProblem(envelopeOfProblem(problem, requestId), problem);
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
