/** Between flags and a contract: promises by name, a shipped contract with flags, and what was seen and not promised. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { promises } from '../../suites/index.js';
import { command, type Ended, expectRun, expectUsage, idsWith, newFolder } from './command.js';
import { type Habits, serveOrders } from './orders.js';

const ALL = promises.map(({ name }) => name).join(',');
const KEY = ['--key', 'header:Idempotency-Key'];

async function check(habits: Habits, words: string[]): Promise<Ended> {
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"note":"two of them","amount":2}');
  const { url } = await serveOrders(habits);
  const described = ['--endpoint', 'POST /orders', '--body', 'order.json', '--list', 'GET /orders'];
  const smoke = ['--profile', 'smoke', '--seed', '1', '--storm-width', '4'];
  return command(['--target', url, ...described, ...smoke, ...words], { folder });
}

const inFolder = ({ folder }: Ended, name: string) => readFileSync(join(folder, 'idem-report', name), 'utf8');

describe.concurrent('another body that gets the first resource', () => {
  const only = ['--only', 'REPLAY-1,CONFLICT-1,CONFLICT-3'];

  test('is seen, and fails nothing', async () => {
    const ended = await check({ other: 'replayed' }, [...KEY, ...only]);
    const results = expectRun(ended, 0);
    expect(idsWith(results, 'noticed')).toEqual(['CONFLICT-3']);
    expect(results.requirements.find(({ id }) => id === 'CONFLICT-3')).toMatchObject({ promise: 'body' });
    expect(results.verdict).toContain('seen, not promised: CONFLICT-3');
    const [, seen = ''] = ended.stdout.split('\n  Seen, not promised\n');
    expect(seen.slice(0, seen.indexOf('\n\n  Not checked'))).toMatch(
      /^ {4}Neither flags [^◆]+\n {2}◆ CONFLICT-3 [\s\S]+ {4}promise {3}with --promise body this fails the run\n {4}again {5}npx /,
    );
    expect(inFolder(ended, 'summary.md')).toMatch(
      /\n## Seen, not promised\n[^#]+\n### ◆ CONFLICT-3: [^#]+With <code>&#45;-promise body<\/code> this fails the run\.\n[^#]+Smallest case, /,
    );
    expect(inFolder(ended, 'report.html')).toMatch(/<section id="seen"[\s\S]+<article class="finding s-noticed"/);
  });

  test('breaks the promise', async () => {
    const ended = await check({ other: 'replayed' }, [...KEY, ...only, '--promise', 'body']);
    const results = expectRun(ended, 1);
    expect(idsWith(results, 'failed')).toEqual(['CONFLICT-3']);
    expect(results.rerun).toContain(' --promise body');
    expect(ended.stdout).not.toContain('Seen, not promised');
  });

  test('is found by the second resource, too', async () => {
    const results = expectRun(await check({ other: 'made' }, [...KEY, ...only, '--promise', 'body']), 1);
    expect(idsWith(results, 'failed')).toEqual(['CONFLICT-1', 'CONFLICT-5']);
  });
});

describe.concurrent('every promise is kept', () => {
  test.each<[name: string, habits: Habits]>([
    ['where duplicates are worked on', {}],
    ['where 409 refuses duplicates in flight and other bodies', { workMs: 30, busy: 409 }],
    ['where 422 refuses duplicates in flight and wrong bodies', { workMs: 30, busy: 422 }],
  ])('%s', async (_, habits) => {
    const results = expectRun(await check(habits, [...KEY, '--promise', ALL]), 0);
    const promised = promises.flatMap(({ ids }) => ids);
    const skipped = idsWith(results, 'skipped').filter((id) => promised.includes(id));
    expect(skipped).toEqual(['CREATE-2', 'SCOPE-1', 'SCOPE-2', 'SCOPE-4', 'SCOPE-5', 'SCOPE-6', 'SCENARIO-8']);
    const passed = idsWith(results, 'passed');
    expect(promised.filter((id) => !passed.includes(id) && !skipped.includes(id))).toEqual([]);
  });
});

test.concurrent('a shipped contract with flags: what they say holds, and all else is the contract’s', async () => {
  const only = ['--only', 'REPLAY-1,REPLAY-3,REPLAY-7,CONFLICT-1'];
  const habits: Habits = { key: 'header:Order-Key', wrapped: true };
  const words = ['--contract', 'ietf', '--key', 'header:Order-Key', '--id', '/data/id', ...only];
  const results = expectRun(await check(habits, words), 0);
  expect(results.contract).toMatchObject({ name: 'ietf', version: '07', title: 'POST /orders', id: '/data/id' });
  expect(idsWith(results, 'passed')).toEqual(['REPLAY-1', 'REPLAY-3', 'REPLAY-7']);
  // The contract says 422 and problem details, and these orders 409 and plain JSON.
  expect(idsWith(results, 'warned')).toEqual(['CONFLICT-1', 'ENVELOPE-1']);
});

test.concurrent('2: a name that there is not', async () => {
  const ended = await command(['--promise', 'bodies']);
  expectUsage(ended, '');
  expect(ended.stderr).toBe(
    `idem-conformance: --promise: 'bodies' is not the name of a promise (${ALL.replaceAll(',', ', ')}), nor of a requirement or chapter.\n`,
  );
});
