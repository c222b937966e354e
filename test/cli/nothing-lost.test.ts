/** What was found stays readable, whatever ends the command: signals at any moment, no disk, no terminal, no folder. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJournal } from '../../cli/journal.js';
import { ReportFolder } from '../../cli/report-folder.js';
import type { Results } from '../../results/results.js';
import { bin, command, type Ended, idsWith, newFolder, start, withKey } from './command.js';
import { frontOf, serve } from './targets.js';
import { maker } from './terminal.js';

const long = ['--seed', '1', '--profile', 'thorough', '--fault', 'never-replays'];
const short = ['--seed', '1', '--profile', 'smoke', '--fault', 'never-replays', '--only', 'CREATE-1,REPLAY-1'];
const standard = short.map((word) => (word === 'smoke' ? 'standard' : word));
const GREEN = '{"verdict":"Conforms","exitCode":0}';

/** A folder with the passing reports of yesterday. */
function folderOfYesterday(): string {
  const folder = newFolder();
  mkdirSync(join(folder, 'idem-report'));
  for (const name of ['results.json', 'report.sarif', 'badge.json'])
    writeFileSync(join(folder, 'idem-report', name), GREEN);
  return folder;
}

function resultsIn(folder: string): Results {
  return JSON.parse(readFileSync(join(folder, 'idem-report', 'results.json'), 'utf8')) as Results;
}

/** Ids that the terminal announced as violated. */
function announced({ stdout }: Ended): string[] {
  return [...new Set([...stdout.matchAll(/^✗ (\S+)/gm)].map((match) => match[1] as string))];
}

/** Ids of requirements with findings. */
function found({ requirements }: Results): string[] {
  return requirements.filter(({ findings }) => findings.length > 0).map(({ id }) => id);
}

/** Announced findings of a requirement that another one explains are left out of reports, as at the end of any run. */
function kept({ requirements }: Results): string[] {
  return requirements.filter((one) => one.findings.length > 0 || one.status === 'blocked').map(({ id }) => id);
}

const signal = fc.constantFrom<NodeJS.Signals>('SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL');

test.concurrent('signals at any moment lose nothing that was announced, and leave nothing green', async () => {
  const moments = fc.array(fc.record({ signal, afterMs: fc.integer({ min: 0, max: 1000 }) }), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(moments, async (list) => {
      const running = start(long, { folder: folderOfYesterday() });
      await running.prints('profile thorough');
      for (const { signal, afterMs } of list) {
        await sleep(afterMs);
        running.child.kill(signal);
      }
      // Signals that came as one.
      const again = setTimeout(() => running.child.kill('SIGINT'), 10_000);
      const ended = await running.ended;
      clearTimeout(again);
      expect([1, 3, 130, 143, null]).toContain(ended.code);
      if (ended.code === null) expect(ended.signal).toBe('SIGKILL');
      const report = await command(['report', 'idem-report'], { folder: ended.folder });
      const results = resultsIn(ended.folder);
      expect(kept(results)).toEqual(expect.arrayContaining(announced(ended)));
      expect(report.code).toBe(idsWith(results, 'failed').length > 0 ? 1 : 3);
      expect(results.exitCode).toBe(report.code);
      expect(results.verdict).toMatch(/stopped: (interrupted|the run did not end: )/);
      for (const name of ['report.sarif', 'badge.json'])
        expect(existsSync(join(ended.folder, 'idem-report', name))).toBe(false);
    }),
    { numRuns: 3 },
  );
}, 600_000);

/** The folder of a run that was killed after its first finding. */
async function killed(): Promise<Ended> {
  const running = start(long, { folder: folderOfYesterday() });
  await running.prints('✗ REPLAY-1');
  running.child.kill('SIGKILL');
  return running.ended;
}

test.concurrent('a journal that was cut anywhere gives what stands before the cut', async () => {
  const ended = await killed();
  const dir = join(ended.folder, 'idem-report');
  expect(existsSync(join(dir, 'results.json'))).toBe(false);
  const whole = readFileSync(join(dir, 'journal.ndjson'));
  const path = join(newFolder(), 'journal.ndjson');
  const read = (length: number) => {
    writeFileSync(path, whole.subarray(0, length));
    return readJournal(path);
  };
  const first = whole.indexOf('\n');
  fc.assert(
    fc.property(fc.nat({ max: whole.length }), fc.nat({ max: whole.length }), (one, other) => {
      const [shorter, longer] = [read(Math.min(one, other)), read(Math.max(one, other))];
      if (shorter === null) {
        expect(Math.min(one, other)).toBeLessThan(first);
        return;
      }
      if (longer === null) throw new Error('more of a journal says less');
      expect(kept(longer)).toEqual(expect.arrayContaining(found(shorter)));
      for (const results of [shorter, longer])
        expect(results.exitCode).toBe(idsWith(results, 'failed').length > 0 ? 1 : 3);
    }),
    { numRuns: 100 },
  );
  // The command, with the first line alone, then with half of it.
  for (const [length, code] of [
    [first, 3],
    [first / 2, 3],
  ] as const) {
    rmSync(join(dir, 'results.json'), { force: true });
    writeFileSync(join(dir, 'journal.ndjson'), whole.subarray(0, length));
    expect((await command(['report', 'idem-report'], { folder: ended.folder })).code).toBe(code);
    expect(existsSync(join(dir, 'results.json'))).toBe(length === first);
  }
});

test.concurrent('the journal of a killed run outlives the next run', async () => {
  const { folder } = await killed();
  await command(['--seed', '1', '--profile', 'smoke', '--only', 'CREATE-1'], { folder });
  expect(resultsIn(folder).exitCode).toBe(0);
  expect((await command(['report', 'idem-report/earlier-run'], { folder })).code).toBe(1);
  // Of a run that wrote its reports: the same results, in other formats.
  expect((await command(['report', 'idem-report', '--format', 'badge'], { folder })).code).toBe(0);
  expect(existsSync(join(folder, 'idem-report', 'badge.json'))).toBe(true);
});

test('journals with findings are kept each, and empty ones are not', async () => {
  const dir = join((await killed()).folder, 'idem-report');
  const whole = readFileSync(join(dir, 'journal.ndjson'));
  const journals = fc.array(fc.constantFrom('whole', 'of another version', ''), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(journals, (list) => {
      const at = newFolder();
      for (const one of list) {
        writeFileSync(join(at, 'journal.ndjson'), one === 'whole' ? whole : one && `${JSON.stringify({ one })}\n`);
        new ReportFolder(at, false).close();
      }
      const kept = readdirSync(at).filter((name) => name.startsWith('earlier-run'));
      expect(kept.sort()).toEqual(
        list.filter((one) => one !== '').map((_, n) => (n === 0 ? 'earlier-run' : `earlier-run-${n + 1}`)),
      );
    }),
    { numRuns: 20 },
  );
});

test.concurrent.each([
  ['output', 'exec "$@" > /dev/full', []],
  ['error output', 'exec "$@" 2> /dev/full', []],
  ['both outputs', 'exec "$@" > /dev/full 2>&1', []],
  ['files', 'ulimit -f 40; exec "$@"', ['results.json', 'report.html', 'journal.ndjson']],
  ['not even small files', 'ulimit -f 1; exec "$@"', ['results.json', 'junit.xml', 'summary.md', 'report.html']],
])('1: no room for %s', async (what, shell, missing) => {
  const ended = await command(short, { shell, folder: folderOfYesterday() });
  expect(ended.code, ended.stderr).toBe(1);
  if (what !== 'both outputs') expect(ended.stdout + ended.stderr).toContain('Does not conform: REPLAY-1 violated');
  for (const name of missing) {
    expect(ended.stderr).toContain(`idem-report/${name}`);
    expect(existsSync(join(ended.folder, 'idem-report', name))).toBe(name === 'journal.ndjson');
  }
  if (missing.length === 0) expect(resultsIn(ended.folder).exitCode).toBe(1);
  expect(ended.stderr).not.toContain('an error of the suite');
});

test.concurrent.each([
  ['the report folder', 'idem-report', true],
  ['the working folder', '.', false],
])('1: %s is removed during the run', async (_, name, isMadeAgain) => {
  const folder = newFolder();
  let requests = 0;
  const target = await frontOf({
    reference: { fault: 'never-replays' },
    change: () => {
      requests += 1;
      if (requests === 20) rmSync(join(folder, name), { recursive: true, maxRetries: 10 });
    },
  });
  const words = ['--target', target.url, '--seed', '1', '--profile', 'smoke', '--only', 'CREATE-1,REPLAY-1'];
  const ended = await command(words, { folder, env: target.env });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('Does not conform: REPLAY-1 violated');
  expect(ended.stderr).toContain('idem-report/history.ndjson is lost: it was removed during the run.');
  if (isMadeAgain) expect(resultsIn(ended.folder).exitCode).toBe(1);
  else expect(ended.stderr).toContain('Cannot create the report folder idem-report: the folder is not there any more.');
});

test.concurrent('1: the terminal is closed', async () => {
  const folder = newFolder();
  // The shell outlives the terminal, to say how the command ended.
  writeFileSync(
    join(folder, 'run.sh'),
    `trap '' HUP\n'${process.execPath}' '${bin}' ${standard.join(' ')}\necho $? > code\ntouch ended\n`,
  );
  const running = start([], { folder, shell: `exec ${maker} --quiet --flush --command 'sh run.sh' /dev/null` });
  // The closing text has it without colours between: by then the run is over.
  await running.prints(' REPLAY-1 A repeat under the same key');
  running.child.kill('SIGKILL');
  while (!existsSync(join(folder, 'ended'))) await sleep(50);
  expect(readFileSync(join(folder, 'code'), 'utf8')).toBe('1\n');
  expect(resultsIn(folder).exitCode).toBe(1);
});

test.concurrent('2: a second run into the folder of one that is under way sends nothing', async () => {
  const target = await serve(() => {});
  // However long the second one takes to start.
  const words = ['--target', target.url, '--seed', '1', '--timeout', '280'];
  const folder = newFolder();
  const first = start(words, { folder, ...withKey });
  while (target.requests.length === 0) await sleep(20);
  const other = await serve(() => {});
  const second = await command(['--target', other.url, '--seed', '1'], { folder, ...withKey });
  expect({ code: second.code, stdout: second.stdout, requests: other.requests }).toEqual({
    code: 2,
    stdout: '',
    requests: [],
  });
  expect(second.stderr).toBe(
    `idem-conformance: Another run (process ${first.child.pid}) writes into this folder: choose another --report-dir, ` +
      'or wait until it has ended. If none is under way, remove idem-report/run.lock.\n',
  );
  first.child.kill('SIGINT');
  expect((await first.ended).code).toBe(3);
  expect(readdirSync(join(folder, 'idem-report'))).not.toContain('run.lock');
});

test.concurrent('links in the report folder are replaced, and what they lead to stays', async () => {
  const folder = newFolder();
  const dir = join(folder, 'idem-report');
  mkdirSync(dir);
  const outside = join(folder, 'outside');
  writeFileSync(outside, 'mine');
  mkdirSync(join(folder, 'elsewhere'));
  const names = ['results.json', 'junit.xml', 'summary.md', 'report.html', 'journal.ndjson', 'history.ndjson'];
  for (const name of [...names, 'run.lock', 'results.json.tmp']) symlinkSync(outside, join(dir, name));
  symlinkSync(join(folder, 'elsewhere'), join(dir, 'earlier-run'));
  const ended = await command(short, { folder });
  expect({ code: ended.code, outside: readFileSync(outside, 'utf8') }).toEqual({ code: 1, outside: 'mine' });
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  expect(resultsIn(folder).exitCode).toBe(1);
});
