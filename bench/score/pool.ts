/** Processes that share a list of tasks. */
import { fork } from 'node:child_process';
import type { Outcome, Task } from './lane.js';

/** Runs all tasks, `parallel` at a time; gives the outcomes in the order of the tasks. */
export async function runAll(
  tasks: Task[],
  parallel: number,
  onOutcome: (outcome: Outcome, done: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  let done = 0;
  const lane = async () => {
    const process = fork(new URL('./lane.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
    try {
      for (let index = next++; index < tasks.length; index = next++) {
        const outcome = await new Promise<Outcome>((resolve, reject) => {
          process.once('message', resolve);
          process.once('exit', (code) => reject(new Error(`a lane ended with code ${code}`)));
          process.send(tasks[index] as Task);
        });
        process.removeAllListeners('exit');
        outcomes[index] = outcome;
        onOutcome(outcome, ++done);
      }
    } finally {
      process.kill();
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return outcomes;
}
