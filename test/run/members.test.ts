/** Every member of a contract is judged: the same server, held to another value of it, gets another verdict. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../../contracts/json.js';
import { loadContract } from '../../contracts/load.js';
import { startReference } from '../../reference/server/start.js';
import type { Results } from '../../results/results.js';
import { type RunOptions, settle } from '../../run/options.js';
import { run } from '../../run/run.js';
import { frontOf } from './front.js';
import { type Mutated, membersOf, saidOf, schema } from './members.js';
import { batched } from './members-batch.js';
import { seen } from './members-effects.js';
import { named } from './members-ids.js';
import { promised } from './members-promises.js';
import { requested } from './members-requests.js';
import { setUps } from './members-set-up.js';

const members = [...promised, ...requested, ...setUps, ...named, ...seen, ...batched];

/** What is settled before anything is sent, by members that only then count. */
const settled: [member: string, said: string, of: (file: string) => unknown, expected: unknown][] = [
  ['limits.perMinute', 'limits: { perMinute: 7 }', (file) => settle(away(file)).perMinute, 7],
  ['limits.unfinished', 'limits: { unfinished: 3 }', (file) => settle(away(file)).stormWidth, 3],
];

/** Members that are only shown, and where results have them. */
const words = {
  name: 'shops',
  version: '2026-11',
  title: 'Orders of a shop',
  resource: 'order',
  sources: { CREATE: [{ name: 'a page', url: 'https://example.org/keys' }] },
  create: { name: 'place an order' },
};
const shown: Record<string, (results: Results) => unknown> = {
  name: ({ contract }) => contract.name,
  version: ({ contract }) => contract.version,
  title: ({ contract }) => contract.title,
  resource: ({ contract }) => contract.resource,
  sources: ({ requirements }) => ({ CREATE: requirements.find(({ id }) => id === 'CREATE-4')?.sources.slice(-1) }),
  'create.name': ({ operations }) => operations[0]?.name,
};

/** What another test shows: its file, and the words of it that say so. */
const elsewhere: Record<string, [file: string, words: string]> = {
  $schema: ['test/cli/init.test.ts', '$schema='],
  extends: ['test/contracts/extends.test.ts', 'extends:'],
  operations: ['test/run/operations.test.ts', 'operations:'],
  productionHosts: ['test/cli/usage.test.ts', 'a production host, and nothing is sent there'],
  stored: ['test/run/after-unknown.test.ts', "stored: ['success']"],
  'setup.name': ['test/run/setup.test.ts', "step 'order' failed"],
  'setup.cleanUp.method': ['test/run/setup.test.ts', "method: 'POST', path: '/orders/{order}/void'"],
  'setup.cleanUp.path': ['test/run/setup.test.ts', "method: 'POST', path: '/orders/{order}/void'"],
  'create.unique': ['test/run/freedom/freedom.test.ts', "create: { unique: ['/name'] }"],
  'create.exclusive': ['test/generators/bodies.test.ts', 'respect exclusive groups'],
  'create.references': ['test/generators/bodies.test.ts', 'refer to nothing that the contract gives no id of'],
  fixtures: ['test/generators/bodies.test.ts', 'refer to nothing that the contract gives no id of'],
};

const folder = mkdtempSync(join(tmpdir(), 'idem-members-'));
const open: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(open.map((close) => close()));
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;

function contractFile(text: string): string {
  files += 1;
  const file = join(folder, `contract-${files}.yaml`);
  writeFileSync(file, `${text}\n`);
  return file;
}

/** A target that is not on loopback: limits hold there. */
function away(contract: string): RunOptions {
  return { contract, targets: ['https://staging.example'] };
}

/** How a target is reached. */
type Reached = Pick<RunOptions, 'targets' | 'credentials' | 'clients' | 'webhooks' | 'exclusive'>;

async function reached({ fault, serve, front, exclusive }: Mutated, contract: string): Promise<Reached> {
  const options = { contract, ...serve, ...(fault === undefined ? {} : { fault }) };
  const more = exclusive === undefined ? {} : { exclusive };
  if (front !== undefined) {
    const { options: own, secret } = await frontOf({ onTestFinished }, front, options);
    return { ...own, webhooks: { secret }, ...more };
  }
  const { url, keys, clients: all, webhookSecret, close } = await startReference(options);
  open.push(close);
  const [first, second] = keys;
  const clients = { first: all[0], second: all[1] };
  return { targets: [url], credentials: { first, second }, clients, webhooks: { secret: webhookSecret }, ...more };
}

/** What a run says of the requirement, and the others that fail where this one does not. */
async function seenBy(contract: string, target: Reached, id: string): Promise<string[]> {
  const options: RunOptions = { contract, ...target, profile: 'smoke', seed: 1, stormWidth: 4, only: [id] };
  const results = await run(options, { small: false });
  if (results.stop !== null) return ['stopped'];
  const decided = results.requirements.find((one) => one.id === id);
  // Where the machine is busy, the target may seem to be down for a moment.
  const others = results.requirements
    .filter((one) => one.id !== id && one.chapter !== 'SERVER' && one.status === 'failed')
    .map((one) => one.id);
  const status = decided?.status ?? 'unknown';
  return [status, ...(status === 'failed' ? [] : others)];
}

async function comesTo(row: Mutated): Promise<void> {
  const contract = contractFile(row.served);
  const target = await reached(row, contract);
  const came: [string, string[]][] = [];
  for (const [change] of row.said)
    came.push([change, await seenBy(contractFile(`extends: ${contract}\n${change}`), target, row.id)]);
  expect(came).toEqual(row.said.map(([change, status]) => [change, [status]]));
  const [[, first] = [], ...others] = row.said;
  expect(others.filter(([, status]) => status === first)).toEqual([]);
}

/** Storms need a machine that is not overrun, and the end of a shorter test would close a front. */
const isAlone = ({ front, id }: Mutated) => front !== undefined || id.startsWith('STORM');

test.concurrent.each(members.filter((row) => !isAlone(row)))('$member: $id', comesTo);

test.each(members.filter(isAlone))('$member: $id', comesTo);

test.each(settled)('%s', (_, said, of, expected) => {
  expect(of(contractFile('extends: ietf'))).not.toEqual(expected);
  expect(of(contractFile(`extends: ietf\n${said}`))).toEqual(expected);
});

test('words of a contract are those of its results', async () => {
  const contract = contractFile(JSON.stringify({ extends: 'ietf', ...words }));
  const results = await run({ contract, profile: 'smoke', only: ['CREATE-4'] });
  for (const [member, of] of Object.entries(shown))
    expect([member, of(results)]).toEqual([member, saidOf(words, member)]);
});

const loaded = new Map<string, Json>();

/** A contract as it is resolved. */
function servedAs(text: string): Json {
  const contract = loaded.get(text) ?? (loadContract(contractFile(text)).contract as unknown as Json);
  loaded.set(text, contract);
  return contract;
}

/** Members that alone make the difference between two values of a row that come to another status. */
function mutatedBy({ served, said }: Mutated, all: string[]): string[] {
  const contract = servedAs(served);
  const [first = '', ...others] = said.map(([change]) => (parse(change) ?? {}) as Json);
  return others.flatMap((other) => {
    const differing = all.filter((member) => {
      const [a, b] = [first, other].map((one) => {
        const own = saidOf(one, member);
        return JSON.stringify(own === undefined ? saidOf(contract, member) : own);
      });
      return a !== b;
    });
    return differing.length === 1 ? differing : [];
  });
}

test('no member of the language is left out', () => {
  const all = membersOf(schema);
  const inRows = new Set([
    ...members.flatMap((row) => mutatedBy(row, all)),
    ...settled.map(([member]) => member),
    ...Object.keys(shown),
  ]);
  expect(all.filter((member) => !inRows.has(member) && elsewhere[member] === undefined)).toEqual([]);
  expect(Object.keys(elsewhere).filter((member) => inRows.has(member) || !all.includes(member))).toEqual([]);
  const root = join(import.meta.dirname, '..', '..');
  const stale = Object.values(elsewhere).filter(
    ([file, words]) => !readFileSync(join(root, file), 'utf8').includes(words),
  );
  expect(stale).toEqual([]);
});
