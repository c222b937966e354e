/** Runs the command that kills the backend and starts it again. */
import { runCommand } from './command.js';
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
  nameOf: NameOf;
}

/** The command must end by itself: a backend it starts goes on in the background. Rejects with `RestartFailed`. */
export function restarter({ command, timeoutMs, signal, nameOf }: RestartOptions): () => Promise<void> {
  return async () => {
    const { code, failed } = await runCommand(command, { timeoutMs, signal });
    const option = nameOf('restartCommand');
    if (failed !== null)
      throw new RestartFailed(
        `${option} ${failed}: it must end by itself, with the backend in the background; ${nameOf('maxWait')} says how long it has`,
      );
    if (code !== 0)
      throw new RestartFailed(`${option} ${code === null ? 'was killed' : `ended with exit code ${code}`}`);
  };
}
