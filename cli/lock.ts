/** `run.lock` in a report folder: one run at a time writes there. */
import {
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { UsageError } from '../run/options/usage.js';

interface Owner {
  pid: number;
  /** When the process began, as the system counts it: a number that is used again does not count. */
  began: string | null;
  /** Machine and container. */
  host: string;
}

/** Seconds between two signs of life, and after how many without one a lock of another machine is stale. */
const SIGN_S = 5;
const STALE_S = 60;

export class Lock {
  readonly #path: string;
  readonly #text: string;
  readonly #signs: NodeJS.Timeout;

  /** Takes the folder, also from a run that is there no more. Throws `UsageError` where another run is under way. */
  constructor(path: string) {
    this.#path = path;
    this.#text = JSON.stringify({ pid: process.pid, began: beginOf(process.pid), host: hostOf() });
    take(path, this.#text);
    this.#signs = setInterval(() => this.#sign(), SIGN_S * 1000).unref();
  }

  release(): void {
    clearInterval(this.#signs);
    // The folder may be gone, or in use by a run after this one.
    if (read(this.#path) === this.#text) rmSync(this.#path, { force: true });
  }

  #sign(): void {
    const now = new Date();
    try {
      utimesSync(this.#path, now, now);
    } catch {
      // Removed with its folder: then there is no folder to share.
    }
  }
}

function take(path: string, text: string): void {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      writeFileSync(path, text, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new UsageError(`${path} is a folder: remove it, or choose another --report-dir.`);
    const found = read(path);
    if (found !== null && isHeld(path, found)) throw busy(path, found);
    removeStale(path, found);
  }
  throw busy(path, '');
}

function busy(path: string, text: string): UsageError {
  const pid = ownerOf(text)?.pid;
  const who = pid === undefined ? 'Another run' : `Another run (process ${pid})`;
  return new UsageError(
    `${who} writes into this folder: choose another --report-dir, or wait until it has ended. If none is under way, remove ${path}.`,
  );
}

/** Its text; `null` where it is gone, or is a link. */
function read(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function isHeld(path: string, text: string): boolean {
  const owner = ownerOf(text);
  if (owner === null || owner.host !== hostOf()) {
    const changed = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - changed < STALE_S * 1000;
  }
  return isAlive(owner.pid) && (owner.began === null || beginOf(owner.pid) === owner.began);
}

function ownerOf(text: string): Owner | null {
  try {
    const { pid, began, host } = JSON.parse(text) as Owner;
    return Number.isInteger(pid) && pid > 0 ? { pid, began, host } : null;
  } catch {
    return null;
  }
}

/** Under another name first: between reading and removing, another run may have taken the folder. */
function removeStale(path: string, text: string | null): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (text !== null && read(aside) !== text) linkSync(aside, path);
  } catch {
    // Another run was first: the next try meets its lock.
  } finally {
    rmSync(aside, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where the system has /proc: when a process began, in ticks since the machine did. */
function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The 22nd field; the second, in parentheses, may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Containers with one folder may have one host name, and a number for each process of their own. */
function hostOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
