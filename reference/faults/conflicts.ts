/** Faults of conflicts: how another body under the same key is answered, and what it leaves behind. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour, Encounter } from '../server/behaviour.js';
import { idempotencyConflict, type Problem } from '../server/problem.js';
import { envelopeOf } from '../server/task.js';
import { without } from './canonical.js';
import type { Fault } from './fault.js';

export const conflictFaults: Fault[] = [
  answered('conflict-as-422', 'A conflict is answered with 422.', () => ({ status: 422 })),
  answered('conflict-other-code', 'A conflict carries the code duplicate_key.', () => ({ code: 'duplicate_key' })),
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
    name: 'conflict-creates',
    sentence: 'A conflict is refused, and a task is made all the same.',
    kind: 'fault',
    breaks: ['CONFLICT-5'],
    deviation: (correct) => ({
      onConflict: (encounter) => {
        encounter.create();
        return correct.onConflict(encounter);
      },
    }),
  },
  {
    name: 'conflict-overwrites',
    sentence: 'A conflict is refused, and from then on the key belongs to the refused body.',
    kind: 'fault',
    breaks: ['CONFLICT-6'],
    follows: ['STORM-4', 'STORM-6', 'REPLAY-1', 'CONFLICT-7'],
    deviation: (correct) => ({
      onConflict: (encounter) => {
        encounter.entry.binding = { ...encounter.entry.binding, fingerprint: encounter.request.fingerprint };
        return correct.onConflict(encounter);
      },
    }),
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
  {
    name: 'refused-body-binds',
    sentence: 'A body that validation refuses binds its key, so that the corrected body is a conflict.',
    kind: 'fault',
    breaks: ['REJECT-3'],
    deviation: (correct) => ({
      onInvalid: (request, records) => {
        const key = correct.keyOf(request);
        const scope = correct.scopeOf(request);
        if (key === null || records.get(scope, key)) return;
        records.keep(scope, key, { fingerprint: correct.fingerprintOf(request), id: '', at: request.at });
      },
    }),
  },
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
