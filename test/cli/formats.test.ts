import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, type Ended, expectUsage, newFolder, repository, withKey } from './command.js';
import { always, serve } from './targets.js';

const quick = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];
const broken = ['--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1', '--fault', 'never-replays'];

/** What `--format` decides about: the history is written in any case. */
function reportsOf({ folder }: Ended): string[] {
  return readdirSync(join(folder, 'idem-report'))
    .filter((name) => name !== 'history.ndjson')
    .sort();
}

function report(ended: Ended, name: string): string {
  return readFileSync(join(ended.folder, 'idem-report', name), 'utf8');
}

const usual = ['junit.xml', 'report.html', 'results.json', 'summary.md'];

const chosen: [words: string[], names: string[]][] = [
  [[], usual],
  [['--format', 'json'], ['results.json']],
  [
    ['--format', 'sarif,badge'],
    ['badge.json', 'report.sarif', 'results.json'],
  ],
  [
    ['--format', 'html', '--format=junit, markdown'],
    ['junit.xml', 'report.html', 'results.json', 'summary.md'],
  ],
  [
    ['--format', 'json,html,junit,markdown,sarif,badge,badge'],
    ['badge.json', ...usual.slice(0, 2), 'report.sarif', ...usual.slice(2)],
  ],
];

test.concurrent.each(chosen)('%j writes %j', async (words, names) => {
  const ended = await command([...quick, ...words]);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
  expect(reportsOf(ended)).toEqual(names);
  const told = /\nReports: (.*)\n/.exec(ended.stdout)?.[1]?.split(', ');
  expect(told?.map((path) => path.replace('idem-report/', '')).sort()).toEqual(names);
});

test.concurrent('the configuration file may choose, and the command line wins', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'idem-conformance.yaml'), 'format: [badge, sarif]\n');
  expect(reportsOf(await command(quick, { folder }))).toEqual(['badge.json', 'report.sarif', 'results.json']);
  const other = newFolder();
  writeFileSync(join(other, 'idem-conformance.yaml'), 'format: [badge, sarif]\n');
  expect(reportsOf(await command([...quick, '--format', 'junit'], { folder: other }))).toEqual([
    'junit.xml',
    'results.json',
  ]);
});

test.concurrent.each([
  ['pdf', "--format must be one of json, html, junit, markdown, sarif, badge, not 'pdf'."],
  ['html,HTML', "--format must be one of json, html, junit, markdown, sarif, badge, not 'HTML'."],
  ['toString', "--format must be one of json, html, junit, markdown, sarif, badge, not 'toString'."],
  [',', '--format must name at least one'],
])('2: --format %s', async (list, sentence) => {
  expectUsage(await command(['--format', list, ...quick]), sentence);
});

test.concurrent('SARIF and badge of a violation', async () => {
  const ended = await command([...broken, '--format', 'sarif,badge']);
  expect(ended.code).toBe(1);
  const [run] = JSON.parse(report(ended, 'report.sarif')).runs;
  const found = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'REPLAY-1');
  expect(found).toMatchObject({
    level: 'error',
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'idem-conformance.yaml' } },
        logicalLocations: [{ fullyQualifiedName: 'POST /v1/tasks' }],
      },
    ],
    properties: { seed: 1, confirmed: { failed: 10, of: 10 }, rerun: expect.stringMatching(/^npx idem-conformance /) },
  });
  expect(run.invocations).toMatchObject([{ exitCode: 1, executionSuccessful: true }]);
  expect(JSON.parse(report(ended, 'badge.json'))).toEqual({
    schemaVersion: 1,
    label: 'idempotency',
    message: expect.stringMatching(/^\d+ of \d+ MUSTs, \d+ violated$/),
    color: 'red',
  });
});

test.concurrent('fingerprints are the same in the next run', async () => {
  const words = [...broken, '--format', 'sarif'];
  const prints = (ended: Ended) =>
    JSON.parse(report(ended, 'report.sarif')).runs[0].results.map(
      (one: { ruleId: string; partialFingerprints: object }) => [one.ruleId, one.partialFingerprints],
    );
  const [first, second] = [await command(words), await command(words)];
  expect(prints(first)).toEqual(prints(second));
  expect(prints(first)).not.toEqual([]);
});

test.concurrent.each([
  ['a contract of the repository', './api/moda/contract.yaml', '.', 'api/moda/contract.yaml'],
  ['a contract below the root of the repository', '../api/moda/contract.yaml', 'job', 'api/moda/contract.yaml'],
])('the place in SARIF is %s', async (_, contract, cwd, uri) => {
  const root = newFolder();
  cpSync(join(repository, 'contracts'), join(root, 'api'), { recursive: true });
  const folder = join(root, cwd);
  mkdirSync(folder, { recursive: true });
  const ended = await command([...broken, '--contract', contract, '--format', 'sarif'], {
    folder,
    env: { GITHUB_WORKSPACE: root },
  });
  expect(report(ended, 'report.sarif')).toContain(`"uri": "${uri}"`);
});

test.concurrent('on GitHub: annotations at the end, and the summary in the file of the step', async () => {
  const folder = newFolder();
  const step = join(folder, 'step.md');
  writeFileSync(step, 'of an earlier command\n');
  const ended = await command(broken, { folder, env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: step } });
  expect(ended.code).toBe(1);
  const lines = ended.stdout.split('\n').filter((line) => line.startsWith('::'));
  expect(lines[0]).toMatch(/^::error title=REPLAY-1%3A [^:]+::.+%0ARun it again: npx idem-conformance /);
  expect(lines.at(-1)).toMatch(/^::notice title=idem-conformance%3A Does not conform::Does not conform: /);
  expect(readFileSync(step, 'utf8')).toBe(`of an earlier command\n\n${report(ended, 'summary.md')}`);
  expect(ended.stderr).toMatch(/^idem-conformance: Does not conform: .*\n$/);
});

test.concurrent('on GitHub: what a target says is no command, wherever the line breaks', async () => {
  const evil = '::add-mask::a ##[group]b';
  const target = await serve(always(500, 'text/plain', Array(60).fill(evil).join('\n')));
  const words = ['--target', target.url, '--header', `X-Evil: ${evil}`, ...quick, '--verbose'];
  const ended = await command(words, { ...withKey, env: { ...withKey.env, GITHUB_ACTIONS: 'true' } });
  expect(ended.code).toBe(3);
  const printed = `${ended.stdout}\n${ended.stderr}`;
  expect(printed).toMatch(/add-mask/);
  expect(printed.split('\n').filter((line) => /^\s*::|##\[/.test(line))).toEqual([
    expect.stringMatching(/^::notice title=idem-conformance%3A Inconclusive::/),
  ]);
});

test.concurrent('elsewhere there are no annotations', async () => {
  const ended = await command(quick, { env: { GITHUB_ACTIONS: 'false' } });
  expect(ended.stdout).not.toMatch(/^::/m);
});

test.concurrent('a summary that cannot be appended is a warning, and changes nothing else', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'taken'));
  const ended = await command(quick, { folder, env: { GITHUB_STEP_SUMMARY: 'taken' } });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^idem-conformance: the job summary is not written: EISDIR: .*\.\n$/);
  expect(reportsOf(ended)).toEqual(usual);
});

test.concurrent('a summary that would be too long for GitHub is not appended', async () => {
  const folder = newFolder();
  const full = 'x'.repeat(1024 * 1024 - 100);
  writeFileSync(join(folder, 'step.md'), full);
  const ended = await command(quick, { folder, env: { GITHUB_STEP_SUMMARY: 'step.md' } });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toBe(
    'idem-conformance: the job summary is not written: step.md holds 1048476 bytes, and GitHub shows no more than 1 MiB.\n',
  );
  expect(readFileSync(join(folder, 'step.md'), 'utf8')).toBe(full);
});
