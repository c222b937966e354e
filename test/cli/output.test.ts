import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chapters } from '../../suites/index.js';
import { command, newFolder, repository, resultsOf, start, withKey, wroteReports } from './command.js';
import { always, serve } from './targets.js';
import { inTerminal } from './terminal.js';

test.concurrent('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
  expect(await command(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.concurrent('--help names every option and verb', async () => {
  const { code, stdout, stderr } = await command(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const options =
    'target contract profile parallel seed only require list dry-run max-requests max-creates max-time rate timeout ' +
    'header ca report-dir strict exclusive wait allow-production api-key-env fault verbose version help';
  for (const option of options.split(' ')) expect(stdout).toMatch(new RegExp(`^ .*--${option}\\b`, 'm'));
  expect(stdout).toMatch(/^ {2}reference /m);
});

test.concurrent('--list shows every requirement with its level and title', async () => {
  const ended = await command(['--list']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  for (const { name, title, requirements } of chapters) {
    expect(ended.stdout).toContain(`\n${name}: ${title}\n`);
    for (const { id, level, title: promise } of requirements) {
      const line = ended.stdout.split('\n').find((one) => one.startsWith(`  ${id} `)) ?? '';
      expect(line).toContain(level);
      expect(line).toContain(promise);
    }
  }
  expect(wroteReports(ended)).toBe(false);
});

test.concurrent('--dry-run says what would be sent, and sends nothing', async () => {
  const target = await serve(always(500, 'application/json', '{}'));
  const ended = await command(
    ['--target', target.url, '--dry-run', '--seed', '1', '--rate', '60', '--only', 'CREATE-1'],
    withKey,
  );
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatch(/^Nothing was sent\. Profile standard, seed 1, against http:/);
  expect(ended.stdout).toMatch(
    / \d+ rounds?, \d+ plans, about \d+ requests, \d+ resources, about \d+ minutes at 60 requests per minute/,
  );
  expect(target.requests).toEqual([]);
  expect(wroteReports(ended)).toBe(false);
});

test.concurrent('off loopback smoke is the default, at the rate of the contract', async () => {
  const ended = await command(['--target', 'https://staging.example', '--dry-run', '--only', 'CREATE-1'], withKey);
  expect(ended.stdout).toMatch(/^Nothing was sent\. Profile smoke, .*\n.* minutes at 120 requests per minute/);
});

test.concurrent('--verbose prints every exchange, with its idempotency key', async () => {
  const ended = await command(['--verbose', '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1']);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/A POST \/v1\/tasks key ".+" → 20\d with task_\w+ in [\d.]+ ms/);
});

test.concurrent('into a file or a pipe go plain lines: no colour, no line that is written over', async () => {
  const ended = await command(['--profile', 'smoke', '--seed', '1', '--fault', 'never-replays', '--only', 'REPLAY-1']);
  expect(ended.code).toBe(1);
  for (const control of ['\u001b', '\r']) expect(ended.stdout + ended.stderr).not.toContain(control);
});

test.concurrent('on a terminal there are colours, and none with NO_COLOR', async () => {
  const words = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];
  const [colored, plain] = await Promise.all([inTerminal(words, {}), inTerminal(words, { NO_COLOR: '1' })]);
  // What is left besides the removal of the live line.
  const colors = (text: string) => text.replaceAll('\u001b[2K', '').split('\u001b[').length - 1;
  expect(colors(colored)).toBeGreaterThan(0);
  expect(colors(plain)).toBe(0);
  // A terminal that does not know its width: no word stands alone on its line.
  expect(plain).toMatch(/Conforms in \d+ of \d+ MUSTs; /);
});

// A reader that has seen enough, as `| head -1`.
test.concurrent.each([['--list'], ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1']])(
  'a pipe that is closed changes neither exit code nor reports: %s %s',
  async (...words) => {
    const folder = newFolder();
    const running = start(words, { folder });
    running.child.stdout?.once('data', () => running.child.stdout?.destroy());
    const ended = await running.ended;
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    if (words[0] === '--list') expect(existsSync(join(folder, 'idem-report'))).toBe(false);
    else expect(resultsOf(ended).exitCode).toBe(0);
  },
);

test.concurrent('stderr that nobody reads is no error either', async () => {
  const running = start(['--profile', 'smoke', '--only', 'CREATE-1', '--require', 'SCOPE-1']);
  running.child.stderr?.destroy();
  expect((await running.ended).code).toBe(1);
});
