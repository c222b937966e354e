/** Compiles the package once, before any test: some tests run the command as a process. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export default function setup(): void {
  const root = dirname(import.meta.dirname);
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  const command = join(dirname(compiler), 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [command, '-p', 'tsconfig.build.json'], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Error(`The package does not compile:\n${(error as { stdout?: string }).stdout ?? error}`);
  }
}
