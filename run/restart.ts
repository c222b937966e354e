/** Runs the command that kills the backend and starts it again. */
import type { Mask } from '../client/mask.js';
import { endedWords, runCommand } from './command.js';
import type { NameOf } from './options/usage.js';

/** The restart command failed or did not end: it says so, and what depends on restarts stays undecided. */
export class RestartFailed extends Error {
  override name = 'RestartFailed';
}

interface RestartOptions {
  command: string;
  /** Milliseconds that the command has. */
  timeoutMs: number;
  signal: AbortSignal;
  mask: Mask;
  nameOf: NameOf;
}

/**
 * The command must end by itself: a backend it starts goes on in the background. Rejects with `RestartFailed`, which shows
 * the last line of what the command wrote as errors.
 */
export function restarter({ command, timeoutMs, signal, mask, nameOf }: RestartOptions): () => Promise<void> {
  return async () => {
    const ended = await runCommand(command, { timeoutMs, signal });
    if (ended.failed === null && ended.code === 0) return;
    const { why, said } = endedWords(ended, mask);
    const limit = `it must end by itself, with the backend in the background; ${nameOf('maxWait')} says how long it has`;
    throw new RestartFailed(`${nameOf('restartCommand')} ${why}${ended.failed === null ? '' : `: ${limit}`}${said}`);
  };
}
