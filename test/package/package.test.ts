/** The package as users get it: packed, installed by two versions of npm, and used. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execute, install, must, pack, repository } from './install.js';

const require = createRequire(import.meta.url);
const smoke = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1,REPLAY-1'];
let root = '';
let files: string[] = [];
/** Installed by the npm at hand, and by npm 10. */
let atHand = '';
let byNpm10 = '';

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'idem-package-'));
  chmodSync(root, 0o755);
  const tarball = await pack(root);
  files = (await must('tar', ['-tzf', tarball], { cwd: root })).trim().split('\n');
  [atHand, byNpm10] = await Promise.all([
    install(join(root, 'at-hand'), tarball, ['npm']),
    install(join(root, 'npm-10'), tarball, ['npx', '-y', 'npm@10']),
  ]);
});

afterAll(() => {
  if (byNpm10 !== '') setWritable(byNpm10, true);
  rmSync(root, { recursive: true, force: true });
});

function setWritable(folder: string, writable: boolean): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const readable = entry.isDirectory() || entry.name.endsWith('bin.js') ? 0o555 : 0o444;
    chmodSync(join(entry.parentPath, entry.name), writable ? readable | 0o200 : readable);
  }
  chmodSync(folder, writable ? 0o755 : 0o555);
}

test('the tarball holds what runs, data and declarations, and nothing else', () => {
  const allowed = [
    /^package\/(package\.json|README\.md|LICENSE)$/,
    /^package\/dist\/.*\.(js|d\.ts)$/,
    /^package\/contracts\/.*\.(yaml|json)$/,
    /^package\/(history|results|run)\/[^/]+\.json$/,
  ];
  expect(files.filter((file) => !allowed.some((one) => one.test(file)))).toEqual([]);
  expect(files.filter((file) => /\/(test|bench)\//.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(
      [
        'contracts/moda/contract.yaml',
        'contracts/contract.schema.json',
        'contracts/moda/start-task.schema.json',
        'contracts/moda/task.schema.json',
        'contracts/moda/error.schema.json',
        'history/history.schema.json',
        'results/results.schema.json',
        'run/config.schema.json',
        'dist/cli/bin.js',
        'LICENSE',
      ].map((file) => `package/${file}`),
    ),
  );
});

test('everything that package.json names is there', () => {
  const { exports, bin } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    exports: Record<string, string | Record<string, string>>;
    bin: Record<string, string>;
  };
  const named = [...Object.values(exports).flatMap((one) => (typeof one === 'string' ? one : Object.values(one)))];
  for (const file of [...named, ...Object.values(bin)].filter((one) => !one.includes('*'))) {
    expect(files).toContain(`package/${file.replace('./', '')}`);
  }
});

test('only what runs comes with it', () => {
  for (const folder of [atHand, byNpm10]) {
    const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages).toContain('idem-conformance');
    expect(packages.filter((name) => ['vitest', 'typescript', 'tsx', 'esbuild'].includes(name))).toEqual([]);
    expect(packages.length).toBeLessThanOrEqual(30);
  }
});

test.concurrent('npx idem-conformance lists, and passes against the bundled reference', async () => {
  for (const folder of [atHand, byNpm10]) {
    expect(await must('npx', ['idem-conformance', '--list'], { cwd: folder })).toContain('REPLAY-1');
    expect(await must('npx', ['idem-conformance', ...smoke], { cwd: folder })).toContain('Conforms in 2 of');
    expect(existsSync(join(folder, 'idem-report', 'report.html'))).toBe(true);
  }
});

test.concurrent('a fault is found', async () => {
  const words = ['idem-conformance', ...smoke, '--fault', 'never-replays', '--report-dir', 'faulty'];
  const { code, stderr } = await execute('npx', words, { cwd: atHand });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/REPLAY-1.* violated/) });
});

test.concurrent('as a library', async () => {
  writeFileSync(
    join(atHand, 'library.mjs'),
    `import { conformance, UsageError, ContractError } from 'idem-conformance';
     const seen = new Set();
     const results = await conformance(
       { profile: 'smoke', seed: 1, only: ['CREATE-1'] },
       { onProgress: ({ kind }) => seen.add(kind) },
     );
     const refused = await conformance({ only: ['NOPE'] }).catch((error) => error instanceof UsageError);
     const wrong = await conformance({ contract: 'nope' }).catch((error) => error instanceof ContractError);
     console.log(JSON.stringify([results.exitCode, seen.has('announce'), refused, wrong]));`,
  );
  expect(await must(process.execPath, ['library.mjs'], { cwd: atHand })).toBe('[0,true,true,true]\n');
});

test.concurrent('schemas and contracts can be imported by name', async () => {
  writeFileSync(
    join(atHand, 'data.cjs'),
    `const { existsSync } = require('node:fs');
     const names = ['results/results.schema.json', 'history/history.schema.json', 'contracts/moda/contract.yaml', 'package.json'];
     console.log(names.every((name) => existsSync(require.resolve('idem-conformance/' + name))));`,
  );
  expect(await must(process.execPath, ['data.cjs'], { cwd: atHand })).toBe('true\n');
});

test.concurrent('the declarations serve a strict TypeScript user', async () => {
  const folder = join(atHand, 'typed');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'typed.ts'),
    `import { conformance, type Progress, type Results, type RunOptions } from 'idem-conformance';
     const options: RunOptions = { profile: 'smoke', targets: ['http://127.0.0.1:8080'], headers: [['X-Team', 'blue']] };
     const told: Progress['kind'][] = [];
     const results: Results = await conformance(options, { onProgress: (one) => told.push(one.kind) });
     export const failed: string[] = results.requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
     // @ts-expect-error there is no such profile
     export const wrong: RunOptions = { profile: 'huge' };`,
  );
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    noEmit: true,
    skipLibCheck: true,
    typeRoots: [join(repository, 'node_modules', '@types')],
    types: ['node'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  await must(process.execPath, [compiler, '-p', '.'], { cwd: folder });
});

// Last: afterwards nobody can write there.
test('another user runs it where nothing can be written', async () => {
  setWritable(byNpm10, false);
  const folder = join(root, 'elsewhere');
  mkdirSync(folder, { mode: 0o777 });
  chmodSync(folder, 0o777);
  const line = [process.execPath, join(byNpm10, 'node_modules', 'idem-conformance', 'dist', 'cli', 'bin.js'), ...smoke];
  const nobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const [file = '', ...words] = [...nobody, ...line];
  const { code, stdout, stderr } = await execute(file, words, { cwd: folder, env: { PATH: process.env.PATH } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Conforms in 2 of');
  expect(existsSync(join(folder, 'idem-report', 'results.json'))).toBe(true);
});
