/** Faults of refusals: wrong requests that are taken, that leave something behind, or that are refused in another form. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Rendering } from '../server/behaviour.js';
import { parseObject } from '../server/body.js';
import { internalError, invalidRequest, type Problem, Refusal } from '../server/problem.js';
import { without } from './canonical.js';
import type { Fault } from './fault.js';

const html = 'text/html; charset=utf-8';

export const refusalFaults: Fault[] = [
  {
    ...fault('malformed-json-crashes', 'A body that is not JSON is answered with 500.', 'REJECT-1'),
    deviation: () => ({
      parse: (bytes) => {
        try {
          return parseObject(bytes);
        } catch {
          throw new Refusal(internalError());
        }
      },
    }),
  },
  {
    ...fault('trailing-comma-accepted', 'A comma behind the body is passed over.', 'REJECT-1'),
    deviation: () => ({
      parse: (bytes) => parseObject(Buffer.from(bytes.toString('latin1').replace(/,\s*$/, ''), 'latin1')),
    }),
  },
  {
    ...fault('types-not-checked', 'The types of members are not checked.', 'REJECT-1'),
    follows: ['KEY-4'],
    deviation: () => ({ overlooks: ({ code }) => code.endsWith('_type') }),
  },
  {
    ...fault('prompt-not-required', 'A body without a prompt makes a task.', 'REJECT-1'),
    deviation: () => ({ overlooks: ({ code }) => code === 'missing' }),
  },
  {
    ...fault('refused-as-200', 'What validation refuses is answered with 200 and the error.', 'REJECT-1'),
    follows: ['CREATE-4'],
    deviation: () => ({
      onInvalid: () => {
        throw new Refusal(invalidRequest('Request validation failed', 200));
      },
    }),
  },
  {
    ...fault(
      'refused-body-creates',
      'What validation refuses is refused, and a task is made all the same.',
      'REJECT-2',
    ),
    // Beside a repeat or a conflict under the same key nobody can tell which of them made it.
    follows: ['REPLAY-3', 'CONFLICT-5'],
    deviation: () => ({ onInvalid: (_request, _records, create) => void create() }),
  },
  {
    ...rendered('unauthenticated-as-html', 'A 401 is an HTML page.', 'authentication', () => ({
      contentType: html,
      text: '<!doctype html><title>401 Unauthorized</title><h1>Unauthorized</h1>',
    })),
    breaks: ['REJECT-4', 'ENVELOPE-1'],
  },
  rendered('not-found-without-envelope', 'A 404 is an HTML page.', 'not_found', () => ({
    contentType: html,
    text: '<!doctype html><title>404 Not Found</title><h1>Not Found</h1>',
  })),
  rendered('validation-without-request-id', 'A 422 carries no request_id.', 'validation_failed', ({ error }) =>
    json({ error: without(error as JsonObject, 'request_id') }),
  ),
  {
    ...rendered('errors-as-strings', 'The error of a refusal is a bare string.', null, (_envelope, { message }) =>
      json({ error: message }),
    ),
    // No conflict can be told from another refusal any more, not even that of a blank key.
    follows: ['KEY-5', 'CONFLICT-1', 'CONFLICT-2', 'REJECT-4'],
  },
];

function fault(name: string, sentence: string, breaks: string): Pick<Fault, 'name' | 'sentence' | 'kind' | 'breaks'> {
  return { name, sentence, kind: 'fault', breaks: [breaks] };
}

function json(body: JsonObject): Rendering {
  return { contentType: 'application/json', text: JSON.stringify(body) };
}

/** Refusals of one code, or of all, in another form. */
function rendered(
  name: string,
  sentence: string,
  code: string | null,
  render: (envelope: JsonObject, problem: Problem) => Rendering,
): Fault {
  return {
    ...fault(name, sentence, 'ENVELOPE-1'),
    deviation: (correct) => ({
      renderProblem: (envelope, problem) =>
        code === null || problem.code === code ? render(envelope, problem) : correct.renderProblem(envelope, problem),
    }),
  };
}
