/** Commands that never end are killed with all that they started, in a time that is said. Real processes. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../run/command.js';
import { serveOrders } from '../cli/orders.js';
import { check } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-hang-'));
afterAll(() => rmSync(root, { recursive: true }));

const never = new AbortController().signal;

/** A command whose children write their process ids into a file, and never end. */
function endless(): { command: string; pids: () => number[] } {
  const file = join(root, `${Math.random()}.pids`);
  const child = `sh -c 'trap "" TERM; echo $$ >> ${file}; while :; do sleep 600; done'`;
  const pids = () => readFileSync(file, 'utf8').trim().split('\n').map(Number);
  return { command: `${child} & ${child} & ${child}; true`, pids };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // What was killed and not yet waited for by its parent is still there.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function expectGone(pids: number[]): Promise<void> {
  expect(pids).toHaveLength(3);
  for (let n = 0; n < 100 && pids.some(isAlive); n += 1) await sleep(50);
  expect(pids.filter(isAlive)).toEqual([]);
}

describe.concurrent('a command that never ends', () => {
  test.each([
    [{}, 'did not end within 0.5 s and was killed'],
    [{ mostBytes: 1000 }, 'did not end within 0.5 s and was killed'],
  ])('is killed with its children, %j', async (more, failed) => {
    const { command, pids } = endless();
    expect(await runCommand(command, { timeoutMs: 500, signal: never, ...more })).toMatchObject({ failed });
    await expectGone(pids());
  });

  test('is killed with its children when the run is stopped', async () => {
    const { command, pids } = endless();
    const stopping = new AbortController();
    const running = runCommand(command, { timeoutMs: 600_000, signal: stopping.signal });
    setTimeout(() => stopping.abort(new Error('enough')), 500);
    await expect(running).rejects.toThrow('enough');
    await expectGone(pids());
  });

  test('is killed with its children where the process ends as soon as the run is stopped', async () => {
    const { command, pids } = endless();
    const main = join(import.meta.dirname, '../../run/command.ts');
    const script = `
      import { runCommand } from ${JSON.stringify(main)};
      const stopping = new AbortController();
      setTimeout(() => stopping.abort(new Error('enough')), 1000);
      const limits = { timeoutMs: 600_000, signal: stopping.signal };
      await runCommand(${JSON.stringify(command)}, limits).catch(() => process.exit(7));`;
    const own = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'ignore' });
    expect(await new Promise((resolve) => own.once('exit', resolve))).toBe(7);
    await expectGone(pids());
  });

  test('or prints without end, is killed', async () => {
    const ended = await runCommand('yes', { timeoutMs: 600_000, signal: never, mostBytes: 1024 * 1024 });
    expect(ended).toMatchObject({ failed: 'printed more than 1 MiB' });
  });
});

test('what a command leaves in the background goes on', async () => {
  const file = join(root, 'background');
  const ended = await runCommand(`sh -c 'echo $$ > ${file}; exec sleep 600' & sleep 0.3`, {
    timeoutMs: 10_000,
    signal: never,
  });
  const pid = Number(readFileSync(file, 'utf8'));
  expect([ended.code, ended.failed, isAlive(pid)]).toEqual([0, null, true]);
  process.kill(pid, 'SIGKILL');
});

test('errors of a command are read to their end, from the last whole lines, and what it leaves can write on', async () => {
  const file = join(root, 'writer');
  const later = `sh -c 'echo $$ > ${file}; sleep 0.4; echo late >&2 && echo wrote >> ${file}; exec sleep 600' &`;
  const ended = await runCommand(`${later} seq 100000 >&2; sleep 0.2; echo last >&2`, {
    timeoutMs: 10_000,
    signal: never,
  });
  const lines = ended.stderr.trimEnd().split('\n');
  expect(lines.slice(-2)).toEqual(['100000', 'last']);
  expect(lines[0]).toMatch(/^9\d{4}$/);
  expect(ended.stderr.length).toBeLessThanOrEqual(8 * 1024);
  for (let n = 0; n < 100 && !readFileSync(file, 'utf8').includes('wrote'); n += 1) await sleep(50);
  const [pid, wrote] = readFileSync(file, 'utf8').split('\n');
  expect([wrote, isAlive(Number(pid))]).toEqual(['wrote', true]);
  process.kill(Number(pid), 'SIGKILL');
});

describe.concurrent('a run', () => {
  const body = join(root, 'order.json');
  writeFileSync(body, '{"note":"two of them","amount":2}');
  const secret = `sk-${randomUUID()}`;
  const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body };

  test.each([
    ['sleep 600 | cat', /^restartCommand did not end within 1 s and was killed: .* maxWait says how long it has$/],
    ['exit 7', /^restartCommand ended with exit code 7$/],
    [
      'echo first >&2; echo "no $IDEM_TEST_KEY" >&2; exit 7',
      /^restartCommand ended with exit code 7: no ‹secret [0-9a-f]{4}›$/,
    ],
    ['echo stuck >&2; sleep 600', /^restartCommand did not end within 1 s and was killed: it .* it has: stuck$/],
  ])('whose restart command is %s stops with that reason, undecided', async (restartCommand, message) => {
    const { url } = await serveOrders({});
    const only = ['REPLAY-1', 'LOST-5'];
    const credentials = { first: secret };
    const options = { targets: [url], endpoint, credentials, profile: 'standard' as const, only, maxWait: 1 };
    const results = await check({ ...options, restartCommand: restartCommand.replace('$IDEM_TEST_KEY', secret) });
    expect(results.exitCode).toBe(3);
    expect(results.stop?.message).toMatch(message);
    expect(results.requirements.find(({ id }) => id === 'LOST-5')?.status).toBe('inconclusive');
  });

  test('whose effects command hangs behind a pipe says so', async () => {
    const { url } = await serveOrders({});
    const options = { targets: [url], endpoint, profile: 'smoke' as const, only: ['REPLAY-3'], timeout: 1 };
    const results = await check({ ...options, effectsCommand: 'sleep 600 | cat; true' });
    expect(results.exitCode).toBe(3);
    expect(results.requirements.find(({ id }) => id === 'REPLAY-3')?.reason).toContain(
      'effectsCommand did not end within 1 s and was killed',
    );
  });
});
