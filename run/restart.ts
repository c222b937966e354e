/** Runs the command that kills the backend and starts it again. */
import { spawn } from 'node:child_process';
import { environment } from './command.js';
import type { NameOf } from './options/usage.js';

/** The command must end by itself: a backend it starts goes on in the background. */
export function restarter(command: string, signal: AbortSignal, nameOf: NameOf): () => Promise<void> {
  return () =>
    new Promise((resolve, reject) => {
      const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'], env: environment(), signal });
      child.once('error', reject);
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${nameOf('restartCommand')} ended with exit code ${code}`));
      });
    });
}
