/** LOST-5 for real: a durable backend in a process of its own, killed with SIGKILL in the middle of storms. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { check, idsWith } from './check.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A run with restarts against the durable server. */
async function runAgainstDurable(mode: string): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'idem-durable-'));
  folders.push(folder);
  const port = await freePort();
  const words = [join(import.meta.dirname, 'restart-durable.mjs'), String(port), folder, mode];
  execFileSync(process.execPath, words);
  return check({
    targets: [`http://127.0.0.1:${port}`],
    credentials: { first: 'durable-first', second: 'durable-second' },
    profile: 'standard',
    only: ['LOST-5'],
    wait: 10,
    restartCommand: [process.execPath, ...words].map((word) => `'${word}'`).join(' '),
  });
}

describe('the backend is killed in storms and started again', () => {
  test('a store that keeps effect and key in one record passes', async () => {
    const results = await runAgainstDurable('');
    expect({ exitCode: results.exitCode, passed: idsWith(results, 'passed') }).toEqual({
      exitCode: 0,
      passed: ['LOST-5'],
    });
  });

  test('a key that is stored after its effect is lost, and found', async () => {
    const results = await runAgainstDurable('record-last');
    expect(results.exitCode).toBe(1);
    expect(idsWith(results, 'failed')).toContain('LOST-5');
  });
});
