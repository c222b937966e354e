/** Packs the package from a clean copy of the sources, and installs it as users do. */
import { type ExecFileOptions, execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

export const repository = dirname(dirname(import.meta.dirname));

export interface Done {
  code: number;
  stdout: string;
  stderr: string;
}

/** What npm needs of the environment, and nothing that this run of the tests has set for itself. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(PATH|HOME|(HTTPS?|NO)_PROXY|NODE_EXTRA_CA_CERTS)$/i.test(name)),
);

export async function execute(
  file: string,
  words: string[],
  options: ExecFileOptions & { cwd: string },
): Promise<Done> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, words, {
      env: environment,
      ...options,
      encoding: 'utf8',
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code: typeof code === 'number' ? code : -1, stdout, stderr: stderr === '' ? String(error) : stderr };
  }
}

export async function must(file: string, words: string[], options: { cwd: string }): Promise<string> {
  const { code, stdout, stderr } = await execute(file, words, options);
  if (code !== 0) throw new Error(`${file} ${words.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** The tarball's path. What is compiled comes from the sources alone, as on a fresh machine. */
export async function pack(into: string): Promise<string> {
  const copy = join(into, 'sources');
  const left = new Set(['node_modules', '.git', 'dist', 'idem-report', 'test', 'bench']);
  cpSync(repository, copy, { recursive: true, filter: (path) => !left.has(relative(repository, path)) });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  await must('npm', ['pack', '--pack-destination', into, '--loglevel', 'error'], { cwd: copy });
  return join(into, await newest(into));
}

async function newest(folder: string): Promise<string> {
  const names = (await must('ls', [], { cwd: folder })).split('\n');
  return names.find((name) => name.endsWith('.tgz')) ?? 'no tarball';
}

/** A folder of a user who has settings of his own, with the package in it, and other packages besides. */
export async function install(
  folder: string,
  tarball: string,
  npm: [file: string, ...words: string[]],
  besides: string[] = [],
): Promise<string> {
  mkdirSync(folder);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('package.json', '{ "private": true }\n');
  write('.npmrc', 'engine-strict=true\naudit=false\nfund=false\nupdate-notifier=false\n');
  const odd = { compilerOptions: { jsx: 'preserve', jsxImportSource: 'react', baseUrl: '/nowhere' } };
  write('tsconfig.json', JSON.stringify(odd));
  const [file, ...words] = npm;
  await must(file, [...words, 'install', '--prefer-offline', tarball, ...besides], { cwd: folder });
  return folder;
}
