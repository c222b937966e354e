/** What each room may hold and import, read off the sources. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = dirname(import.meta.dirname);
const scratch = mkdtempSync(join(tmpdir(), 'idem-rooms-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Source files below some folders, as git knows them. */
function sources(...folders: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((name) => /\.(tsx?|mjs)$/.test(name));
}

/** `file:line: text` for each line that matches. */
function lines(files: string[], pattern: RegExp, spared: RegExp = /$^/): string[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) && !spared.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

const ROOMS = ['contracts', 'history', 'generators', 'suites', 'judge', 'client', 'results', 'reference', 'run'];
const OUTER = ['reports', 'cli', 'vitest'];

test('no requirement id stands in a room that works for every requirement', () => {
  const files = sources(
    ...[
      'contracts',
      'generators',
      'history',
      'reference/server',
      'run',
      'results',
      'reports',
      'cli',
      'client',
      'vitest',
    ],
  );
  expect(files.length).toBeGreaterThan(100);
  expect(
    lines(
      files,
      /\b(CREATE|KEY|REPLAY|CONFLICT|SCOPE|STORM|LOST|RETENTION|REJECT|ENVELOPE|SERVER|HEADER|ENDPOINT|UPLOAD|WEBHOOK|SCENARIO)-(\d|')/,
    ),
  ).toEqual([]);
});

test('one API is known in its own contract only', () => {
  const files = sources(...ROOMS, ...OUTER).filter((file) => !file.startsWith('contracts/moda/'));
  expect(lines(files, /\bmoda\b/i, /export const DEFAULT_CONTRACT = /)).toEqual([]);
  expect(lines(files, /\btasks?\b/i)).toEqual([]);
  expect(lines(files, /\bidempotency_key\b/)).toEqual([]);
});

/** Who else knows a place of the key, or an encoding of the body, and why. */
const KNOW_THE_WIRE: Record<string, string> = {
  'cli/explain.ts': 'says in words how a body travels',
  'run/options/endpoint.ts': 'names the choices of a flag',
  'run/probe.ts': 'asks a target about quotes, which only a header has',
  'run/probe/keys.ts': 'tells an empty header from none at all',
  'run/tokens.ts': 'asks for a token by a form, whatever the contract says of bodies',
  'reference/faults/': 'a fault says where it applies',
};

test('the codec and the router of the reference alone know where keys are and how bodies are encoded', () => {
  const others = sources(...ROOMS, ...OUTER).filter((file) => !/^(contracts|reference\/server)\//.test(file));
  const knowing = lines(
    others,
    /\bkey\.in [!=]==|\bin: '(header|query|path|body)'|'(form|multipart)'|x-www-form-urlencoded/,
  );
  const isAllowed = (line: string) => Object.keys(KNOW_THE_WIRE).some((place) => line.startsWith(place));
  const comments = /^\S+ (\/?\*\*?|\/\/)/;
  expect(knowing.filter((line) => !isAllowed(line) && !comments.test(line))).toEqual([]);
  const idle = Object.keys(KNOW_THE_WIRE).filter((place) => !knowing.some((line) => line.startsWith(place)));
  expect(idle).toEqual([]);
});

test('no source file is longer than 400 lines', () => {
  const long = sources(...ROOMS, ...OUTER)
    .filter((file) => !file.endsWith('.generated.ts'))
    .map((file) => ({ file, length: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ length }) => length > 400);
  expect(long).toEqual([]);
});

/** What `npm run check` says of some files under the project's own rules. */
function checked(files: Record<string, string>): string {
  const folder = mkdtempSync(join(scratch, 'house-'));
  const { vcs: _, ...rules } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const biome = join(root, 'node_modules', '.bin', 'biome');
  try {
    return execFileSync(biome, ['lint', ...Object.keys(files)], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `failed\n${stdout}${stderr}`;
  }
}

const runs = 'export const run = 1;\n';

test('the check refuses an import that the table of rooms does not have', () => {
  const wrong = "import { run } from '../run/run.js';\n\nexport const report = run;\n";
  const said = checked({ 'run/run.ts': runs, 'reports/report.ts': wrong });
  expect(said).toMatch(/^failed/);
  expect(said).toContain('reports/report.ts:1:21 lint/style/noRestrictedImports');
  expect(said).toContain('reports/ may import results');
  expect(checked({ 'run/run.ts': runs, 'cli/main.ts': wrong })).not.toContain('failed');
});

test('the check refuses a circle of imports, also of types', () => {
  const one = "import type { Two } from './two.js';\n\nexport interface One {\n  two: Two;\n}\n";
  const two = "import type { One } from './one.js';\n\nexport interface Two {\n  one: One;\n}\n";
  const said = checked({ 'judge/one.ts': one, 'judge/two.ts': two });
  expect(said).toMatch(/^failed/);
  expect(said).toContain('lint/suspicious/noImportCycles');
});
