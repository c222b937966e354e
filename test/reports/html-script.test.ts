import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { script } from '../../reports/html/script.js';

test('the script of the report has no type error', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const folder = mkdtempSync(join(tmpdir(), 'idem-script-'));
  const file = join(folder, 'script.js');
  const options = ['--allowJs', '--checkJs', '--noEmit', '--strict', '--noUncheckedIndexedAccess', '--noUnusedLocals'];
  try {
    writeFileSync(file, script);
    const words = [compiler, ...options, '--target', 'es2023', '--lib', 'es2023,dom,dom.iterable', '--types', '', file];
    execFileSync(process.execPath, words, { encoding: 'utf8', stdio: 'pipe', cwd: folder });
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout || String(error));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the script is small, ends where it should, and makes no markup, no code and no request', () => {
  expect(script.split('\n').length).toBeLessThan(320);
  expect(script).not.toMatch(/<\/script|<!--|innerHTML|outerHTML|insertAdjacentHTML|document\.write/i);
  expect(script).not.toMatch(/\beval\b|\bFunction\(|fetch\(|XMLHttpRequest|\bimport\b|localStorage|cookie/);
});
