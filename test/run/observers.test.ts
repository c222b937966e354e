/** Faults that only effects show, against the reference behind each kind of observer; where it cannot see, none passes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ListForm } from '../../reference/server/list.js';
import { type ServeOptions, serveReference } from '../../reference/server/server.js';
import type { RunOptions } from '../../run/options.js';
import { requirements } from '../../suites/index.js';
import { check, checkUntil, idsWith } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-observers-'));
afterAll(() => rmSync(root, { recursive: true }));

const counted = join(root, 'counted.yaml');
writeFileSync(counted, 'extends: ietf\neffects: { list: null, counter: { path: /stats, pointer: /made } }\n');

interface Kind {
  serve: ServeOptions;
  run: RunOptions;
}

function list(form: Partial<ListForm>): () => Kind {
  return () => ({ serve: { contract: 'ietf', list: form }, run: { contract: 'ietf' } });
}

const kinds: Record<string, () => Kind> = {
  'a list, oldest first': list({ order: 'oldest first' }),
  'a list without an order, in small pages': list({ order: 'unordered', size: 7 }),
  'a list that is late': list({ lateMs: 60 }),
  'a number': () => ({ serve: { contract: counted }, run: { contract: counted, exclusive: true } }),
  'a command': () => {
    const journal = join(root, `${Math.random()}.txt`);
    writeFileSync(journal, '');
    return { serve: { contract: 'ietf', journal }, run: { contract: 'ietf', effectsCommand: `cat '${journal}'` } };
  },
};

const blind: Record<string, () => Kind> = {
  'a list that shows nothing': list({ most: 0 }),
  'a list that shows the oldest ten': list({ order: 'oldest first', most: 10 }),
  'a list that is later than said': list({ lateMs: 60_000 }),
  'a number that is later than said': () => ({
    serve: { contract: counted, list: { lateMs: 60_000 } },
    run: { contract: counted, exclusive: true },
  }),
  'a command that fails': () => ({ serve: { contract: 'ietf' }, run: { contract: 'ietf', effectsCommand: 'exit 1' } }),
};

const faults: [name: string, id: string][] = [
  ['replay-makes-orphan', 'REPLAY-3'],
  ['conflict-creates', 'CONFLICT-5'],
  ['refused-body-creates', 'REJECT-2'],
  ['cut-body-makes-orphan', 'LOST-2'],
  ['loser-makes-orphan', 'STORM-2'],
];
const ids = faults.map(([, id]) => id);

async function options({ serve, run }: Kind, fault?: string): Promise<RunOptions> {
  const reference = await serveReference(fault === undefined ? serve : { ...serve, fault });
  onTestFinished(() => reference.close());
  const [first, second] = reference.keys;
  return { targets: [reference.url], credentials: { first, second }, profile: 'smoke', only: ids, ...run };
}

describe.each(Object.entries(kinds))('behind %s', (_, kind) => {
  test.each(faults)('%s is found', async (fault, id) => {
    const results = await checkUntil(await options(kind(), fault), [id], { small: false });
    expect(idsWith(results, 'failed')).toContain(id);
  });

  test('a correct server passes', async () => {
    const results = await check(await options(kind()));
    expect({ exitCode: results.exitCode, passed: idsWith(results, 'passed') }).toEqual({
      exitCode: 0,
      passed: expect.arrayContaining(ids),
    });
  });
});

test.each(Object.entries(blind))('behind %s nothing passes that effects decide', async (_, kind) => {
  const results = await check(await options(kind(), 'replay-makes-orphan'));
  const byEffects = new Set(requirements.filter((one) => one.byEffects === true).map(({ id }) => id));
  expect(idsWith(results, 'passed', 'failed').filter((id) => byEffects.has(id))).toEqual([]);
  expect(results.exitCode).toBe(3);
});
