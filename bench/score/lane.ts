/** A process that runs the suite against one fault after the other, as it is told. */
import type { Profile } from '../../run/options.js';
import { run } from '../../run/run.js';

export interface Task {
  /** Name of the contract that the reference serves. */
  contract: string;
  /** `null`: the correct reference. */
  fault: string | null;
  seed: number;
  profile: Profile;
  /** The run ends when all of these are found; without it, it goes to its end. */
  until?: string[];
}

export interface Outcome {
  task: Task;
  exitCode: number;
  failed: string[];
  warned: string[];
  inconclusive: string[];
  /** Errors of the suite itself, with their message. */
  errors: string[];
  requests: number;
  seconds: number;
  /** What had been sent, and how long it had taken, when the first finding was reported. */
  first: { requests: number; seconds: number } | null;
}

process.on('message', async (task: Task) => {
  process.send?.(await outcomeOf(task));
});

async function outcomeOf(task: Task): Promise<Outcome> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  let sent = 0;
  let first: Outcome['first'] = null;
  const { contract, fault, seed, profile, until } = task;
  const open = new Set(until);
  const stop = new AbortController();
  const results = await run(
    // What is found is found by then; what still runs is stuck.
    { contract, seed, profile, maxTime: 600, ...(fault === null ? {} : { fault }) },
    {
      signal: stop.signal,
      // The score is about what is found, not about how small it is.
      small: false,
      onProgress: (progress) => {
        if (progress.kind === 'progress') sent = progress.sent;
        if (progress.kind !== 'finding') return;
        first ??= { requests: sent, seconds: seconds() };
        if (open.delete(progress.finding.id) && open.size === 0) stop.abort(new Error('all is found'));
      },
    },
  );
  const ids = (status: string) => results.requirements.filter((one) => one.status === status).map(({ id }) => id);
  return {
    task,
    exitCode: results.exitCode,
    failed: ids('failed'),
    warned: ids('warned'),
    inconclusive: ids('inconclusive'),
    errors: results.requirements.filter(({ status }) => status === 'error').map(({ id, reason }) => `${id}: ${reason}`),
    requests: results.requests.sent,
    seconds: seconds(),
    first,
  };
}
