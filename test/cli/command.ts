/** The command as a process, in a folder of its own and with an environment that the test chooses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import type { Results } from '../../results/results.js';

export const repository = dirname(dirname(import.meta.dirname));
export const bin = join(repository, 'dist', 'cli', 'bin.js');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The current folder of the process. */
  folder: string;
}

export interface Running {
  child: ChildProcess;
  folder: string;
  /** Resolves when the text stands on stdout. */
  prints(text: string): Promise<string>;
  ended: Promise<Ended>;
}

export interface How {
  /** Besides `PATH`, all that the process sees of the environment. */
  env?: Record<string, string>;
  folder?: string;
  /** Node's own options, before the command. */
  node?: string[];
  /** A line for /bin/sh, in which "$@" is the command. */
  shell?: string;
}

/** A key as a user would have one; no output may ever hold it. */
export const KEY = 'sk_live_9f3c51d0a7b24e6885c0';
export const withKey = { env: { IDEM_API_KEY: KEY } };

const root = mkdtempSync(join(tmpdir(), 'idem-test-'));
const children = new Set<ChildProcess>();
let folders = 0;

/** Ends every process that still runs, and removes the folders. */
export function endProcesses(): void {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
}

export function newFolder(): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function start(words: string[], how: How = {}): Running {
  const folder = how.folder ?? newFolder();
  // Processes this short end before code that V8 optimises pays for the optimising.
  const whole = [process.execPath, '--no-opt', ...(how.node ?? []), bin, ...words];
  const [program, ...rest] = how.shell === undefined ? whole : ['/bin/sh', '-c', how.shell, 'sh', ...whole];
  const child = spawn(program as string, rest, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...how.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, ...texts, folder });
    });
  });
  const prints = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => texts.stdout.includes(text) && resolve(texts.stdout);
      child.stdout.on('data', look);
      ended.then(() => reject(new Error(`ended without '${text}': ${texts.stdout}${texts.stderr}`)), reject);
      look();
    });
  return { child, folder, prints, ended };
}

export function command(words: string[], how: How = {}): Promise<Ended> {
  return start(words, how).ended;
}

const validate = (() => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(repository, 'results', 'results.schema.json'), 'utf8')));
})();

/** The results that a run wrote, valid by their schema and with the same exit code. */
export function resultsOf(ended: Pick<Ended, 'folder' | 'code'>, reportDir = 'idem-report'): Results {
  const results = JSON.parse(readFileSync(join(ended.folder, reportDir, 'results.json'), 'utf8')) as Results;
  expect(validate(results), JSON.stringify(validate.errors)).toBe(true);
  expect(results.exitCode).toBe(ended.code);
  for (const name of ['junit.xml', 'summary.md', 'report.html']) {
    expect(readFileSync(join(ended.folder, reportDir, name), 'utf8'), name).not.toBe('');
  }
  return results;
}

export function wroteReports(ended: Ended): boolean {
  return existsSync(join(ended.folder, 'idem-report'));
}

export function idsWith(results: Results, status: string): string[] {
  return results.requirements.filter((one) => one.status === status).map(({ id }) => id);
}

export const STACK = /^\s+at .*[:/]\d+/m;

/** Wrong usage: exit 2, one sentence on stderr, nothing on stdout, no report. */
export function expectUsage(ended: Ended, sentence: RegExp | string): void {
  expect({ code: ended.code, stdout: ended.stdout, reports: wroteReports(ended) }, ended.stderr).toEqual({
    code: 2,
    stdout: '',
    reports: false,
  });
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr).not.toMatch(STACK);
}

/** A run that ended by itself: the exit code, no stack trace, and off 0 one sentence on stderr. */
export function expectRun(ended: Ended, code: number, sentence?: RegExp | string): Results {
  expect({ code: ended.code, signal: ended.signal }, ended.stdout + ended.stderr).toEqual({ code, signal: null });
  expect(ended.stdout + ended.stderr).not.toMatch(STACK);
  if (code === 0) expect(ended.stderr).toBe('');
  else expect(ended.stderr).toMatch(/^idem-conformance: [^\n]+\.\n$/);
  if (sentence !== undefined) expect(ended.stderr).toMatch(sentence);
  return resultsOf(ended);
}
