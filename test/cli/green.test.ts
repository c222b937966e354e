/** Exit 0 needs an answer that was judged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { resultsJson } from '../../reports/json.js';
import type { Results } from '../../results/results.js';
import { failing, passing } from '../results/pair.js';
import { newFolder, resultsOf, start, withKey } from './command.js';
import { said } from './in-process.js';
import { frontOf, type Passing, serve } from './targets.js';

const idle: [name: string, results: Results][] = [
  ['no request was sent', { ...passing, requests: { sent: 0, budget: null } }],
  ['nothing is known', { ...passing, requirements: [] }],
  [
    'all is undecided',
    {
      ...passing,
      requirements: passing.requirements.map((one) => ({
        ...one,
        status: 'inconclusive',
        reason: 'no plan could exercise it',
        because: { code: 'not-exercised', by: null },
      })),
    },
  ],
];

describe('compare', () => {
  test.each(idle)('3: %s', async (_, results) => {
    const files = { 'idle.json': resultsJson(results), 'whole.json': resultsJson(passing) };
    for (const pair of [
      ['idle.json', 'idle.json'],
      ['idle.json', 'whole.json'],
    ]) {
      const ended = await said(['compare', ...pair], files);
      expect(ended).toMatchObject({ code: 3, stdout: expect.stringMatching(/^# \S+ Nothing could be compared\n/) });
      expect(ended.stderr).toMatch(/^idem-conformance: Nothing could be compared: [^\n]+\.\n$/);
    }
  });

  test('what one requirement in common shows is compared', async () => {
    const one = resultsJson({ ...passing, requirements: passing.requirements.slice(0, 1) });
    const files = { 'one.json': one, 'whole.json': resultsJson(passing), 'failing.json': resultsJson(failing) };
    expect((await said(['compare', 'one.json', 'whole.json'], files)).code).toBe(0);
    expect((await said(['compare', 'whole.json', 'failing.json'], files)).code).toBe(1);
  });
});

describe('judge', () => {
  const line = (more: object) => `${JSON.stringify({ sent: 1, done: 2, scope: 'a', key: 'k', body: '{}', ...more })}\n`;
  test.each<[string, string]>([
    ['lines that are too long', `${'a'.repeat(17_000_000)}\n${'b'.repeat(17_000_000)}`],
    ['lines that are no JSON', 'a\nb\n'],
    ['nothing', ''],
    ['empty lines', '\n \n'],
    ['blank keys', line({ key: '', status: 201, id: '1' })],
    ['refusals', line({ status: 400 }) + line({ key: 'm', status: 404 })],
  ])('3: %s', async (_, text) => {
    expect((await said(['judge', 'h.ndjson'], { 'h.ndjson': text })).code).toBe(3);
  });

  test('0: an answer that proves something', async () => {
    const files = { 'h.ndjson': line({ status: 201, id: '1' }) };
    expect(await said(['judge', 'h.ndjson'], files)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('replay', () => {
  const run = [
    '--profile',
    'smoke',
    '--seed',
    '1',
    '--only',
    'CREATE-1,CONFLICT-1',
    '--fault',
    'conflict-other-status',
  ];

  test('3: another server than the one that the finding is about', async () => {
    const { folder } = await said(run);
    const other = await frontOf();
    const words = ['replay', 'CONFLICT-1', '--from', 'idem-report', '--target', other.url];
    const ended = await said(words, {}, { folder, env: other.env });
    expect(ended).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(
        /^CONFLICT-1 cannot tell: none of 10 .*, but it was found at the bundled reference server, and http:.* was asked\./,
      ),
    });
  });

  test('3: another endpoint than the one that the finding is about', async () => {
    const folder = newFolder();
    const results = resultsOf(await said(run, {}, { folder }));
    const front = await frontOf();
    const operations = results.operations.map((one) => ({ ...one, title: 'POST /elsewhere' }));
    const there = { ...results, fault: null, targets: [front.url], operations };
    const words = ['replay', 'CONFLICT-1', '--from', 'there.json'];
    const ended = await said(words, { 'there.json': JSON.stringify(there) }, { folder, env: front.env });
    expect(ended).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/, but it was found at POST \/elsewhere, and POST \/\S+ was asked\./),
    });
  });

  test('3: interrupted, however often one press of Ctrl-C arrives', async () => {
    const folder = newFolder();
    const results = resultsOf(await said(run, {}, { folder }));
    const target = await serve(() => {});
    const there = { ...results, fault: null, targets: [target.url] };
    writeFileSync(join(folder, 'there.json'), JSON.stringify(there));
    const running = start(['replay', 'CONFLICT-1', '--from', 'there.json', '--timeout', '280'], { folder, ...withKey });
    for (let n = 0; target.requests.length === 0 && n < 3000; n += 1) await sleep(20);
    running.child.kill('SIGINT');
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 3, stdout: expect.stringMatching(/^CONFLICT-1 cannot tell: .*[^.]\.\n/) });
  });

  test('0 and 3: the same server, which decides, and which lets the case nowhere near', async () => {
    const folder = newFolder();
    const results = resultsOf(await said(run, {}, { folder }));
    const mended = async (change?: (passing: Passing) => void) => {
      const front = await frontOf(change === undefined ? {} : { change });
      writeFileSync(join(folder, 'here.json'), JSON.stringify({ ...results, fault: null, targets: [front.url] }));
      return said(['replay', 'CONFLICT-1', '--from', 'here.json'], {}, { folder, env: front.env });
    };
    expect((await mended()).code).toBe(0);
    const untested = await mended((passing) => {
      if (passing.status === 409) Object.assign(passing, { status: 401, text: '{"error":{"type":"authentication"}}' });
    });
    expect(untested.code, untested.stdout).not.toBe(0);
  });
});
