/** Faults of replays: the right task, shown wrongly or not at all. */
import type { JsonObject } from '../../contracts/contract.js';
import type { Task } from '../server/task.js';
import { timestamp } from '../server/task.js';
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
];

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
