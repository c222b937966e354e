/** Faults of replays: the right task, shown wrongly or not at all. */
import type { JsonObject } from '../../contracts/contract.js';
import { internalError, invalidRequest, notFound, type Problem, Refusal } from '../server/problem.js';
import { statusOf, type Task, timestamp } from '../server/task.js';
import type { Fault } from './fault.js';

export const replayFaults: Fault[] = [
  changed('replay-changes-created-at', 'A replay shows a created_at that is a second later.', 'REPLAY-2', (task) => ({
    created_at: timestamp(task.createdAt + 1000),
  })),
  changed('replay-changes-input', 'A replay echoes another prompt than the one that was sent.', 'REPLAY-9', (task) => ({
    input: { ...task.input, prompt: `${task.input.prompt} (again)` },
  })),
  {
    name: 'acknowledged-not-found',
    sentence: 'A task that was acknowledged is not found by GET.',
    kind: 'fault',
    breaks: ['REPLAY-11'],
    deviation: () => ({ gets: () => false }),
  },
  changed('replay-changes-kind', 'A replay is a task of another kind.', 'REPLAY-2', () => ({ kind: 'export' })),
  refused('replay-404', 'A replay is answered with 404.', () => notFound('There is no such task.')),
  refused('replay-425', 'A replay is answered with 425.', () => invalidRequest('Too early.', 425, 'too_early')),
  refused('replay-500', 'A replay is answered with 500.', internalError),
  refused('replay-already-exists', 'A replay is refused, for the task exists already.', () => ({
    ...invalidRequest('This task exists already.', 409, 'already_exists'),
    type: 'conflict',
  })),
  {
    name: 'replay-shows-newest',
    sentence: 'A replay is answered with the newest task of its API key.',
    kind: 'fault',
    // With nothing in between it is the right one.
    breaks: ['CREATE-5'],
    follows: [
      ...['CREATE-3', 'KEY-5', 'REPLAY-1', 'REPLAY-3', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'REPLAY-7', 'REPLAY-8'],
      ...['CONFLICT-6', 'HEADER-2', 'STORM-1', 'STORM-5', 'STORM-6', 'STORM-7'],
      ...['LOST-1', 'LOST-2', 'LOST-3', 'LOST-6', 'LOST-7'],
      ...['RETENTION-1', 'RETENTION-2'],
    ],
    deviation: () => ({
      onReplay: ({ request, tasks }) => {
        const [newest] = tasks.page(
          ({ owner, kind }) => owner === request.credential && kind === 'design',
          1,
          null,
        ).tasks;
        return newest ? { kind: 'replayed', id: newest.id } : null;
      },
    }),
  },
  {
    name: 'replay-makes-orphan',
    sentence: 'Each replay makes a task, and is answered with the first one.',
    kind: 'fault',
    breaks: ['REPLAY-3'],
    // Where a conflict, a storm or a lost answer came between, nobody can tell what made it.
    follows: ['CONFLICT-5', 'STORM-2', 'LOST-1', 'LOST-2', 'LOST-3', 'LOST-6', 'LOST-7'],
    deviation: () => ({
      onReplay: ({ create }) => {
        create();
        return null;
      },
    }),
  },
  {
    name: 'replay-of-canceled-creates',
    sentence: 'A key whose task was cancelled makes another one.',
    kind: 'fault',
    breaks: ['REPLAY-8'],
    follows: ['REPLAY-3'],
    deviation: (correct) => ({
      find: (records, request, tasks) => {
        const entry = correct.find(records, request, tasks);
        const task = entry && tasks.get(entry.binding.id);
        return task && statusOf(task, request.at) === 'canceled' ? null : entry;
      },
    }),
  },
];

function refused(name: string, sentence: string, problem: () => Problem): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['REPLAY-1'],
    follows: ['REPLAY-7', 'HEADER-2', 'STORM-3', 'LOST-1', 'LOST-3', 'LOST-4', 'LOST-6'],
    deviation: () => ({
      onReplay: () => {
        throw new Refusal(problem());
      },
    }),
  };
}

function changed(name: string, sentence: string, breaks: string, change: (task: Task) => JsonObject): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: [breaks],
    deviation: (correct) => ({
      present: (task, view, at) => ({ ...correct.present(task, view, at), ...(view === 'replayed' && change(task)) }),
    }),
  };
}
