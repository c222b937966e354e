/** Faults of conflicts: how another body under the same key is answered. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour, Encounter } from '../server/behaviour.js';
import { newRequestId } from '../server/ids.js';
import { idempotencyConflict, internalError, type Problem } from '../server/problem.js';
import { envelopeOf } from '../server/task.js';
import { without } from './canonical.js';
import { traceFaults } from './conflict-traces.js';
import type { Fault } from './fault.js';
import { rewriteFaults } from './rewrites.js';

export const conflictFaults: Fault[] = [
  answered('conflict-as-422', 'A conflict is answered with 422.', () => ({ status: 422 })),
  {
    ...answered('conflict-other-code', 'A conflict carries the code duplicate_key.', () => ({ code: 'duplicate_key' })),
    // A 409 with an unknown code may mean 'still running': then one that never ends leaves the key stuck.
    follows: ['STORM-3', 'LOST-4', 'HEADER-2'],
  },
  {
    ...answered('conflict-as-500', 'A conflict is answered with 500.', () => internalError()),
    // KEY-3: blank keys are the same in all plans, so that nothing shows who holds them.
    follows: ['KEY-3', 'CONFLICT-7', 'STORM-3', 'STORM-4', 'LOST-6', 'HEADER-2'],
  },
  rendered('conflict-flat', 'A conflict is not wrapped in the error envelope.', ({ error }) => ({
    contentType: 'application/json',
    text: JSON.stringify(error),
  })),
  rendered('conflict-as-html', 'A conflict is answered with an HTML page.', () => ({
    contentType: 'text/html; charset=utf-8',
    text: '<!doctype html><title>409 Conflict</title><h1>Conflict</h1>',
  })),
  {
    ...rendered('conflict-without-request-id', 'A conflict carries no request_id.', ({ error }) => ({
      contentType: 'application/json',
      text: JSON.stringify({ error: without(error as JsonObject, 'request_id') }),
    })),
    breaks: ['CONFLICT-2', 'ENVELOPE-1'],
    follows: ['CONFLICT-9'],
  },
  {
    ...answered(
      'conflict-shows-first-task',
      'A conflict shows the task of the first body.',
      ({ entry, tasks, request }) => {
        const task = tasks.get(entry.binding.id);
        return task ? { details: { existing: envelopeOf(task, request.at) } } : {};
      },
    ),
    breaks: ['CONFLICT-8'],
  },
  renamed('request-id-constant', 'Every answer has the same request id.', () => 0),
  renamed('request-id-each-second', 'All answers of a second have the same request id.', () =>
    Math.floor(Date.now() / 1000),
  ),
  {
    ...rendered(
      'conflict-other-request-id',
      'The request_id of a conflict is not that of the header.',
      ({ error }) => ({
        contentType: 'application/json',
        text: JSON.stringify({ error: { ...(error as JsonObject), request_id: newRequestId() } }),
      }),
    ),
    breaks: ['CONFLICT-9'],
  },
  ...traceFaults,
  ...rewriteFaults,
];

function answered(name: string, sentence: string, change: (encounter: Encounter) => Partial<Problem>): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CONFLICT-1'],
    deviation: (correct) => ({
      onConflict: (encounter) => ({ ...correct.onConflict(encounter), ...change(encounter) }),
    }),
  };
}

type Rendered = ReturnType<Behaviour['renderProblem']>;

function rendered(name: string, sentence: string, render: (envelope: JsonObject) => Rendered): Fault {
  const { code } = idempotencyConflict();
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CONFLICT-1', 'CONFLICT-2', 'ENVELOPE-1'],
    deviation: (correct) => ({
      renderProblem: (envelope, problem) =>
        problem.code === code ? render(envelope) : correct.renderProblem(envelope, problem),
    }),
  };
}

/** A new request id only when the number given is another one. */
function renamed(name: string, sentence: string, moment: () => number): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CONFLICT-9'],
    deviation: (correct) => {
      let known = { moment: Number.NaN, id: '' };
      return {
        newRequestId: () => {
          const now = moment();
          if (known.moment !== now) known = { moment: now, id: correct.newRequestId() };
          return known.id;
        },
      };
    },
  };
}
