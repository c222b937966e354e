import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, expectRun, expectUsage, idsWith, newFolder, resultsOf } from './command.js';

const smoke = ['--profile', 'smoke', '--seed', '1'];

test.concurrent('0: the bundled reference conforms, and every requirement that has plans is decided', async () => {
  const ended = await command(smoke);
  const results = expectRun(ended, 0);
  expect(results.verdict).toMatch(/^Conforms in \d+ of \d+ MUSTs/);
  expect(idsWith(results, 'passed')).toEqual(
    expect.arrayContaining(['CREATE-1', 'REPLAY-1', 'REPLAY-3', 'ENVELOPE-1']),
  );
  for (const status of ['failed', 'warned', 'blocked', 'inconclusive', 'error'])
    expect(idsWith(results, status)).toEqual([]);
  expect(results.seed).toBe(1);
  expect(ended.stdout).toContain('Reports: idem-report/results.json');
});

test.concurrent('1: a violated MUST, told at once and at the end, with a command that finds it again', async () => {
  const ended = await command([...smoke, '--fault', 'never-replays', '--only', 'REPLAY-1']);
  const results = expectRun(ended, 1, /^idem-conformance: Does not conform: .*REPLAY-1.* violated/);
  expect(idsWith(results, 'failed')).toContain('REPLAY-1');
  const [finding] = results.requirements.find(({ id }) => id === 'REPLAY-1')?.findings ?? [];
  expect(finding?.smallest.attempts).toBe(2);
  expect(finding?.confirmed).toEqual({ failed: 10, of: 10 });
  expect(ended.stdout.indexOf('✗ REPLAY-1')).toBeLessThan(ended.stdout.indexOf('Chapter'));

  const words = finding?.commands.rerun.replace('npx idem-conformance ', '').split(' ') ?? [];
  expect(idsWith(expectRun(await command(words), 1), 'failed')).toContain('REPLAY-1');
});

test.concurrent('1: a requirement that must be decided and is not', async () => {
  const ended = await command([...smoke, '--only', 'CREATE-1', '--require', 'SCOPE-1']);
  const results = expectRun(ended, 1, 'required but not decided: SCOPE-1');
  expect(results.required).toEqual(['SCOPE-1']);
  expect(idsWith(results, 'failed')).toEqual([]);
});

test.concurrent('1: a whole chapter that must be decided and is not', async () => {
  const ended = await command([...smoke, '--only', 'CREATE-1', '--require', 'scope']);
  const results = expectRun(ended, 1, /required but not decided: SCOPE-1, SCOPE-2, .*SCOPE-5/);
  expect(results.required).toContain('SCOPE-5');
});

test.concurrent('a violated SHOULD is 0, and 1 with --strict', async () => {
  const words = [...smoke, '--fault', 'replay-changes-echo', '--only', 'REPLAY-1,REPLAY-9'];
  const lenient = expectRun(await command(words), 0);
  expect(idsWith(lenient, 'warned')).toEqual(['REPLAY-9']);
  const strict = expectRun(await command([...words, '--strict']), 1, 'REPLAY-9 violated');
  expect(strict.strict).toBe(true);
});

test.concurrent('--only takes ids and chapters in any case, twice or with commas, and decides the exit code', async () => {
  const words = [...smoke, '--fault', 'never-replays', '--only', 'create-1,ENVELOPE', '--only', 'Create-4'];
  const results = expectRun(await command(words), 0);
  expect(idsWith(results, 'passed')).toEqual(['CREATE-1', 'CREATE-4', 'ENVELOPE-1']);
  expect(results.requirements.find(({ id }) => id === 'REPLAY-1')?.reason).toBe('not chosen by --only');
});

test.concurrent('--skip leaves out ids and chapters: they are neither judged nor what others are blocked by', async () => {
  const words = [...smoke, '--fault', 'never-replays', '--only', 'CREATE-1,REPLAY,ENVELOPE'];
  const results = expectRun(await command([...words, '--skip', 'replay,envelope-1']), 0);
  const said = (id: string) => results.requirements.find((one) => one.id === id);
  expect(idsWith(results, 'passed')).toEqual(['CREATE-1']);
  for (const id of ['REPLAY-1', 'ENVELOPE-1'])
    expect(said(id)).toMatchObject({ status: 'skipped', reason: 'left out by --skip', findings: [] });
  expect(results.rerun).toContain(' --skip replay --skip envelope-1');
  expectUsage(
    await command([...words, '--skip', 'NOPE']),
    "--skip: 'NOPE' is not the name of a requirement or chapter",
  );
});

test.concurrent('0: a report that cannot be written is named, and changes no verdict', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'idem-report', 'report.html'), { recursive: true });
  const ended = await command([...smoke, '--only', 'CREATE-1'], { folder });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toBe(
    'idem-conformance: Cannot write the report idem-report/report.html: a folder of that name is in the way. ' +
      'Choose another folder.\n',
  );
  expect(ended.stdout).toContain('Conforms in 1 of');
  expect(ended.stdout).toContain('Reports: idem-report/results.json, idem-report/junit.xml, idem-report/summary.md\n');
});

test.concurrent('1: a report that cannot be written does not hide a violation', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'idem-report', 'report.html'), { recursive: true });
  const ended = await command([...smoke, '--only', 'CREATE-1', '--require', 'SCOPE-1'], { folder });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain('required but not decided: SCOPE-1');
  expect(ended.stderr).toContain('Cannot write the report idem-report/report.html');
});

// Nothing in the suite is known to do this, so trouble is brought in before it starts.
test.concurrent('4: an error that nobody foresaw, with its stack trace', async () => {
  const trouble =
    'data:text/javascript,process.stdout.write = () => setImmediate(() => { throw new Error("unforeseen") });';
  const ended = await command(smoke, { node: ['--import', trouble] });
  expect(ended.code).toBe(4);
  expect(ended.stderr).toMatch(
    /^idem-conformance: an error of the suite itself, please report it\.\nError: unforeseen\n +at /,
  );
});

test.concurrent('4: a run that stops half-way, with nothing left to wait for', async () => {
  const trouble =
    'data:text/javascript,import { Worker } from "node:worker_threads";' +
    'Worker.prototype.once = function () { this.unref(); return this; };';
  const ended = await command(smoke, { node: ['--import', trouble] });
  expect(ended.code).toBe(4);
  expect(ended.stderr).toBe(
    'idem-conformance: an error of the suite itself, please report it.\n' +
      'It stopped half-way, with nothing left to wait for.\n',
  );
});

test.concurrent('the same seed makes the same plans', async () => {
  const words = [...smoke, '--fault', 'never-replays', '--only', 'REPLAY-2'];
  const [first, second] = await Promise.all([command(words), command(words)]);
  const plans = [first, second].map((ended) =>
    resultsOf(ended).requirements.flatMap(({ id, findings }) => findings.map((one) => [id, one.original.steps])),
  );
  expect(plans[0]).toEqual(plans[1]);
  expect(plans[0]).not.toEqual([]);
});
