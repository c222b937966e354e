/** The command in a terminal, where `script` of util-linux can make one. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { bin, newFolder } from './command.js';

/** Comes with Linux; where it is missing the tests that need it are left out. */
const maker: string = 'script';

export const terminals =
  process.platform === 'linux' &&
  (spawnSync(maker, ['--version'], { encoding: 'utf8' }).stdout ?? '').includes('util-linux');

/** All that the terminal showed. */
export async function inTerminal(words: string[], env: Record<string, string>): Promise<string> {
  const line = [process.execPath, bin, ...words].map((word) => `'${word}'`).join(' ');
  const { stdout } = await promisify(execFile)(maker, ['--quiet', '--command', line, '/dev/null'], {
    cwd: newFolder(),
    env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    encoding: 'utf8',
  });
  return stdout;
}
