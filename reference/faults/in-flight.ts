/** Faults that show while the first request is still at work: how its duplicates, and others, are answered meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../server/behaviour.js';
import { idempotencyConflict, type Problem, requestInProgress } from '../server/problem.js';
import type { Entry } from '../server/records.js';
import { isTerminal, statusOf } from '../server/task.js';
import { canonical } from './canonical.js';
import type { Fault } from './fault.js';

export const inFlightFaults: Fault[] = [
  inFlight('in-flight-conflict', 'A duplicate in flight gets an idempotency_conflict.', ['STORM-3'], {
    inFlight: idempotencyConflict,
  }),
  inFlight('in-flight-waits-for-conflict', 'A duplicate in flight waits, and gets a conflict.', ['STORM-3'], {
    inFlight: async ({ entry }) => {
      await entry.busy;
      return idempotencyConflict();
    },
  }),
  {
    ...inFlight('in-flight-202-without-id', 'A duplicate in flight gets a 202 without a task.', ['STORM-3'], {}),
    deviation: (correct) => ({
      work: () => sleep(20),
      inFlight: () => accepted,
      renderProblem: (envelope, problem) =>
        problem === accepted
          ? { contentType: 'application/json', text: '{"status":"in_progress"}' }
          : correct.renderProblem(envelope, problem),
    }),
  },
  inFlight('duplicate-locks', 'A duplicate in flight locks its key for ever.', ['LOST-4'], {
    inFlight: ({ entry }) => {
      entry.busy = new Promise(() => {});
      return null;
    },
  }),
  inFlight('in-flight-refusal-is-kept', 'A refusal in flight becomes the answer of its key.', ['STORM-3', 'LOST-4'], {
    inFlight: ({ entry }) => {
      entry.busy = new Promise(() => {});
      return requestInProgress();
    },
  }),
  {
    name: 'keys-joined-in-flight',
    sentence: 'While a request is at work, all others of its API key are joined to it, whatever their key.',
    kind: 'fault',
    timing: true,
    breaks: ['STORM-5'],
    deviation: (correct) => {
      const atWork = new Map<string, string>();
      return {
        work: (request) => {
          const key = correct.keyOf(request);
          if (key !== null) atWork.set(correct.scopeOf(request), key);
          return sleep(20);
        },
        find: (records, request, tasks) => {
          const entry = records.get(request.scope, atWork.get(request.scope) ?? '');
          const joined = entry?.busy
            ? { ...entry, binding: { ...entry.binding, fingerprint: request.fingerprint } }
            : null;
          return correct.find(records, request, tasks) ?? joined;
        },
      };
    },
  },
  {
    name: 'keyless-joined-in-flight',
    sentence: 'Without a key, identical bodies are joined while the first is at work.',
    kind: 'fault',
    timing: true,
    breaks: ['STORM-10'],
    deviation: (correct) => ({
      work: () => sleep(20),
      keyOf: (request) => correct.keyOf(request) ?? `none ${canonical(request.value)}`,
      find: (records, request, tasks) => {
        const entry = correct.find(records, request, tasks);
        return correct.keyOf(request) === null && !entry?.busy ? null : entry;
      },
    }),
  },
  {
    name: 'loser-takes-over',
    sentence: 'The loser of a race is answered with the winner’s task, makes one, and puts it into the record.',
    kind: 'fault',
    timing: true,
    breaks: ['STORM-6'],
    deviation: () => {
      const winners = new Map<Entry, string>();
      return {
        beforeEffect: () => sleep(5),
        onCollision: ({ create, entry }) => {
          const id = winners.get(entry) ?? entry.binding.id;
          winners.set(entry, id);
          entry.binding = { ...entry.binding, id: create().id };
          return { kind: 'replayed', id };
        },
      };
    },
  },
  {
    name: 'held-back-not-recorded',
    sentence: 'An answer that Prefer holds back is recorded only when it goes out.',
    kind: 'fault',
    breaks: ['STORM-9'],
    deviation: (correct) => ({
      find: (records, request, tasks) => {
        const entry = correct.find(records, request, tasks);
        const task = entry && tasks.get(entry.binding.id);
        const heldBack = task && !isTerminal(statusOf(task, request.at)) && request.headers.prefer !== undefined;
        return heldBack ? null : entry;
      },
    }),
  },
];

const accepted: Problem = { status: 202, type: 'conflict', code: 'in_progress', message: 'In progress.' };

function inFlight(name: string, sentence: string, breaks: string[], deviation: Partial<Behaviour>): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    timing: true,
    deviation: () => ({ work: () => sleep(20), ...deviation }),
  };
}
