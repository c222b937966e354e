/** Readers of files: whatever a file holds, it is used or refused with a sentence, and nothing is thrown besides. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBaseline } from '../../cli/baseline.js';
import { readConfig } from '../../cli/config.js';
import { explainContract } from '../../cli/explain.js';
import { judgeFiles } from '../../cli/judge.js';
import { CONFIG_FILE, readOptions } from '../../cli/options.js';
import { readResults } from '../../cli/results-file.js';
import type { Json } from '../../contracts/json.js';
import { ContractError, loadContract } from '../../contracts/load.js';
import type { Plan } from '../../history/plan.js';
import { comparisonMarkdown } from '../../reports/compare-markdown.js';
import { closingText } from '../../reports/terminal.js';
import { formats, writeReports } from '../../reports/write.js';
import { compare } from '../../results/compare.js';
import { MergeError } from '../../results/merge.js';
import { mergeShards } from '../../run/merge-shards.js';
import { UsageError } from '../../run/options/usage.js';
import { unfit } from '../../run/replayable.js';
import { baseline, config, contracts, copyContracts, history, results } from './documents.js';
import { inputs, json, lines, seed, spelled, yaml } from './mutate.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

/** Errors that end the command with 2. */
const REFUSALS = [UsageError, ContractError, MergeError];

/** What a reader does is its own; what it throws must be a refusal of one screen. */
async function refuses(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!REFUSALS.some((kind) => error instanceof kind)) throw error;
    expect((error as Error).message.split('\n').length).toBeLessThanOrEqual(10);
  }
}

async function fuzz(runs: number, given: fc.Arbitrary<Buffer>, read: (bytes: Buffer) => unknown): Promise<void> {
  await fc.assert(
    fc.asyncProperty(given, (bytes) => refuses(() => read(bytes))),
    { numRuns: runs, seed, endOnFailure: true },
  );
}

const title = (what: string, runs: number) => `${what}: ${runs} inputs, seed ${seed}`;

test(title('contracts', inputs(100)), async () => {
  copyContracts(folder);
  const file = join(folder, 'fuzz.yaml');
  await fuzz(inputs(100), yaml(contracts), (bytes) => {
    writeFileSync(file, bytes);
    explainContract(file);
  });
});

test(title('schemas of contracts', inputs(100)), async () => {
  copyContracts(folder);
  const file = join(folder, 'contract.yaml');
  const schema = join(folder, 'start-task.schema.json');
  await fuzz(inputs(100), json([JSON.parse(readFileSync(schema, 'utf8')) as Json]), (bytes) => {
    writeFileSync(schema, bytes);
    loadContract(file);
  });
});

const TARGETS = ['http://127.0.0.1:8080', 'http://127.0.0.1:8081'];

test(title('configuration', inputs(300)), async () => {
  await fuzz(inputs(300), yaml([{ target: TARGETS, ...config }]), (bytes) => {
    writeFileSync(join(folder, CONFIG_FILE), bytes);
    readOptions({}, { A: 'aaaaaaaa', B: 'bbbbbbbb' }, readConfig(folder));
  });
});

test(title('baselines', inputs(300)), async () => {
  const file = join(folder, 'known.yaml');
  await fuzz(inputs(300), yaml([baseline]), (bytes) => {
    writeFileSync(file, bytes);
    readBaseline(file, false);
  });
});

test(title('results', inputs(120)), async () => {
  const { contract } = loadContract('moda');
  const place = join(folder, 'run');
  mkdirSync(place, { recursive: true });
  await fuzz(inputs(120), json(results as unknown as Json[]), async (bytes) => {
    writeFileSync(join(place, 'results.json'), bytes);
    const read = readResults(place);
    closingText(read, { color: false, width: 100 });
    for (const other of results) comparisonMarkdown(read, other, compare(read, other, { strict: true }));
    for (const finding of read.requirements.flatMap(({ findings }) => findings))
      unfit(finding.smallest.plan as Plan, 10, contract);
    await writeReports(read, join(folder, 'reports'), { formats });
    await writeReports(mergeShards([read]), join(folder, 'reports'), { formats });
  });
});

test(title('histories', inputs(300)), async () => {
  const file = join(folder, 'history.ndjson');
  await fuzz(inputs(300), lines(history), async (bytes) => {
    writeFileSync(file, bytes);
    for (const json of [undefined, true] as const)
      expect([0, 1, 3]).toContain(await judgeFiles([file], { skew: 0, grace: 0, retention: 5, ...(json && { json }) }));
  });
});

test('texts of changed documents are JSON, whatever is put into them', () => {
  expect(JSON.parse(spelled({ a: '\uF8FF[1e400]' }))).toEqual({ a: [Number.POSITIVE_INFINITY] });
});
