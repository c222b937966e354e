/** Contracts with several operations: all of them in one run, each judged by what holds for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ContractError, loadOperations } from '../../contracts/load.js';
import { serveReference } from '../../reference/server/server.js';
import { reportHtml } from '../../reports/html.js';
import { summaryMarkdown } from '../../reports/markdown.js';
import { closingText } from '../../reports/terminal.js';
import type { Results } from '../../results/results.js';
import type { RunOptions } from '../../run/options.js';
import { replay } from '../../run/replay.js';
import { check } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-operations-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** @param refund members of the second operation besides its own */
function shop(keys: 'separate' | 'shared', refund = ''): string {
  return `
extends: ietf
name: corner-shop
key: { operations: ${keys} }
conflict: { statuses: [409] }
operations:
  order:
    resource: order
    create: { path: /orders, example: { note: two of them, amount: 2 } }
    effects: { list: { path: /orders, pages: { kind: none } } }
  refund:
    resource: refund
    create: { path: /refunds, example: { note: it came too late, amount: 1 } }
    effects: { list: { path: /refunds, pages: { kind: none } } }
${refund}`;
}

const contract = write('shop.yaml', shop('separate'));
/** The second operation refuses what it carried out before. */
const REFUSING = '    replay: { kind: refusal, statuses: [410], pointer: null }';

const ONLY = ['REPLAY-1', 'CONFLICT-1', 'SCOPE-5', 'STORM-1'];

/** A server that keeps one contract is held to another one. */
async function against(served: string, options: RunOptions = {}): Promise<Results> {
  const reference = await serveReference({ contract: served });
  try {
    return await check({ contract, targets: [reference.url], profile: 'smoke', only: ONLY, ...options });
  } finally {
    await reference.close();
  }
}

/** What is violated, and where. */
function violated({ requirements }: Results): string[] {
  return requirements.flatMap(({ operation, id, status }) => (status === 'failed' ? [`${operation} ${id}`] : []));
}

test('a correct server conforms with each of its operations', async () => {
  const results = await check({ contract, profile: 'smoke' });
  expect([violated(results), results.exitCode]).toEqual([[], 0]);
  expect(results.contract.name).toBe('corner-shop');
  expect(results.operations).toEqual([
    { name: 'order', title: 'POST /orders' },
    { name: 'refund', title: 'POST /refunds' },
  ]);
  const passed = (name: string) =>
    results.requirements.filter((one) => one.operation === name && one.status === 'passed').map(({ id }) => id);
  expect(passed('order')).toEqual(passed('refund'));
  expect(passed('order')).toEqual(expect.arrayContaining([...ONLY, 'LOST-1', 'SCENARIO-8']));
  // What one operation made at another one in passing is known to be this run's.
  expect([results.notes, results.effects.foreign]).toEqual([[], 0]);
  expect(results.verdict).toMatch(/^Conforms in \d+ of \d+ MUSTs of 2 operations; /);
});

describe.concurrent('broken forms', () => {
  test('one operation refuses every repeat: that one is named, and its finding is looked for alone', async () => {
    const careless = write('careless.yaml', shop('separate', REFUSING));
    const results = await against(careless, { only: ['REPLAY-1'] });
    expect([violated(results), results.exitCode]).toEqual([['refund REPLAY-1'], 1]);
    expect(results.verdict).toMatch(/^Does not conform: refund REPLAY-1 violated; /);
    const found = results.requirements.find(({ status }) => status === 'failed')?.findings[0];
    expect(found?.commands.rerun).toContain('--operation refund --only REPLAY-1');
    const [closing, summary, page] = [
      closingText(results, { color: false, width: 100 }),
      summaryMarkdown(results),
      reportHtml(results),
    ];
    expect(closing).toMatch(/Passed +order +refund\n/);
    expect(closing).toMatch(/ REPLAY +○ 1 of \d+ +✗ 0 of \d+\n/);
    expect(summary).toContain('| REPLAY-1 | ✓ passed | ✗ failed |');
    const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(anchors.filter((id, n) => anchors.indexOf(id) !== n)).toEqual([]);
    expect(anchors).toEqual(expect.arrayContaining(['REPLAY-1', 'REPLAY-1-refund', 'finding-REPLAY-1-refund-1']));
  });

  test('both operations forget their keys: both are named', async () => {
    const results = await check({ contract, profile: 'smoke', only: ['REPLAY-1'], fault: 'replay-425' });
    expect([violated(results), results.exitCode]).toEqual([['order REPLAY-1', 'refund REPLAY-1'], 1]);
  });

  test('keys are shared although the contract keeps operations apart', async () => {
    const results = await against(write('shared.yaml', shop('shared')));
    expect(violated(results)).toEqual(expect.arrayContaining(['order SCOPE-5', 'refund SCOPE-5']));
    expect(violated(results).filter((one) => / (REPLAY|CONFLICT|STORM)-/.test(one))).toEqual([]);
  });
});

test('keys are shared, and the contract does not say what they are: that is noticed, and nothing else is accused', async () => {
  const silent = write('silent.yaml', shop('shared').replace('key: { operations: shared }', ''));
  const results = await against(write('shared-too.yaml', shop('shared')), { contract: silent, only: [] });
  expect([violated(results), results.exitCode]).toEqual([[], 0]);
  const noticed = results.requirements.filter(({ status }) => status === 'noticed');
  expect(noticed.map(({ operation, id }) => `${operation} ${id}`)).toEqual(['order SCOPE-5', 'refund SCOPE-5']);
});

test('a finding of one operation is sent again to that operation', async () => {
  const careless = write('careless-too.yaml', shop('separate', REFUSING));
  const found = await against(careless, { operations: ['refund'], only: ['REPLAY-1'] });
  expect(found.operations.map(({ name }) => name)).toEqual(['refund']);
  const finding = found.requirements.find(({ status }) => status === 'failed')?.findings[0];
  const states = [];
  for (const served of [careless, contract]) {
    const reference = await serveReference({ contract: served });
    states.push((await replay('REPLAY-1', finding as never, { contract, targets: [reference.url], seed: 1 })).state);
    await reference.close();
  }
  expect(states).toEqual(['failing', 'fixed']);
});

test('an operation that cannot be judged leaves the others to be judged', async () => {
  const without = write('without.yaml', shop('separate', '    basePath: /v9'));
  const results = await check({
    contract: without,
    targets: [(await serving(contract)).url],
    profile: 'smoke',
    only: ['REPLAY-1'],
  });
  expect(results.requirements.filter(({ id }) => id === 'REPLAY-1').map(({ status }) => status)).toEqual([
    'passed',
    'inconclusive',
  ]);
  expect(results.exitCode).toBe(3);
  expect(results.stop?.message).toMatch(/^refund: POST http:\S+\/v9\/refunds was answered 404: /);
});

async function serving(served: string) {
  const reference = await serveReference({ contract: served });
  closing.push(() => reference.close());
  return reference;
}
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

describe('what is wrong in a contract is named where it stands', () => {
  const problem = (text: string): string => {
    try {
      loadOperations(write('wrong.yaml', text));
    } catch (error) {
      if (error instanceof ContractError) return error.message.replace(/^.*wrong\.yaml:/, '');
      throw error;
    }
    return 'nothing';
  };

  test.each([
    ['operations: {}', '1:1: /operations: must be a mapping of operations, each a mapping of members of a contract'],
    ['operations: { a: 3 }', "1:15: /operations/a: must be a mapping of a contract's members"],
    ['operations:\n  "a b": {}', '2:3: /operations/a b: must be called by letters, digits, hyphens and underscores'],
    ['operations:\n  a: {}', '2:3: /operations/a/create: is missing; add it: The write under test.'],
    [
      'operations:\n  a:\n    create: { path: /a, example: { note: a b c } }\n    limits: { perMinute: 5 }',
      '4:5: /operations/a/limits: is the same for all operations: say it beside them',
    ],
    [
      'scope: nobody\noperations:\n  a:\n    create: { path: a, example: { note: a b c } }',
      expect.stringMatching(/^4:15: \/operations\/a\/create\/path: must be .*\n.*:1:1: \/scope: must be /),
    ],
  ])('%j', (text, message) => {
    expect(problem(text)).toEqual(message);
  });
});

test('an operation that is not there, and flags for several, are refused', async () => {
  const refused = (options: RunOptions) => check({ contract, targets: ['http://127.0.0.1:9'], ...options });
  await expect(refused({ operations: ['capture'] })).rejects.toThrow(
    'operations: the contract has no operation capture. Known: order, refund.',
  );
  await expect(refused({ endpoint: { id: '/id' } })).rejects.toThrow(
    'endpoint.id is about one operation: choose it with operations. Known: order, refund.',
  );
});
