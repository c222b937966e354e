/** `Prefer: wait=N`: the answer is held back until the task is terminal, or the seconds are over. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, statusOf, type Task } from './task.js';

const longestWait = 30;
/** A task can be cancelled, or the clock set, while somebody waits; so it is looked at again and again. */
const lookEveryMs = 10;

export async function waitUntilTerminal(
  task: Task,
  now: () => number,
  prefer: string | undefined,
  outgoing: ServerResponse,
): Promise<void> {
  const seconds = Math.min(Number(/(?:^|[\s,;])wait=(\d{1,9})(?:$|[\s,;])/.exec(prefer ?? '')?.[1] ?? 0), longestWait);
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until && !isTerminal(statusOf(task, now())) && !outgoing.destroyed) {
    await sleep(Math.max(1, Math.min(lookEveryMs, until - performance.now())));
  }
}
