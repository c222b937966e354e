/** What no body, no key and no dialect of a contract can show is skipped by name: it leaves no run undecided. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/contract.js';
import { serveReference } from '../../reference/server/server.js';
import { settle } from '../../run/options.js';
import { skipped } from '../../run/skip.js';
import { requirements } from '../../suites/index.js';
import { check } from './check.js';
import { narrowContracts } from './narrow.js';

const root = mkdtempSync(join(tmpdir(), 'idem-narrow-'));
afterAll(() => rmSync(root, { recursive: true }));

function fileOf(contract: JsonObject): string {
  const file = join(root, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify(contract));
  return file;
}

function contractOf(requestSchema: JsonObject, key: JsonObject = {}): JsonObject {
  return {
    create: { path: '/orders', requestSchema: { type: 'object', additionalProperties: false, ...requestSchema } },
    key: { in: 'header', name: 'Idempotency-Key', required: true, ...key },
    fingerprint: 'value',
    conflict: { statuses: [409] },
    replay: { kind: 'success' },
  };
}

/** By the reason, the requirements that nothing drawn from a contract shows. */
function undrawnOf(contract: JsonObject): Record<string, string[]> {
  const settings = settle({ contract: fileOf(contract), seed: 1 });
  const found: Record<string, string[]> = {};
  for (const one of requirements) {
    const why = skipped(one, settings);
    if (why?.code !== 'not-drawable') continue;
    found[why.reason] = [...(found[why.reason] ?? []), one.id];
  }
  return found;
}

const NO_ARRAY = 'no body by the schema has an array with elements to reorder';

test.each<[name: string, contract: JsonObject, undrawn: Record<string, string[]>]>([
  [
    'an array',
    contractOf({ required: ['list'], properties: { list: { type: 'array', items: { type: 'integer' } } } }),
    {},
  ],
  [
    'numbers only',
    contractOf({ required: ['n'], properties: { n: { type: 'integer' } } }),
    { [NO_ARRAY]: ['CONFLICT-4'] },
  ],
  [
    'UUIDs as keys',
    contractOf(
      { required: ['list'], properties: { list: { type: 'array', items: { type: 'integer' } } } },
      { pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
    ),
    { 'no key that shows it is one that the contract allows': ['KEY-6'] },
  ],
  [
    'one body for all',
    contractOf({ required: ['kind'], properties: { kind: { const: 'ping' } } }),
    {
      [NO_ARRAY]: ['CONFLICT-4'],
      'the body schema allows no second body that differs from the first': [
        'CONFLICT-1',
        'CONFLICT-2',
        'CONFLICT-3',
        'CONFLICT-5',
        'CONFLICT-6',
        'CONFLICT-8',
        'CONFLICT-11',
        'STORM-4',
        'LOST-6',
        'SCENARIO-6',
      ],
    },
  ],
])('what nothing drawn shows: %s', (_, contract, undrawn) => {
  expect(undrawnOf(contract)).toEqual(undrawn);
});

test('where repeats are refused and nothing shows effects, what only they could decide is skipped', async () => {
  const file = fileOf({
    ...contractOf({ required: ['note'], properties: { note: { type: 'string', minLength: 24, maxLength: 60 } } }),
    replay: { kind: 'refusal', statuses: [409] },
    conflict: { statuses: [422] },
    stored: null,
    finalWithin: 1,
    visibleWithin: 0.2,
  });
  const reference = await serveReference({ contract: file });
  try {
    const only = ['CREATE-3', 'LOST-8', 'LOST-9'];
    const results = await check({ contract: file, targets: [reference.url], profile: 'smoke', only });
    const said = results.requirements.filter(({ id }) => only.includes(id));
    expect(said.map(({ id, status, because }) => [id, status, because?.code])).toEqual([
      ['CREATE-3', 'passed', undefined],
      ['LOST-8', 'skipped', 'ruled-out'],
      ['LOST-9', 'skipped', 'no-observer'],
    ]);
    expect(results.exitCode).toBe(0);
  } finally {
    await reference.close();
  }
});

describe.concurrent('a run against the reference that serves such a contract decides all that the contract promises', () => {
  test.each(fc.sample(narrowContracts, { seed: 13, numRuns: 4 }))('contract %#', async (contract) => {
    const file = fileOf(contract);
    const reference = await serveReference({ contract: file });
    try {
      const [first, second] = reference.keys;
      const results = await check({
        contract: file,
        targets: [reference.url],
        credentials: { first, second },
        profile: 'smoke',
        stormWidth: 4,
        exclusive: true,
      });
      const open = results.requirements.filter(({ status }) => !['passed', 'skipped', 'observed'].includes(status));
      expect({ contract, open: open.map(({ id, reason }) => `${id}: ${reason}`) }).toEqual({ contract, open: [] });
      expect(results.exitCode).toBe(0);
    } finally {
      await reference.close();
    }
  });
});
