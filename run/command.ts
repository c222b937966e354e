/** Runs commands that the user gives: each in a process group of its own, which ends with it or is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mask } from '../client/mask.js';

/** Variables that belong to whatever runs the suite, and would change how a Node program starts. */
const OWN = /^(NODE_OPTIONS|NODE_V8_COVERAGE|VITEST|JEST|TEST|npm_)/;

/** Milliseconds that a command and its children have to end by themselves once they are asked to. */
const GRACE_MS = 300;

/** Bytes at the end of its errors that are read where nothing else is. */
const MOST_ERROR_BYTES = 8 * 1024;

/** Characters of its errors that are shown. */
const MOST_SHOWN = 200;

/** How a command is run. */
export interface CommandLimits {
  /** Milliseconds after which the command and its children are killed. */
  timeoutMs: number;
  /** Kills them, too. */
  signal: AbortSignal;
  /** Bytes that it may print. Absent: what it prints is not read, and of its errors the end. */
  mostBytes?: number;
}

/** How a command ended: `code` is `null` where a signal killed it, `failed` says what the suite killed it for. */
export interface Ended {
  code: number | null;
  failed: string | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command in a shell until it ends by itself, or is killed with all that it started. What it leaves running in the
 * background goes on where nothing is read from it. Rejects with the signal's reason, or where it cannot be started.
 */
export async function runCommand(command: string, limits: CommandLimits): Promise<Ended> {
  const { timeoutMs, signal, mostBytes } = limits;
  signal.throwIfAborted();
  const isRead = mostBytes !== undefined;
  const errors = isRead ? null : new ErrorFile();
  const child = spawn(command, {
    shell: true,
    detached: true,
    stdio: ['ignore', isRead ? 'pipe' : 'ignore', errors === null ? 'pipe' : errors.stdio],
    env: environment(),
  });
  let failed: string | null = null;
  const stop = (why: string) => {
    failed ??= why;
    killGroup(child, 'SIGTERM');
    setTimeout(() => {
      atExit();
      process.off('exit', atExit);
      // What left the group may hold the pipes open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, GRACE_MS);
  };
  const timer = setTimeout(() => stop(`did not end within ${timeoutMs / 1000} s and was killed`), timeoutMs);
  const interrupt = () => stop('was interrupted');
  const atExit = () => killGroup(child, 'SIGKILL');
  signal.addEventListener('abort', interrupt, { once: true });
  process.once('exit', atExit);
  const print = { out: [] as Buffer[], err: [] as Buffer[], bytes: 0 };
  const keep = (to: Buffer[]) => (chunk: Buffer) => {
    print.bytes += chunk.length;
    if (print.bytes <= (mostBytes ?? 0)) to.push(chunk);
    else if (failed === null) stop(`printed more than ${(mostBytes ?? 0) / 1024 / 1024} MiB`);
  };
  child.stdout?.on('data', keep(print.out));
  child.stderr?.on('data', keep(print.err));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once(isRead ? 'close' : 'exit', resolve);
    });
    if (signal.aborted) throw signal.reason;
    return { code, failed, stdout: textOf(print.out), stderr: errors?.end() ?? textOf(print.err) };
  } finally {
    errors?.close();
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
    // Children that ignore the first signal are killed with this process, where it ends before their time is over.
    if (failed === null) process.off('exit', atExit);
  }
}

/** What a command that failed came to, for the end of a sentence: with the end of its errors. */
export function endedWords({ code, failed, stderr }: Ended, mask: Mask): { why: string; said: string } {
  const why = failed ?? (code === null ? 'was killed' : `ended with exit code ${code}`);
  // Masked as a whole: a line that is cut may hold half a secret.
  const line = mask.text(stderr).trim().split('\n').at(-1)?.trim() ?? '';
  return { why, said: line === '' ? '' : `: ${line.slice(0, MOST_SHOWN)}` };
}

/** A file without a name that takes a command's errors: what goes on in the background can write there when nobody reads. */
class ErrorFile {
  #file: number | null = null;

  constructor() {
    const path = join(tmpdir(), `idem-errors-${randomUUID()}`);
    try {
      this.#file = openSync(path, 'ax+', 0o600);
      unlinkSync(path);
    } catch {
      // Without room for it the command runs all the same.
    }
  }

  get stdio(): number | 'ignore' {
    return this.#file ?? 'ignore';
  }

  /** The last whole lines of what was written. What is written from now on takes the place of what was. */
  end(): string {
    if (this.#file === null) return '';
    const { size } = fstatSync(this.#file);
    const buffer = Buffer.alloc(Math.min(size, MOST_ERROR_BYTES));
    const text = buffer.toString('utf8', 0, readSync(this.#file, buffer, 0, buffer.length, size - buffer.length));
    ftruncateSync(this.#file);
    // The first line of a part may begin within a secret.
    return size > MOST_ERROR_BYTES ? text.slice(text.indexOf('\n') + 1 || text.length) : text;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

/** The command's own process may have ended while others of its group go on. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of them have ended.
  }
}

function textOf(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

/** The suite's environment without what concerns only the suite. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)));
}
