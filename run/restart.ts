/** Runs the command that kills the backend and starts it again. */
import { spawn } from 'node:child_process';
import type { NameOf } from './options/usage.js';

/** Variables that belong to whatever runs the suite, and would change how a Node backend starts. */
const OWN = /^(NODE_OPTIONS|NODE_V8_COVERAGE|VITEST|JEST|TEST|npm_)/;

/** The command must end by itself: a backend it starts goes on in the background. */
export function restarter(command: string, signal: AbortSignal, nameOf: NameOf): () => Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)));
  return () =>
    new Promise((resolve, reject) => {
      const child = spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'], env, signal });
      child.once('error', reject);
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`${nameOf('restartCommand')} ended with exit code ${code}`));
      });
    });
}
