/** Readers of files: whatever a file holds, it is used or refused with a sentence, and nothing is thrown besides. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { readBaseline } from '../../cli/baseline.js';
import { readConfig } from '../../cli/config.js';
import { explainContract } from '../../cli/explain.js';
import { judgeFiles } from '../../cli/judge.js';
import { CONFIG_FILE, readOptions } from '../../cli/options.js';
import { readResults } from '../../cli/results-file.js';
import type { Json } from '../../contracts/json.js';
import { ContractError, loadContract } from '../../contracts/load.js';
import { readingLines } from '../../contracts/openapi/read.js';
import type { Plan } from '../../history/plan.js';
import { comparisonMarkdown } from '../../reports/compare-markdown.js';
import { closingText } from '../../reports/terminal.js';
import { formats, writeReports } from '../../reports/write.js';
import { compare } from '../../results/compare.js';
import { MergeError } from '../../results/merge.js';
import type { Results } from '../../results/results.js';
import { mergeShards } from '../../run/merge-shards.js';
import { withDocument } from '../../run/openapi.js';
import { UsageError } from '../../run/options/usage.js';
import { openApiOf, settle } from '../../run/options.js';
import { unfit } from '../../run/replayable.js';
import { fixture } from '../reports/fixtures.js';
import { inputs, json, seed, spelled, yaml } from './mutate.js';

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

const dialects = join(import.meta.dirname, '..', 'contracts', 'dialects');
const moda = join(import.meta.dirname, '..', '..', 'contracts', 'moda');
const yamlIn = (place: string) => parse(readFileSync(place, 'utf8')) as Json;
const contracts: Json[] = [
  yamlIn(join(moda, 'contract.yaml')),
  ...readdirSync(dialects).flatMap((name) => (name.endsWith('.yaml') ? yamlIn(join(dialects, name)) : [])),
];

test(title('contracts', inputs(100)), async () => {
  cpSync(dialects, folder, { recursive: true });
  cpSync(moda, folder, { recursive: true });
  const file = join(folder, 'fuzz.yaml');
  await fuzz(inputs(100), yaml(contracts), (bytes) => {
    writeFileSync(file, bytes);
    loadContract(file);
    explainContract(file);
  });
});

const openapi = join(import.meta.dirname, '..', 'openapi', 'documents');
const documents = readdirSync(openapi).map((name) => yamlIn(join(openapi, name)));

test(title('OpenAPI documents', inputs(100)), async () => {
  const file = join(folder, 'openapi.yaml');
  await fuzz(inputs(100), yaml(documents), async (bytes) => {
    writeFileSync(file, bytes);
    const options = await withDocument({
      openapi: file,
      targets: ['http://127.0.0.1:1'],
      credentials: { first: 'a-key' },
    });
    settle(options);
    const { loaded, reading } = openApiOf(options);
    expect(readingLines(loaded.file, reading).length).toBeGreaterThan(1);
  });
});

test(title('schemas of contracts', inputs(100)), async () => {
  cpSync(moda, folder, { recursive: true });
  const file = join(folder, 'contract.yaml');
  const schema = join(folder, 'start-task.schema.json');
  await fuzz(
    inputs(100),
    json([JSON.parse(readFileSync(join(moda, 'start-task.schema.json'), 'utf8')) as Json]),
    (bytes) => {
      writeFileSync(schema, bytes);
      loadContract(file);
    },
  );
});

test(title('configuration', inputs(300)), async () => {
  const config: Json = {
    target: ['http://127.0.0.1:8080', 'http://127.0.0.1:8081'],
    contract: 'moda',
    profile: 'smoke',
    only: ['CREATE', 'REPLAY-1'],
    seed: 7,
    rate: 60,
    'max-time': 10,
    header: ['X-A: 1'],
    strict: true,
    endpoint: 'POST /orders',
    key: 'header:Idempotency-Key',
    'key-format': 'uuid',
    'storm-width': 4,
    shard: '1/3',
    format: ['json', 'html'],
    'api-key-env': ['A', 'B'],
    baseline: 'known.yaml',
  };
  await fuzz(inputs(300), yaml([config]), (bytes) => {
    writeFileSync(join(folder, CONFIG_FILE), bytes);
    readOptions({}, { A: 'aaaaaaaa', B: 'bbbbbbbb' }, readConfig(folder));
  });
});

test(title('baselines', inputs(300)), async () => {
  const file = join(folder, 'known.yaml');
  const entries: Json = [
    { id: 'CREATE-1', reason: 'known', until: '2027-01-31' },
    { operation: 'create', id: 'STORM-1', reason: 'is being worked on' },
    { id: 'REPLAY-1', reason: 'x', until: null },
  ];
  await fuzz(inputs(300), yaml([entries]), (bytes) => {
    writeFileSync(file, bytes);
    readBaseline(file, false);
  });
});

/** A run with so few requirements that reports of it are made quickly. */
function small(results: Results): Results {
  const kept = results.requirements.filter(({ findings }, n) => findings.length > 0 || n < 2).slice(0, 4);
  return { ...results, requirements: kept };
}

test(title('results', inputs(120)), async () => {
  const runs = (['failing', 'storm', 'webhook', 'effect', 'shard', 'hostile'] as const).map((name) =>
    small(fixture(name)),
  );
  const { contract } = loadContract('moda');
  const place = join(folder, 'run');
  mkdirSync(place, { recursive: true });
  await fuzz(inputs(120), json(runs as unknown as Json[]), async (bytes) => {
    writeFileSync(join(place, 'results.json'), bytes);
    const read = readResults(place);
    closingText(read, { color: false, width: 100 });
    for (const other of runs) comparisonMarkdown(read, other, compare(read, other, { strict: true }));
    for (const finding of read.requirements.flatMap(({ findings }) => findings))
      unfit(finding.smallest.plan as Plan, 10, contract);
    await writeReports(read, join(folder, 'reports'), { formats });
    await writeReports(mergeShards([read]), join(folder, 'reports'), { formats });
  });
});

test(title('histories', inputs(300)), async () => {
  const file = join(folder, 'history.ndjson');
  const line = (key: string | null, sent: number, more: object) =>
    ({ scope: 'first', key, bytes: 'b1', sent, done: sent + 5, ...more }) as Json;
  const history: Json = [
    line('k1', 1, { kind: 'ok', id: 'order_1', status: 201 }),
    line('k1', 10, { kind: 'ok', id: 'order_1', status: 200, plan: 1, name: 'B' }),
    line('k1', 20, { bytes: 'b2', kind: 'conflict', status: 409 }),
    line('k2', 30, { body: '{"a":9007199254740993}', kind: 'unknown', done: null }),
    line('k2', 40, { status: 201, id: 'order_2', value: 'v' }),
    line(null, 50, { status: 500 }),
  ];
  const lines = json([history]).map((bytes) =>
    bytes
      .toString('latin1')
      .replaceAll('},{', '}\n{')
      .replace(/^\[|\]$/g, ''),
  );
  await fuzz(
    inputs(300),
    lines.map((text) => Buffer.from(text, 'latin1')),
    async (bytes) => {
      writeFileSync(file, bytes);
      for (const json of [undefined, true] as const)
        expect([0, 1, 3]).toContain(
          await judgeFiles([file], { skew: 0, grace: 0, retention: 5, ...(json && { json }) }),
        );
    },
  );
});

test('texts of changed documents are JSON, whatever is put into them', () => {
  expect(JSON.parse(spelled({ a: '\uF8FF[1e400]' }))).toEqual({ a: [Number.POSITIVE_INFINITY] });
});
