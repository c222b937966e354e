/** The command in a terminal, where `script` of util-linux can make one. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { bin, newFolder } from './command.js';

/** Of util-linux: Debian has it in bsdutils. */
export const maker = 'script';

/** All that the terminal showed. */
export async function inTerminal(words: string[], env: Record<string, string>): Promise<string> {
  if (spawnSync(maker, ['--version']).status !== 0) {
    throw new Error('script of util-linux is missing: install it, e.g. apt-get install bsdutils');
  }
  const line = [process.execPath, bin, ...words].map((word) => `'${word}'`).join(' ');
  const { stdout } = await promisify(execFile)(maker, ['--quiet', '--command', line, '/dev/null'], {
    cwd: newFolder(),
    env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    encoding: 'utf8',
  });
  return stdout;
}
