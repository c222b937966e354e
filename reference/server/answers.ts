/** How answers are put on the wire. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour } from './behaviour.js';
import { currentVersion } from './entrance.js';
import { envelopeOfProblem, internalError, type Problem, Refusal } from './problem.js';

export interface Answers {
  success(requestId: string, status: number, body: JsonObject): Response;
  refusal(requestId: string, problem: Problem): Response;
}

export function createAnswers(behaviour: Behaviour): Answers {
  const answer = (requestId: string, status: number, type: string, text: string, more: Record<string, string>) => {
    const own = { 'content-type': type, 'x-request-id': requestId, 'moda-version': currentVersion };
    return new Response(text, { status, headers: { ...own, ...behaviour.headers, ...more } });
  };
  return {
    success: (requestId, status, body) => answer(requestId, status, 'application/json', JSON.stringify(body), {}),
    refusal: (requestId, problem) => {
      const { contentType, text } = behaviour.renderProblem(envelopeOfProblem(problem, requestId), problem);
      const hint: Record<string, string> =
        problem.retryAfter === undefined ? {} : { 'retry-after': String(problem.retryAfter) };
      return answer(requestId, problem.status, contentType, text, { ...hint, ...problem.headers });
    },
  };
}

/** Anything that is not a refusal is an error of the server. */
export function problemOf(error: unknown): Problem {
  return error instanceof Refusal ? error.problem : internalError();
}
