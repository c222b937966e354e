/** What a pipeline stands on: known failures, frozen requirements, shards, and findings sent again. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Lock } from '../../cli/lock.js';
import { command, expectRun, idsWith, newFolder, resultsOf } from './command.js';

const quick = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1,CONFLICT-1,REPLAY-1,REPLAY-9'];
const broken = [...quick, '--fault', 'conflict-other-status'];

describe('--baseline', () => {
  test.concurrent('is written, holds, and fails once its entry is mended', async () => {
    const folder = newFolder();
    const file = ['--baseline', 'known.yaml'];
    const written = await command([...broken, ...file, '--update-baseline'], { folder });
    expect({ code: written.code, said: written.stdout }).toEqual({
      code: 0,
      said: expect.stringContaining('Wrote 1 known failure to known.yaml'),
    });
    expect(readFileSync(join(folder, 'known.yaml'), 'utf8')).toContain('- id: CONFLICT-1\n  reason: ');

    const known = expectRun(await command([...broken, ...file], { folder }), 0);
    expect(known.baseline).toMatchObject([{ id: 'CONFLICT-1', state: 'known', until: null }]);
    expect(known.verdict).toContain('known failures: CONFLICT-1');
    expect(idsWith(known, 'failed')).toEqual(['CONFLICT-1']);

    const mended = expectRun(await command([...quick, ...file], { folder }), 1, 'violated no more: CONFLICT-1');
    expect(mended.baseline).toMatchObject([{ id: 'CONFLICT-1', state: 'fixed' }]);
  });

  test.concurrent('an unknown failure still fails the run, and an entry past its day does, too', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'other.yaml'), '- { id: CREATE-1, reason: not this one, until: 2999-12-31 }\n');
    const other = await command([...broken, '--baseline', 'other.yaml'], { folder });
    expectRun(other, 1, 'CONFLICT-1 violated');
    writeFileSync(join(folder, 'past.yaml'), '- { id: CONFLICT-1, reason: ticket 7, until: 2020-01-31 }\n');
    const past = expectRun(
      await command([...broken, '--baseline', 'past.yaml'], { folder }),
      1,
      'past their date in the baseline: CONFLICT-1',
    );
    expect(past.baseline).toEqual([{ id: 'CONFLICT-1', reason: 'ticket 7', until: '2020-01-31', state: 'expired' }]);
  });

  test.concurrent('keeps reasons and days when it is written again, and what was not decided', async () => {
    const folder = newFolder();
    const before = '- { id: CONFLICT-1, reason: ticket 7, until: 2999-01-31 }\n- { id: STORM-1, reason: ticket 8 }\n';
    writeFileSync(join(folder, 'known.yaml'), before);
    await command([...broken, '--baseline', 'known.yaml', '--update-baseline'], { folder });
    const after = readFileSync(join(folder, 'known.yaml'), 'utf8').split('\n').slice(2).join('\n');
    expect(after).toBe(
      '- id: CONFLICT-1\n  reason: ticket 7\n  until: 2999-01-31\n- id: STORM-1\n  reason: ticket 8\n',
    );
  });

  test.concurrent.each([
    ['no such file', undefined, 'there is no such file'],
    ['no list', 'CONFLICT-1: why\n', 'must be a list'],
    ['an unknown id', '- { id: CONFLICT-99, reason: why }\n', "'CONFLICT-99' is not a requirement"],
    ['no reason', '- { id: CONFLICT-1 }\n', 'CONFLICT-1 needs a reason'],
    ['a day that does not exist', '- { id: CONFLICT-1, reason: why, until: 2027-02-31 }\n', 'until must be a day'],
    ['an entry twice', '- { id: KEY-1, reason: a }\n- { id: KEY-1, reason: b }\n', 'KEY-1 stands there twice'],
    ['a stray member', '- { id: KEY-1, reason: a, untill: 2027-01-01 }\n', "no member 'untill'"],
    ['no YAML', '- { id: KEY-1', '--baseline known.yaml'],
  ])('2: %s', async (_, text, said) => {
    const folder = newFolder();
    if (text !== undefined) writeFileSync(join(folder, 'known.yaml'), text);
    const ended = await command([...quick, '--baseline', 'known.yaml'], { folder });
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  });
});

describe('--requirements', () => {
  test.concurrent('a frozen set decides', async () => {
    const results = expectRun(await command([...quick, '--requirements', '2026-12']), 0);
    expect({ catalogue: results.catalogue, decides: results.decides }).toEqual({
      catalogue: '2026-12',
      decides: ['CREATE-1', 'REPLAY-1', 'REPLAY-9', 'CONFLICT-1'],
    });
  });

  test.concurrent('2: a set that does not exist', async () => {
    const ended = await command([...quick, '--requirements', '1999-01']);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/no set of requirements 1999-01\. There are: 2026-12, 2027-01/),
    });
  });
});

describe('--shard and merge', () => {
  const run = ['--profile', 'standard', '--seed', '3', '--only', 'CREATE-1,REPLAY-1,KEY-5,RETENTION-1'];

  test.concurrent('two shards together are the whole run', async () => {
    const folder = newFolder();
    for (const index of [1, 2]) {
      const words = [...run, '--shard', `${index}/2`, '--report-dir', `shard-${index}`];
      const ended = await command(words, { folder });
      expect(ended.code).toBe(0);
    }
    const merged = await command(['merge', 'shard-1', 'shard-2', '--report-dir', 'whole'], { folder });
    const shards = [1, 2].map((index) => resultsOf({ ...merged, folder }, `shard-${index}`));
    const whole = resultsOf({ ...merged, folder }, 'whole');
    expect({ code: merged.code, rounds: whole.rounds, shard: whole.shard }).toEqual({
      code: 0,
      rounds: { planned: 8, done: 8 },
      shard: null,
    });
    expect(whole.requests.sent).toBe(shards.reduce((sum, { requests }) => sum + requests.sent, 0));
    expect(idsWith(whole, 'passed')).toEqual(['CREATE-1', 'KEY-5', 'REPLAY-1', 'RETENTION-1']);
    expect(whole.requirements.find(({ id }) => id === 'CREATE-1')?.evidence.plans).toBe(8);

    mkdirSync(join(folder, 'half'));
    writeFileSync(join(folder, 'half', 'report.sarif'), 'of an earlier run');
    const half = await command(['merge', 'shard-1', '--report-dir', 'half'], { folder });
    expect({ code: half.code, stderr: half.stderr }).toEqual({ code: 3, stderr: expect.stringContaining('shard 2') });
    expect(readdirSync(join(folder, 'half'))).not.toContain('report.sarif');
    // In a folder where somebody writes, nothing changes.
    const lock = new Lock(join(folder, 'whole', 'run.lock'));
    const busy = await command(['merge', 'shard-1', '--report-dir', 'whole'], { folder });
    lock.release();
    expect({ code: busy.code, results: resultsOf({ ...merged, folder }, 'whole') }).toEqual({
      code: 2,
      results: whole,
    });
  });

  test.concurrent.each([
    ['0/2', 'e.g. 1/3'],
    ['3/2', "--shard must be the shard's number and how many there are, e.g. 1/3, not '3/2'"],
    ['1/9', 'the standard profile has 8 rounds to share out'],
  ])('2: --shard %s', async (shard, said) => {
    const ended = await command([...run, '--shard', shard]);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
  });
});

describe('replay', () => {
  test.concurrent('still failing, fixed, and what holds no such finding', async () => {
    const folder = newFolder();
    await command(broken, { folder });
    const from = ['--from', 'idem-report'];
    const failing = await command(['replay', 'conflict-1', ...from], { folder });
    expect({ code: failing.code, stdout: failing.stdout }).toEqual({
      code: 1,
      stdout: 'CONFLICT-1 still failing: 10 of 10 repetitions of the smallest case broke it.\n',
    });
    const none = await command(['replay', 'CREATE-1', ...from], { folder });
    expect({ code: none.code, stderr: none.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('holds no finding of CREATE-1. It holds findings of CONFLICT-1'),
    });
    const follows = await command(['replay', 'SCENARIO-6', ...from], { folder });
    expect({ code: follows.code, stderr: follows.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        'no finding of SCENARIO-6: blocked by CONFLICT-1: this scenario shows it at work. Replay',
      ),
    });
    // The same findings, as if they had been met at the correct server.
    const results = resultsOf(failing);
    writeFileSync(join(folder, 'mended.json'), JSON.stringify({ ...results, fault: null, targets: [] }));
    const fixed = await command(['replay', 'CONFLICT-1', '--from', 'mended.json'], { folder });
    expect({ code: fixed.code, stdout: fixed.stdout }).toEqual({
      code: 0,
      stdout: 'CONFLICT-1 fixed: none of 10 repetitions of the smallest case broke it.\n',
    });
  });

  test.concurrent('nobody can tell where nothing answers, or where the case never failed again', async () => {
    const folder = newFolder();
    await command(broken, { folder });
    copyFileSync(join(folder, 'idem-report', 'results.json'), join(folder, 'results.json'));
    const where = ['--target', 'http://127.0.0.1:1', '--from', 'results.json'];
    const silent = await command(['replay', 'CONFLICT-1', ...where], { folder, env: { IDEM_API_KEY: 'sk_of_nobody' } });
    expect({ code: silent.code, stdout: silent.stdout }).toEqual({
      code: 3,
      stdout: expect.stringMatching(/^CONFLICT-1 cannot tell: .*Nothing listens there/),
    });
    const text = readFileSync(join(folder, 'results.json'), 'utf8').replace('"failed": 10', '"failed": 0');
    writeFileSync(join(folder, 'lucky.json'), text);
    const lucky = await command(['replay', 'CONFLICT-1', '--from', 'lucky.json'], { folder });
    expect({ code: lucky.code, stdout: lucky.stdout }).toEqual({
      code: 3,
      stdout: expect.stringMatching(
        /cannot tell: the case never failed again.*\nA whole run can: npx idem-conformance /,
      ),
    });
  });
});
