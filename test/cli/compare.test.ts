import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultsJson } from '../../reports/json.js';
import type { Results } from '../../results/results.js';
import { failing, passing } from '../results/pair.js';
import { command, expectUsage, newFolder } from './command.js';

/** A folder with the results of two runs: `old.json`, and `new/results.json`. */
function folderWith(older: unknown, newer: unknown): string {
  const folder = newFolder();
  mkdirSync(join(folder, 'new'));
  const text = (value: unknown) => (typeof value === 'string' ? value : resultsJson(value as Results));
  writeFileSync(join(folder, 'old.json'), text(older));
  writeFileSync(join(folder, 'new', 'results.json'), text(newer));
  return folder;
}

const words = ['compare', 'old.json', 'new'];

test.concurrent('1: a regression, as Markdown and in one line', async () => {
  const ended = await command(words, { folder: folderWith(passing, failing) });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toMatch(/^# ✗ 3 regressions: SCOPE-1, SCOPE-2, HEADER-2\n/);
  expect(ended.stdout).toContain('## Worse');
  expect(ended.stderr).toBe('idem-conformance: 3 regressions: SCOPE-1, SCOPE-2, HEADER-2.\n');
});

test.concurrent('0: better, or the same', async () => {
  const better = await command(words, { folder: folderWith(failing, passing) });
  expect(better).toMatchObject({ code: 0, stderr: '' });
  expect(better.stdout).toMatch(/^# ✓ No regression\n/);
  const same = await command(['compare', 'new', 'new/results.json'], { folder: folderWith(failing, failing) });
  expect(same).toMatchObject({ code: 0, stderr: '' });
  expect(same.stdout).toMatch(/^# ✓ Nothing changed\n/);
});

test.concurrent('a SHOULD counts with --strict', async () => {
  const warned: Results = {
    ...passing,
    requirements: passing.requirements.map(
      (one) => failing.requirements.find(({ id, status }) => id === one.id && status === 'warned') ?? one,
    ),
  };
  const folder = folderWith(passing, warned);
  const [lenient, strict] = await Promise.all([
    command(words, { folder }),
    command([...words, '--strict'], { folder }),
  ]);
  expect(lenient).toMatchObject({ code: 0, stderr: '' });
  expect(strict).toMatchObject({ code: 1, stderr: 'idem-conformance: 1 regression: HEADER-1.\n' });
});

const wrong: [name: string, older: unknown, sentence: RegExp][] = [
  ['a file that is not JSON', '{', /^idem-conformance: old\.json is not JSON: .*\.\n$/],
  ['other JSON', { a: 1 }, /^idem-conformance: old\.json holds no results of a run: give a results\.json, /],
  ['a list', '[]', /old\.json holds no results of a run/],
  [
    'results of a newer version',
    { ...passing, schema: 'https://idem-conformance.dev/results/3' },
    /old\.json was written by a newer idem-conformance \(results version 3; this one reads 2\): update this one\.\n$/,
  ],
  [
    'results of an older version',
    { ...passing, schema: 'https://idem-conformance.dev/results/1' },
    /old\.json was written by an older idem-conformance \(results version 1; this one reads 2\): run it again\.\n$/,
  ],
  [
    'results that break the schema',
    { ...passing, exitCode: 'x\nat y:1' },
    /^idem-conformance: old\.json does not follow results\.schema\.json: \/exitCode must be .*\. It was written by version 0\.1\.0 of idem-conformance\.\n$/,
  ],
];

test.concurrent.each(wrong)('2: %s', async (_, older, sentence) => {
  expectUsage(await command(words, { folder: folderWith(older, passing) }), sentence);
  expectUsage(await command(['compare', 'new', 'old.json'], { folder: folderWith(older, passing) }), sentence);
});

test.concurrent('2: a file that is not there, a folder without results, one file alone', async () => {
  const folder = folderWith(passing, passing);
  mkdirSync(join(folder, 'empty'));
  const said = async (...args: string[]) => {
    const ended = await command(['compare', ...args], { folder });
    expectUsage(ended, '');
    return ended.stderr;
  };
  expect(await said('nope.json', 'new')).toBe(
    'idem-conformance: nope.json: cannot be read (ENOENT); check the path.\n',
  );
  expect(await said('new', 'empty')).toBe(
    'idem-conformance: empty/results.json: cannot be read (ENOENT); check the path.\n',
  );
  expect(await said('new')).toMatch(/missing required argument 'new'/);
});

test.concurrent('what a run wrote is read', async () => {
  const run = ['--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1'];
  const folder = newFolder();
  const before = await command([...run, '--report-dir', 'before'], { folder });
  const after = await command([...run, '--report-dir', 'after', '--fault', 'never-replays'], { folder });
  expect([before.code, after.code]).toEqual([0, 1]);
  const ended = await command(['compare', 'before', 'after'], { folder });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^idem-conformance: \d+ regressions?: .*REPLAY-1/);
  expect(await command(['compare', 'after', 'after'], { folder })).toMatchObject({ code: 0, stderr: '' });
});
