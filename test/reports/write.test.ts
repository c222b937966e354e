import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReportError, writeReports } from '../../reports/write.js';
import { fixture, hostileEverywhere } from './fixtures.js';

const failing = fixture('failing');
const hostile = hostileEverywhere();

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'idem-reports-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('writeReports', () => {
  test('makes the folder and writes all four, the same each time', async () => {
    const deep = join(dir, 'a', 'b');
    const names = ['results.json', 'junit.xml', 'summary.md', 'report.html'];
    expect(await writeReports(failing, deep)).toEqual(names.map((name) => join(deep, name)));
    expect((await readdir(deep)).sort()).toEqual([...names].sort());
    const before = await Promise.all(names.map((name) => readFile(join(deep, name), 'utf8')));
    await writeReports(structuredClone(failing), deep);
    const after = await Promise.all(names.map((name) => readFile(join(deep, name), 'utf8')));
    expect(after).toEqual(before);
    expect(JSON.parse(before[0] ?? '')).toEqual(failing);
  });

  test('writes what is chosen, and the data in any case', async () => {
    const names = ['results.json', 'report.sarif', 'badge.json'];
    const paths = await writeReports(failing, dir, { formats: ['badge', 'sarif'], artifact: 'api/contract.yaml' });
    expect(paths).toEqual(names.map((name) => join(dir, name)));
    expect((await readdir(dir)).sort()).toEqual([...names].sort());
    expect(await readFile(join(dir, 'report.sarif'), 'utf8')).toContain('"uri": "api/contract.yaml"');
  });

  test('loses nothing of hostile results', async () => {
    await writeReports(hostile, dir);
    expect(JSON.parse(await readFile(join(dir, 'results.json'), 'utf8'))).toEqual(hostile);
  });

  test('a file in the way of the folder', async () => {
    const path = join(dir, 'taken');
    await writeFile(path, '');
    await expect(writeReports(failing, path)).rejects.toThrow(
      new ReportError(
        `Cannot create the report folder ${path}: a file of that name is in the way. Choose another folder.`,
      ),
    );
    await expect(writeReports(failing, join(path, 'below'))).rejects.toThrow('a part of the path is a file');
  });

  test('a folder in the way of a report: those before it are kept', async () => {
    await mkdir(join(dir, 'junit.xml'));
    await expect(writeReports(failing, dir)).rejects.toThrow(
      `Cannot write the report ${join(dir, 'junit.xml')}: a folder of that name is in the way.`,
    );
    expect(await readdir(dir)).toContain('results.json');
  });

  test('a folder that may not be written', async () => {
    await chmod(dir, 0o555);
    // Root may write everywhere, so root does it as nobody.
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      await expect(writeReports(failing, dir)).rejects.toThrow('permission denied');
    } finally {
      if (root) process.seteuid?.(0);
    }
  });
});
