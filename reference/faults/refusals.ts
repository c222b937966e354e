/** Faults of refusals: wrong requests that are taken, that leave something, or that are refused in another form. */
import type { JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import type { Rendering } from '../server/behaviour.js';
import { parseObject } from '../server/body.js';
import { Envelopes } from '../server/envelopes.js';
import { internalError, type Problem, Refusal } from '../server/problem.js';
import { problemsOf } from '../server/problems.js';
import { drop } from '../server/put.js';
import type { World } from '../server/world.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import {
  all,
  bodiesAreJson,
  bodiesMayBeMalformed,
  contractHas,
  hasAuthentication,
  hasErrorSchema,
  requestMembers,
  showsEffects,
  typesOf,
} from './where.js';

const html = 'text/html; charset=utf-8';

/** A credential that must not see what another one made. */
const hidesResources = contractHas(({ scope, cancel }) => scope !== 'account' && cancel !== null);

export const refusalFaults: Fault[] = [
  {
    ...fault('malformed-json-crashes', 'A body that cannot be read is answered with 500.', 'REJECT-1'),
    applies: bodiesMayBeMalformed,
    deviation: (correct) => ({
      parse: (bytes, contentType) => {
        try {
          return correct.parse(bytes, contentType);
        } catch {
          throw new Refusal(internalError());
        }
      },
    }),
  },
  {
    ...fault('trailing-comma-accepted', 'A comma after the body is passed over.', 'REJECT-1'),
    applies: bodiesAreJson,
    deviation: (_correct, { problems }) => ({
      parse: (bytes) => parseObject(Buffer.from(bytes.toString('latin1').replace(/,\s*$/, ''), 'latin1'), problems),
    }),
  },
  {
    ...fault('types-not-checked', 'The types of members are not checked.', 'REJECT-1'),
    follows: ['KEY-4'],
    applies: (loaded) => requestMembers(loaded).some(({ schemas }) => schemas.length === 1 && schemas.every(isTyped)),
    deviation: () => ({ overlooks: ({ keyword }) => keyword === 'type' }),
  },
  {
    ...fault('missing-member-accepted', 'A body without a required member makes a resource.', 'REJECT-1'),
    applies: (loaded) => requestMembers(loaded).some(({ required }) => required),
    deviation: () => ({ overlooks: ({ keyword }) => keyword === 'required' }),
  },
  {
    ...fault('refused-as-200', 'What validation refuses is answered with 200 and the error.', 'REJECT-1'),
    follows: ['CREATE-4'],
    applies: contractHas(({ errors }) => !errors.validation.statuses.includes(200)),
    deviation: (_correct, { problems }) => ({
      onInvalid: () => {
        throw new Refusal({ ...problems.invalid([]), status: 200 });
      },
    }),
  },
  {
    ...fault(
      'refused-body-creates',
      'What validation refuses is refused, and a resource is made all the same.',
      'REJECT-2',
    ),
    // Beside a repeat or a conflict under the same key it is unknown which of them made it.
    follows: ['REPLAY-3', 'CONFLICT-5'],
    applies: showsEffects,
    deviation: () => ({ onInvalid: (_request, _records, create) => void create() }),
  },
  {
    ...rendered('unauthenticated-as-html', 'A 401 is an HTML page.', isUnauthenticated, () => ({
      contentType: html,
      text: '<!doctype html><title>401 Unauthorized</title><h1>Unauthorized</h1>',
    })),
    breaks: ['REJECT-4', 'ENVELOPE-1'],
    applies: all(hasErrorSchema, hasAuthentication),
  },
  {
    ...rendered('not-found-without-envelope', 'A 404 is an HTML page.', isNotFound, () => ({
      contentType: html,
      text: '<!doctype html><title>404 Not Found</title><h1>Not Found</h1>',
    })),
    // A run meets one where it cancels with the other credential.
    applies: all(hasErrorSchema, hasAuthentication, hidesResources),
  },
  {
    ...rendered(
      'validation-without-request-id',
      'What validation refuses carries no request id.',
      isInvalid,
      (correct, envelope, { contract }) => ({
        ...correct,
        text: JSON.stringify(drop(envelope, contract.errors.requestId?.pointer ?? '')),
      }),
    ),
    applies: requiresRequestId,
  },
  {
    ...rendered(
      'errors-as-strings',
      'A refusal is a bare string.',
      () => true,
      (correct, _envelope, _world, { message }) => ({ ...correct, text: JSON.stringify(message) }),
    ),
    // A conflict cannot be distinguished from another refusal any more, not even that of a blank key.
    follows: ['KEY-5', 'CONFLICT-1', 'CONFLICT-2', 'REJECT-4'],
    applies: all(hasErrorSchema, not(takesStrings)),
  },
];

function fault(name: string, sentence: string, breaks: string): Pick<Fault, 'name' | 'sentence' | 'kind' | 'breaks'> {
  return { name, sentence, kind: 'fault', breaks: [breaks] };
}

/** Nothing but its type is wrong with an object in its place. */
function isTyped(schema: JsonObject): boolean {
  return (
    typesOf(schema).length > 0 && !typesOf(schema).includes('object') && !('enum' in schema) && !('const' in schema)
  );
}

function isUnauthenticated(problem: Problem, { problems }: World): boolean {
  return problem.name === problems.unauthenticated().name;
}

function isNotFound({ status }: Problem): boolean {
  return status === 404;
}

function isInvalid(problem: Problem, { problems }: World): boolean {
  return problem.name === problems.invalid([]).name;
}

function takesStrings({ schemas }: LoadedContract): boolean {
  return schemas.error?.('') === true;
}

/** Whether an error without its request id is not valid. */
function requiresRequestId(loaded: LoadedContract): boolean {
  const { contract, schemas } = loaded;
  const { requestId } = contract.errors;
  if (requestId === null || schemas.error === null) return false;
  const envelope = new Envelopes(loaded).of(problemsOf(contract).invalid([]), 'request-id');
  return !schemas.error(drop(envelope, requestId.pointer));
}

/** Some refusals in another form. */
function rendered(
  name: string,
  sentence: string,
  which: (problem: Problem, world: World) => boolean,
  render: (correct: Rendering, envelope: JsonObject, world: World, problem: Problem) => Rendering,
): Fault {
  return {
    ...fault(name, sentence, 'ENVELOPE-1'),
    deviation: (correct, world) => ({
      renderProblem: (envelope, problem) => {
        const right = correct.renderProblem(envelope, problem);
        return which(problem, world) ? render(right, envelope, world, problem) : right;
      },
    }),
  };
}
