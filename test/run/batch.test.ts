/** Batches: an item is judged by its own result, in whatever company it comes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { type JsonObject, parseJson } from '../../contracts/json.js';
import { startReference } from '../../reference/server/start.js';
import { curlScript } from '../../reports/curl.js';
import { reportHtml } from '../../reports/html.js';
import { resultsJson } from '../../reports/json.js';
import { run } from '../../run/run.js';
import { type Defect, type Freedom, serveBulk } from './bulk.js';
import { check, checkUntil, idsWith } from './check.js';
import { frontOf } from './front.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}

const key = 'key: { in: body, name: reference, quoting: none }';
const example = 'example: { note: two of them, amount: 2 }';

/** What batches may look like. */
const styles = {
  'by key': write(
    'by-key',
    `extends: ietf
${key}
create: { path: /payments/batch, ${example}, id: /made/id }
batch: { items: /payments, results: /results, key: /reference, status: /status, body: /payment }
effects: { list: { path: /payments } }`,
  ),
  'by order, without statuses': write(
    'by-order',
    `extends: ietf
${key}
create: { path: /payments/bulk, ${example}, success: [200] }
batch: { size: 2 }
replay: { kind: success }
conflict: { statuses: [200], code: { pointer: /error/code, values: [reused] } }
inFlight: { policy: wait }
errors:
  mediaType: null
  schema: null
  validation: { statuses: [200], code: { pointer: /error/code, values: [invalid] } }
effects: { list: { path: /payments } }`,
  ),
  'without ids': write(
    'without-ids',
    `extends: ietf
${key}
create: { path: /payments/batch, ${example}, id: null, resourceSchema: null }
get: null
batch: { items: /payments, results: /results, status: /status }
effects: { list: { path: /payments, nonce: /note } }`,
  ),
  'with set-up': write(
    'with-set-up',
    `extends: ietf
${key}
setup:
  - { each: run, path: /consents, body: { for: payments }, save: { consent: /id } }
  - { each: plan, path: /customers, body: { name: '{unique}' }, save: { customer: /id } }
companions:
  - { name: Consent, value: '{consent}' }
  - { in: body, name: customer, value: '{customer}' }
create: { path: /payments/batch, example: { note: two of them, amount: 2, customer: cus_1 } }
batch: { items: /payments, results: /results, status: /status, body: /payment }
effects: { list: { path: /payments } }`,
  ),
};

const least = { profile: 'smoke', stormWidth: 4 } as const;
const only = ['CREATE', 'KEY', 'REPLAY', 'CONFLICT', 'STORM', 'LOST', 'REJECT', 'ENVELOPE', 'BATCH'];
const decided = ['REPLAY-3', 'CONFLICT-1', 'CONFLICT-5', 'STORM-2', 'LOST-1', 'REJECT-2', 'BATCH-1', 'BATCH-2'];

describe.concurrent.each(Object.entries(styles))('the reference, %s', (style, contract) => {
  test('the correct server passes', async () => {
    const results = await check({ contract, ...least, only, exclusive: true });
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed', 'blocked')]).toEqual([0, []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(decided));
    expect(results.effects).toMatchObject({ foreign: 0, blind: null });
  });

  const broken: [fault: string, id: string][] = [
    ['batch-keyed-as-whole', 'REPLAY-3'],
    ['batch-compared-as-whole', 'REPLAY-1'],
    ['twice-in-batch', 'BATCH-1'],
    ['conflict-repeats-neighbours', 'BATCH-2'],
    ['conflict-creates', 'CONFLICT-5'],
  ];
  if (style === 'by order, without statuses') broken.push(['results-out-of-order', 'REPLAY-1']);
  test.each(broken)('%s breaks %s', async (fault, id) => {
    const results = await checkUntil({ contract, fault, ...least, only: [id] }, [id], { small: false });
    expect(idsWith(results, 'failed')).toContain(id);
  });
});

test.concurrent.each([
  ['twice-in-batch', 'BATCH-1'],
  ['conflict-repeats-neighbours', 'BATCH-2'],
])('%s breaks nothing besides', async (fault, id) => {
  const results = await check({ contract: styles['by key'], fault, ...least, only });
  expect(idsWith(results, 'failed', 'warned', 'noticed')).toEqual([id]);
});

test.concurrent('results may stand in any order where they have keys', async () => {
  const results = await check({ contract: styles['by key'], fault: 'results-by-key', ...least, only });
  expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed', 'blocked')]).toEqual([0, []]);
});

/** The same server as its users see it, by references or by order. */
const bulk = (isByOrder: boolean) =>
  write(
    `bulk-${isByOrder}`,
    `key: { in: body, name: reference, required: true }
create:
  path: /payouts/bulk
  requestSchema:
    type: object
    required: [reference, note, amount]
    additionalProperties: false
    properties: { reference: { type: string }, note: { type: string, minLength: 1 }, amount: { const: 2 } }
  id: /payout/id
batch: { items: /payouts, results: /results, status: /status${isByOrder ? '' : ', key: /reference'} }
fingerprint: value
stored: [success]
replay: { kind: success, statuses: [200] }
conflict: { statuses: [409] }
errors: { validation: { statuses: [400] } }
inFlight: { policy: wait, statuses: [425] }
effects: { list: { path: /payouts } }`,
  );

describe.concurrent('a server of ours', () => {
  const against = async (isByOrder: boolean, habit: Freedom | Defect | undefined, ids: string[], until?: string) => {
    const { url, close } = await serveBulk(habit, isByOrder);
    const options = { contract: bulk(isByOrder), targets: [url], ...least, only: ids };
    const results = await (until === undefined ? check(options) : checkUntil(options, [until], { small: false }));
    await close();
    return results;
  };

  test.each<[boolean, Freedom | undefined]>([
    [false, undefined],
    [true, undefined],
    [false, 'all or nothing'],
    [true, 'all or nothing'],
    [false, 'aborts the others'],
    [false, 'refuses twins'],
    [true, 'refuses twins'],
    [false, 'refuses batches with twins'],
  ])('by order: %s, %s', async (isByOrder, freedom) => {
    const results = await against(isByOrder, freedom, only);
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed', 'blocked')]).toEqual([0, []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(decided));
  });

  test.each<[boolean, Defect, string]>([
    [false, 'knows whole batches', 'REPLAY-1'],
    [false, 'looks up first', 'BATCH-1'],
    [false, 'undoes the others', 'BATCH-2'],
    [true, 'answers in its own order', 'REPLAY-1'],
  ])('by order: %s, %s', async (isByOrder, defect, id) => {
    expect(idsWith(await against(isByOrder, defect, [id], id), 'failed')).toContain(id);
  });
});

/** The items of a batch, as a server sees them. */
function itemsIn(body: Buffer | string): JsonObject[] {
  return (parseJson(String(body)) as { payments: JsonObject[] }).payments;
}

test('a repeat comes in another place and in other company', async () => {
  const contract = styles['by key'];
  const { options, requests } = await frontOf({ onTestFinished }, undefined, { contract });
  const results = await check({ contract, ...options, ...least, only: ['REPLAY-1'] });
  expect(results.exitCode).toBe(0);
  const batches = requests.filter(({ method }) => method === 'POST').map(({ body }) => itemsIn(body));
  expect(batches.filter((items) => items.length !== 3)).toEqual([]);
  const places = new Map<unknown, number[]>();
  for (const items of batches)
    for (const [place, { reference }] of items.entries())
      places.set(reference, [...(places.get(reference) ?? []), place]);
  const repeated = [...places.values()].filter(({ length }) => length > 1);
  expect(repeated.length).toBeGreaterThan(1);
  // One item of each batch is an attempt; the others are sent once.
  expect([...places.values()].flat()).toHaveLength(3 * batches.length);
  expect([...places.values()].filter(({ length }) => length === 1).length).toBeGreaterThanOrEqual(2 * batches.length);
  expect(new Set(repeated.flat())).toEqual(new Set([0, 1, 2]));
  for (const items of batches) expect(new Set(items.map(({ note }) => note)).size).toBe(3);
});

test('what stands beside an item counts towards the budget', async () => {
  const contract = styles['by key'];
  const reference = await startReference({ contract });
  const results = await run({ contract, targets: [reference.url], ...least, only: ['REPLAY-1'], maxCreates: 30 });
  const list = (await (await fetch(`${reference.url}/payments?limit=100`)).json()) as { data: unknown[] };
  await reference.close();
  expect(results.stop).toMatchObject({ kind: 'stopped', message: expect.stringContaining('30') });
  expect(list.data.length).toBeGreaterThan(10);
  expect(list.data.length).toBeLessThanOrEqual(30);
});

test('what stands beside an item is cancelled with the rest', async () => {
  const contract = write('cancelled', `extends: ${styles['by key']}\ncancel: { path: '/payments/{id}/cancel' }`);
  const { options, requests } = await frontOf({ onTestFinished }, undefined, { contract });
  const [url = ''] = options.targets ?? [];
  // Not loopback by its name, though it leads to this machine.
  const targets = [url.replace('127.0.0.1', '0.0.0.0')];
  const results = await check({ contract, targets, ...least, only: ['REPLAY-1'], timeout: 2 });
  expect([results.exitCode, results.left, results.unresolved]).toEqual([0, undefined, undefined]);
  const posts = requests.filter(({ method }) => method === 'POST');
  const [writes, cancels] = ['/payments/batch', '/cancel'].map((end) => posts.filter(({ path }) => path.endsWith(end)));
  const keys = new Set(writes?.flatMap(({ body }) => itemsIn(body).map(({ reference }) => reference)));
  expect(keys.size).toBeGreaterThan(9);
  expect(new Set(cancels?.map(({ path }) => path)).size).toBe(keys.size);
});

test('records have the item, and the batch as it was sent', async () => {
  const contract = styles['by key'];
  const results = await checkUntil({ contract, fault: 'twice-in-batch', ...least, only: ['BATCH-1'] }, ['BATCH-1']);
  const [finding] = results.requirements.find(({ id }) => id === 'BATCH-1')?.findings ?? [];
  const { exchanges } = finding?.smallest ?? { exchanges: [] };
  const [first, second] = exchanges.filter(({ batch }) => batch !== undefined);
  expect(exchanges.every(({ batch }) => batch !== undefined)).toBe(true);
  expect([first?.batch?.isSecond, second?.batch?.isSecond]).toEqual([false, true]);
  expect(second?.batch?.request).toBe(first?.batch?.request);
  for (const one of [first, second]) {
    const place = Number(/^\/payments\/(\d)$/.exec(one?.batch?.item ?? '')?.[1]);
    expect(itemsIn(one?.batch?.request ?? '')[place]).toEqual(parseJson(one?.request.body ?? ''));
    expect([one?.answer?.status, one?.batch?.answer?.status]).toEqual([expect.any(Number), 207]);
    expect(one?.batch?.result).toBe(`/results/${place}/payment`);
  }
  expect(finding?.argument.join(' ')).toContain('were items of one batch.');
  expect(reportHtml(results)).toContain(`Sent as ${first?.batch?.item} of a batch`);
  const schema = createRequire(import.meta.url)('idem-conformance/results/results.schema.json');
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);
  validate(JSON.parse(resultsJson(results)));
  expect(validate.errors ?? []).toEqual([]);
  // It is one request for curl, with a fresh key in both places.
  const script = curlScript(
    { ...(finding as NonNullable<typeof finding>).smallest, exchanges: [first, second].flatMap((one) => one ?? []) },
    { id: '/made/id' },
  );
  expect(script).toContain('# Sends 1 request again');
  expect(script.match(/\$\{?key_1\b/g)).toHaveLength(2);
});
