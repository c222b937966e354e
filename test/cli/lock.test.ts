/** One run at a time in a folder; what a killed run left is taken over. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lock } from '../../cli/lock.js';
import { UsageError } from '../../run/options/usage.js';
import { newFolder, start, withKey } from './command.js';
import { serve } from './targets.js';

const path = () => join(newFolder(), 'run.lock');

/** The lock of this process, as it stands in the file. */
function own(): { pid: number; began: string | null; host: string } {
  const at = path();
  const lock = new Lock(at);
  const text = readFileSync(at, 'utf8');
  lock.release();
  expect(existsSync(at)).toBe(false);
  return JSON.parse(text);
}

function isTaken(at: string): boolean {
  try {
    new Lock(at).release();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return false;
  }
}

/** A file that was changed so many seconds ago. */
function write(text: string, secondsAgo = 0): string {
  const at = path();
  writeFileSync(at, text);
  const then = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(at, then, then);
  return at;
}

test('a lock is held by a process that lives, and by its beginning where its number is used again', () => {
  const mine = own();
  const unused = 2 ** 22 + 1;
  expect({
    same: isTaken(write(JSON.stringify(mine))),
    dead: isTaken(write(JSON.stringify({ ...mine, pid: unused }))),
    usedAgain: mine.began === null || isTaken(write(JSON.stringify({ ...mine, began: `${Number(mine.began) - 1}` }))),
    elsewhere: isTaken(write(JSON.stringify({ ...mine, host: 'elsewhere' }))),
    elsewhereAndSilent: isTaken(write(JSON.stringify({ ...mine, host: 'elsewhere' }), 3600)),
  }).toEqual({ same: false, dead: true, usedAgain: true, elsewhere: false, elsewhereAndSilent: true });
});

test('whatever stands in the file, it is held while it is fresh, and taken over when it is old', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constant(''),
    fc.record({ pid: fc.integer() }).map((x) => JSON.stringify(x)),
  );
  fc.assert(
    fc.property(text, (one) => {
      expect([isTaken(write(one)), isTaken(write(one, 3600))]).toEqual([false, true]);
    }),
    { numRuns: 50 },
  );
});

test('a link is replaced, and a folder is in the way', () => {
  const [link, folder] = [path(), path()];
  const outside = write('mine');
  symlinkSync(outside, link);
  mkdirSync(folder);
  expect([isTaken(link), isTaken(folder), readFileSync(outside, 'utf8')]).toEqual([true, false, 'mine']);
});

test('a lock that another run has taken meanwhile stays', () => {
  const at = path();
  const lock = new Lock(at);
  writeFileSync(at, 'of another run');
  lock.release();
  expect(readFileSync(at, 'utf8')).toBe('of another run');
});

test.concurrent('of runs that begin together over the lock of a killed one, one sends', async () => {
  const targets = await Promise.all([1, 2, 3].map(() => serve(() => {})));
  const folder = newFolder();
  mkdirSync(join(folder, 'idem-report'));
  writeFileSync(join(folder, 'idem-report', 'run.lock'), JSON.stringify({ ...own(), pid: 2 ** 22 + 1 }));
  const runs = targets.map(({ url }) =>
    start(['--target', url, '--seed', '1', '--timeout', '280'], { folder, ...withKey }),
  );
  const codes = await Promise.all(
    runs.map(async ({ child, ended }, n) => {
      const timer = setInterval(() => targets[n]?.requests.length !== 0 && child.kill('SIGINT'), 300);
      const { code } = await ended;
      clearInterval(timer);
      return code;
    }),
  );
  expect(codes.filter((code) => code !== 2)).toHaveLength(1);
  expect(targets.filter(({ requests }) => requests.length > 0)).toHaveLength(1);
});
