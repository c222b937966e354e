/** The package in the tests of a foreign project: Vitest, Jest and node:test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequirementRecord, Results } from '../../results/results.js';
import { type Done, execute, install, pack, repository } from './install.js';

let root = '';
let project = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'idem-frameworks-'));
  chmodSync(root, 0o755);
  const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    devDependencies: { vitest: string };
  };
  const besides = [`vitest@${devDependencies.vitest}`, 'jest@30'];
  project = await install(join(root, 'project'), await pack(root), ['npm'], besides);
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

interface Served {
  url: string;
  /** The variables that the reference prints, and its address as `TARGET`. */
  env: Record<string, string>;
}

/** The installed package's reference server, as a process. */
function reference(...words: string[]): Promise<Served> {
  // Not through npx: a signal would end that alone, and leave the server.
  const command = 'node_modules/idem-conformance/dist/cli/bin.js';
  const child = spawn(process.execPath, [command, 'reference', ...words], { cwd: project });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [, url = '', first = '', second = ''] =
        /listens at (\S+?),?\s[\s\S]*IDEM_API_KEY=(\S+)\s+IDEM_API_KEY_2=(\S+)\s/.exec(text) ?? [];
      if (second !== '') resolve({ url, env: { TARGET: url, IDEM_API_KEY: first, IDEM_API_KEY_2: second } });
    });
    child.on('close', () => reject(new Error(`The reference ended: ${text}`)));
  });
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

function npx(words: string[], env: Record<string, string> = {}): Promise<Done> {
  const { PATH, HOME } = process.env;
  return execute('npx', words, { cwd: project, env: { PATH, HOME, NO_COLOR: '1', CI: '1', ...env } });
}

const OPTIONS = `{
  profile: 'smoke',
  seed: 1,
  targets: [process.env.TARGET],
  credentials: { first: process.env.IDEM_API_KEY, second: process.env.IDEM_API_KEY_2 },
}`;

interface VitestReport {
  numTotalTests: number;
  testResults: {
    assertionResults: { ancestorTitles: string[]; title: string; status: string; failureMessages: string[] }[];
  }[];
}

/** `describeConformance` in a test file of its own, and what Vitest says of it. */
async function vitest(name: string, env: Record<string, string>): Promise<{ code: number; report: VitestReport }> {
  write(
    `${name}.test.mjs`,
    `import { describeConformance } from 'idem-conformance/vitest';\ndescribeConformance(${OPTIONS});\n`,
  );
  const { code, stderr } = await npx(
    ['vitest', 'run', `${name}.test.mjs`, '--reporter=json', `--outputFile=${name}.json`],
    env,
  );
  expect(stderr).not.toContain('Cannot find');
  return { code, report: JSON.parse(readFileSync(join(project, `${name}.json`), 'utf8')) as VitestReport };
}

/** The same run by the command: what each test should have become. */
async function byCommand(name: string, { url, env }: Served): Promise<Results> {
  await npx(['idem-conformance', '--target', url, '--profile', 'smoke', '--seed', '1', '--report-dir', name], env);
  return JSON.parse(readFileSync(join(project, name, 'results.json'), 'utf8')) as Results;
}

function testStatus({ level, status }: RequirementRecord): string {
  if (status === 'skipped' || status === 'blocked') return 'skipped';
  return status === 'failed' || status === 'error' || (status === 'inconclusive' && level === 'MUST')
    ? 'failed'
    : 'passed';
}

const assertions = ({ testResults }: VitestReport) => testResults.flatMap(({ assertionResults }) => assertionResults);

test('Vitest: one test a requirement, by its id and sentence, against a server that conforms', async () => {
  const served = await reference();
  const { code, report } = await vitest('conforms', served.env);
  const { requirements } = await byCommand('by-command', served);
  expect(assertions(report).filter(({ status }) => status === 'failed')).toEqual([]);
  expect(code).toBe(0);
  expect(assertions(report).map(({ ancestorTitles, title, status }) => [...ancestorTitles, title, status])).toEqual(
    requirements.map((one) => ['idempotency', one.chapter, `${one.id} ${one.title}`, testStatus(one)]),
  );
  const ids = (wanted: string) => assertions(report).filter(({ status }) => status === wanted).length;
  expect(ids('passed')).toBeGreaterThan(40);
  expect(ids('passed') + ids('skipped')).toBe(report.numTotalTests);
});

test('Vitest: what a fault breaks fails, with the finding as its message', async () => {
  const served = await reference('--fault', 'never-replays');
  const { code, report } = await vitest('faulty', served.env);
  expect(code).toBe(1);
  const failed = assertions(report).filter(({ status }) => status === 'failed');
  const ids = failed.map(({ title }) => title.split(' ')[0]);
  expect(ids).toEqual(expect.arrayContaining(['REPLAY-1', 'REPLAY-3', 'CONFLICT-1', 'STORM-1', 'LOST-1']));
  expect(ids.filter((id) => /^(CREATE|KEY|REJECT|ENVELOPE)-/.test(id ?? ''))).toEqual([]);
  const message = failed.find(({ title }) => title.startsWith('REPLAY-1 '))?.failureMessages[0];
  expect(message).toMatch(/REPLAY-1 A repeat /);
  expect(message).toMatch(/\sexpected [\s\S]*\sobserved [\s\S]*failed again in 10 of 10 runs with fresh keys/);
});

test.concurrent('node:test: typed results', async () => {
  write(
    'typed.test.mjs',
    `import assert from 'node:assert/strict';
     import { test } from 'node:test';
     import { conformance, UsageError } from 'idem-conformance';
     test('conforms', async () => {
       const results = await conformance({ profile: 'smoke', seed: 1, only: ['REPLAY-1'] });
       assert.equal(results.exitCode, 0);
       assert.match(results.verdict, /^Conforms in 1 of \\d+ MUSTs; \\d+ not checked: /);
     });
     test('a fault is found', async () => {
       const results = await conformance({ profile: 'smoke', seed: 1, only: ['REPLAY-1'], fault: 'never-replays' });
       assert.equal(results.exitCode, 1);
       const [replay] = results.requirements.filter(({ id }) => id === 'REPLAY-1');
       assert.equal(replay.status, 'failed');
       assert.deepEqual(replay.findings[0].confirmed, { failed: 10, of: 10 });
     });
     test('wrong usage', () => assert.rejects(conformance({ only: ['NOPE'] }), UsageError));`,
  );
  const { code, stdout } = await execute(process.execPath, ['--test', 'typed.test.mjs'], { cwd: project });
  expect(stdout).toMatch(/^(#|ℹ) pass 3$/m);
  expect(code, stdout).toBe(0);
});

test.concurrent('Jest, with its modules switched on', async () => {
  write('jest.config.json', JSON.stringify({ testMatch: ['**/jest-*.mjs'], transform: {}, testTimeout: 60_000 }));
  write(
    'jest-conformance.mjs',
    `import { conformance } from 'idem-conformance';
     test('conforms', async () => {
       const { exitCode } = await conformance({ profile: 'smoke', seed: 1, only: ['REPLAY-1'] });
       expect(exitCode).toBe(0);
     });
     test('a fault is found', async () => {
       const results = await conformance({ profile: 'smoke', seed: 1, only: ['REPLAY-1'], fault: 'never-replays' });
       expect(results.requirements.filter(({ status }) => status === 'failed').map(({ id }) => id)).toContain('REPLAY-1');
     });`,
  );
  const env = { NODE_OPTIONS: '--experimental-vm-modules' };
  const { code, stderr } = await npx(['jest', '--config', 'jest.config.json'], env);
  expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
  expect(code, stderr).toBe(0);
});
