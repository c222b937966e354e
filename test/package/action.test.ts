/** The steps of action.yml and the examples for CI, run with the built command in the place of the published one. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

const repository = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'idem-action-'));
const shims = join(folder, 'bin');

interface Step {
  id?: string;
  shell?: string;
  run?: string;
  env?: Record<string, string>;
}

beforeAll(() => {
  mkdirSync(shims);
  // `npx --yes idem-conformance@latest …` is the command of this repository.
  const command = join(repository, 'dist', 'cli', 'bin.js');
  writeFileSync(join(shims, 'npx'), `#!/bin/sh\nshift 2\nexec '${process.execPath}' '${command}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(shims, 'deploy'), '#!/bin/sh\necho deployed\n', { mode: 0o755 });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the steps as a runner would: inputs put in, outputs read from the file. */
function runAction(inputs: Record<string, string>): {
  code: number | null;
  outputs: string;
  stdout: string;
  where: string;
} {
  const action = parse(readFileSync(join(repository, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default: string; description: string }>;
    runs: { using: string; steps: Step[] };
  };
  expect(action.runs.using).toBe('composite');
  for (const { description } of Object.values(action.inputs)) expect(description).not.toBe('');
  const given = Object.fromEntries(
    Object.entries(action.inputs).map(([name, one]) => [name, inputs[name] ?? one.default]),
  );
  const fill = (text: string) =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => given[name] as string);
  const where = mkdtempSync(join(folder, 'run-'));
  const output = join(where, 'output');
  writeFileSync(output, '');
  let code: number | null = 0;
  let stdout = '';
  for (const { run = '', env = {}, shell } of action.runs.steps) {
    expect(shell).toBe('bash');
    const filled = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: where,
      encoding: 'utf8',
      env: { PATH: `${shims}:${process.env.PATH}`, GITHUB_OUTPUT: output, ...filled },
    });
    code = ended.status;
    stdout += ended.stdout;
    if (code !== 0) break;
  }
  return { code, stdout, outputs: readFileSync(output, 'utf8'), where };
}

test('the action passes on the correct reference, and leaves every report', () => {
  const { code, outputs, where } = runAction({ arguments: '--profile smoke --only CREATE,REPLAY-1' });
  expect({ code, outputs }).toEqual({ code: 0, outputs: 'exit-code=0\n' });
  const files = execFileSync('ls', [join(where, 'idem-report')], { encoding: 'utf8' }).split('\n');
  expect(files).toEqual(
    expect.arrayContaining(['badge.json', 'junit.xml', 'report.html', 'results.json', 'summary.md']),
  );
});

test('the action fails where the API does not conform, and says with which code', () => {
  const words = '--profile smoke --only REPLAY-1 --fault never-replays';
  expect(runAction({ arguments: words })).toMatchObject({ code: 1, outputs: 'exit-code=1\n' });
});

test('the examples are well formed, and the plain shell deploys only what conforms', () => {
  for (const name of ['github.yml', 'gitlab.yml']) {
    expect(parse(readFileSync(join(repository, 'examples', 'ci', name), 'utf8'))).toEqual(expect.any(Object));
  }
  const script = readFileSync(join(repository, 'examples', 'ci', 'shell.sh'), 'utf8');
  const lines = script
    .replace('--target https://staging.example.com', '$ARGUMENTS')
    .replace('./deploy-to-production', 'deploy');
  const run = (words: string) =>
    spawnSync('sh', ['-c', lines], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${shims}:${process.env.PATH}`, ARGUMENTS: `--profile smoke --only REPLAY-1,SCOPE ${words}` },
    }).stdout;
  expect(run('')).toContain('deployed');
  expect(run('--fault never-replays')).not.toContain('deployed');
});
