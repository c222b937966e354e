/** Faults of creating: writes that should, or should not, make a task of their own. */

import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour, Rendering } from '../server/behaviour.js';
import { canonical, without } from './canonical.js';
import type { Fault } from './fault.js';

export const createFaults: Fault[] = [
  {
    name: 'never-replays',
    sentence: 'Every POST makes a task.',
    kind: 'fault',
    breaks: ['REPLAY-1', 'REPLAY-3'],
    follows: [
      ...['CREATE-5', 'REPLAY-2', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'REPLAY-7', 'REPLAY-8', 'HEADER-2'],
      ...['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-4', 'CONFLICT-5', 'CONFLICT-6', 'CONFLICT-7'],
      ...['STORM-1', 'STORM-2', 'STORM-4', 'STORM-6', 'STORM-7', 'STORM-9'],
      ...['LOST-1', 'LOST-2', 'LOST-3', 'LOST-5', 'LOST-6', 'LOST-7', 'RETENTION-1', 'RETENTION-2', 'RETENTION-3'],
    ],
    deviation: () => ({ keyOf: () => null }),
  },
  {
    name: 'keyless-joined',
    sentence: 'Without a key, identical bodies are joined to one task.',
    kind: 'fault',
    breaks: ['CREATE-1'],
    follows: ['CREATE-2', 'STORM-10', 'HEADER-1'],
    deviation: (correct) => ({
      keyOf: (request) => correct.keyOf(request) ?? canonical(without(request.value, 'idempotency_key')),
    }),
  },
  {
    name: 'null-keys-joined',
    sentence: 'A null key is taken for a key: identical bodies with it are joined to one task.',
    kind: 'fault',
    breaks: ['CREATE-2'],
    follows: ['HEADER-1'],
    deviation: (correct) => ({
      keyOf: (request) =>
        request.value.idempotency_key === null ? `null ${canonical(request.value)}` : correct.keyOf(request),
    }),
  },
  {
    name: 'same-body-joined-within-a-second',
    sentence: 'A body that came within the last second is joined to its task, whatever its key.',
    kind: 'fault',
    breaks: ['CREATE-3'],
    // A key that was joined is bound to nothing: later it makes a task of its own.
    follows: ['KEY-2', 'RETENTION-1', 'RETENTION-2'],
    deviation: (correct) => {
      const recent = new Map<string, { key: string; at: number }>();
      return {
        fingerprintOf: ({ value }) => canonical(without(value, 'idempotency_key')),
        find: (records, request, tasks) => {
          const { scope, key, fingerprint, at } = request;
          const own = correct.find(records, request, tasks);
          const twin = recent.get(`${scope} ${fingerprint}`);
          if (own === null && twin !== undefined && at - twin.at < 1000) return records.get(scope, twin.key);
          if (own === null) recent.set(`${scope} ${fingerprint}`, { key, at });
          return own;
        },
      };
    },
  },
  {
    name: 'task-without-kind',
    sentence: 'The envelope of a task has no kind.',
    kind: 'fault',
    breaks: ['CREATE-4'],
    deviation: (correct) => ({
      present: (task, view, at) => {
        const envelope = correct.present(task, view, at);
        return view === 'read' ? envelope : without(envelope, 'kind');
      },
    }),
  },
  replay('replay-without-id', 'A replay’s envelope has no id.', (body) => json(without(body, 'id'))),
  replay('replay-wrapped', 'A replay’s envelope is wrapped in a member data.', (body) => json({ data: body })),
  replay('replay-empty', 'A replay has an empty body.', () => ({ contentType: 'application/json', text: '' })),
  replay('replay-204', 'A replay is answered with 204.', () => ({ contentType: 'application/json', text: '' }), {
    statusOf: (view) => (view === 'replayed' ? 204 : 200),
  }),
  replay('replay-as-text', 'A replay is the id alone, as plain text.', ({ id }) => ({
    contentType: 'text/plain; charset=utf-8',
    text: String(id),
  })),
];

function json(body: JsonObject): Rendering {
  return { contentType: 'application/json', text: JSON.stringify(body) };
}

/** A replay whose envelope nobody can read. */
function replay(
  name: string,
  sentence: string,
  render: (body: JsonObject) => Rendering,
  more: Partial<Behaviour> = {},
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['CREATE-4'],
    // In a storm, where others are answered with the task.
    follows: ['STORM-3'],
    deviation: (correct) => ({
      renderSuccess: (body, view) => (view === 'replayed' ? render(body) : correct.renderSuccess(body, view)),
      ...more,
    }),
  };
}
