/** Compiles the package once, before any test: some tests run the command as a process. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);

export default function setup(): void {
  const fresh = mkdtempSync(join(tmpdir(), 'idem-dist-'));
  try {
    compile(fresh);
    mirror(fresh, join(root, 'dist'));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function compile(into: string): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const words = [compiler, '-p', 'tsconfig.build.json', '--outDir', into];
  try {
    execFileSync(process.execPath, words, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error(`The package does not compile:\n${(error as { stdout?: string }).stdout ?? error}`);
  }
}

/** Touches only files that differ, each at once, so that runs at the same time do not meet half a file. */
function mirror(from: string, to: string): void {
  const files = (folder: string) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((one) => one.isFile())
          .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
      : [];
  const wanted = files(from);
  for (const file of wanted) {
    const text = readFileSync(join(from, file), 'utf8');
    const target = join(to, file);
    if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(`${target}.${process.pid}`, text);
    renameSync(`${target}.${process.pid}`, target);
  }
  // What has no source any more would otherwise go into the tarball.
  for (const file of files(to).filter((one) => /\.(js|ts)$/.test(one) && !wanted.includes(one)))
    rmSync(join(to, file), { force: true });
}
