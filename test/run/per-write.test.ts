/** Writes that make several resources: a transfer is two entries of a list, of a number, or of what a command prints. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';
import type { RunOptions } from '../../run/options.js';
import { check, checkUntil, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-per-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, effects: string) => {
  const path = join(folder, `${name}.yaml`);
  const said = `create: { path: /transfers, example: { note: rent, amount: 2 } }\nkey: { quoting: none }`;
  writeFileSync(path, `extends: ietf\nresource: transfer\n${said}\nvisibleWithin: 1\n${effects}`);
  return path;
};
const list = file('list', 'effects: { perWrite: 2, list: { path: /entries } }');
const pages = file('pages', 'effects: { perWrite: 3, list: { path: /entries, pages: { kind: cursor } } }');
const counter = file(
  'counter',
  'effects: { perWrite: 2, list: null, counter: { path: /stats, pointer: /n, adds: 5 } }',
);

/** By what effects are seen, and what a run needs for it. */
const seen: [name: string, contract: string, size: number | null, more: RunOptions][] = [
  ['a list in pages', pages, 5, {}],
  ['a number', counter, null, { exclusive: true }],
];
const only = ['REPLAY-3', 'STORM-2', 'CONFLICT-5', 'LOST-1', 'LOST-8', 'REJECT-2'];

async function outcome(contract: string, size: number | null, more: RunOptions, fault?: string, id?: string) {
  const served = { contract, ...(size === null ? {} : { list: { size } }), ...(fault === undefined ? {} : { fault }) };
  const reference = await startReference(served);
  const [first, second] = reference.keys;
  const target = { targets: [reference.url], credentials: { first, second } };
  const options = { contract, ...target, only, profile: 'smoke', stormWidth: 4, ...more } as const;
  const broken = id === undefined ? null : { ...options, only: [id] };
  const results = broken === null ? await check(options) : await checkUntil(broken, broken.only, { small: false });
  await reference.close();
  return results;
}

describe.concurrent.each(seen)('%s', (_, contract, size, more) => {
  test('the correct server passes', async () => {
    const results = await outcome(contract, size, more);
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed')]).toEqual([0, []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['REPLAY-3', 'STORM-2', 'CONFLICT-5']));
  });

  test.each([
    ['replay-makes-orphan', 'REPLAY-3'],
    ['conflict-creates', 'CONFLICT-5'],
    ['refused-body-creates', 'REJECT-2'],
  ])('%s breaks %s', async (fault, id) => {
    expect(idsWith(await outcome(contract, size, more, fault, id), 'failed')).toContain(id);
  });
});

test.concurrent('more than a write makes is not believed, for the rest would hide duplicates', async () => {
  const said = file('three', 'effects: { perWrite: 3, list: { path: /entries } }');
  const reference = await startReference({ contract: list, fault: 'replay-makes-orphan' });
  const results = await check({ contract: said, targets: [reference.url], only: ['REPLAY-3'], profile: 'smoke' });
  await reference.close();
  const [record] = results.requirements.filter(({ id }) => id === 'REPLAY-3');
  expect([results.exitCode, record?.status]).toEqual([3, 'inconclusive']);
  expect(record?.reason).toContain(
    'GET /entries showed 4 resources for 2 writes that echo their body, not 6: check `effects.perWrite`',
  );
});
