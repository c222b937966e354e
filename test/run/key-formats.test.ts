/** Keys as an API wants them: of one format, learnt where nothing says it, and inside other members. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { serveReference } from '../../reference/server/server.js';
import type { Results } from '../../results/results.js';
import type { RunOptions } from '../../run/options.js';
import { closeTargets, serve } from '../cli/targets.js';
import { check, checkUntil, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-key-formats-'));
const open: (() => Promise<void>)[] = [];
afterAll(async () => {
  await closeTargets();
  await Promise.all(open.map((close) => close()));
  rmSync(folder, { recursive: true });
});

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const ORD = /^ord_[a-z0-9]{10}$/;
const SHORT = /^[a-z0-9]{1,20}$/;

const example = { note: 'a note', amount: 3 };

function written(value: object, name: string): string {
  const file = join(folder, `${randomUUID()}-${name}.json`);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

/** Takes the keys that match, and takes those for the same of which `part` is the same. */
async function serveOrders(takes: RegExp, part = (key: string) => key): Promise<{ url: string; keys: string[] }> {
  const orders: object[] = [];
  const known = new Map<string, { text: string; order: object }>();
  const keys: string[] = [];
  const { url } = await serve(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const send = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (request.method === 'GET') return send(200, orders);
    const key = request.headers['idempotency-key'] as string | undefined;
    if (key !== undefined) keys.push(key);
    if (key !== undefined && !takes.test(key)) return send(422, { error: 'that is not a key' });
    const first = key === undefined ? undefined : known.get(part(key));
    if (first !== undefined) return first.text === text ? send(200, first.order) : send(409, { error: 'another body' });
    try {
      const order = { id: randomUUID(), ...JSON.parse(text) };
      if (typeof order.note !== 'string') return send(422, { error: 'a note, please' });
      orders.unshift(order);
      if (key !== undefined) known.set(part(key), { text, order });
      return send(201, order);
    } catch {
      return send(400, { error: 'JSON, please' });
    }
  });
  return { url, keys };
}

const byFlags = (url: string, keyFormat?: string) => ({
  targets: [url],
  profile: 'smoke' as const,
  endpoint: {
    endpoint: 'POST /orders',
    key: 'header:Idempotency-Key',
    body: written(example, 'body'),
    list: 'GET /orders',
    ...(keyFormat === undefined ? {} : { keyFormat }),
  },
});

const byContract = (url: string, key: object) => ({
  targets: [url],
  profile: 'smoke' as const,
  contract: written(
    {
      name: 'orders',
      key,
      create: { path: '/orders', example },
      conflict: { statuses: [409] },
      effects: { list: { path: '/orders' } },
    },
    'contract',
  ),
});

const statusesOf = ({ requirements }: Results, ids: string[]) =>
  ids.map((id) => requirements.find((one) => one.id === id)?.status);

const only = ['KEY', 'REPLAY-1', 'CREATE-3'];
const keyIds = ['KEY-1', 'KEY-2', 'KEY-3', 'KEY-4', 'KEY-5', 'KEY-6', 'KEY-7', 'REPLAY-1', 'CREATE-3'];
const decided = ['passed', 'passed', 'passed', 'skipped', 'passed', 'skipped', 'skipped', 'passed', 'passed'];

describe.concurrent('keys of one format', () => {
  test.each<[name: string, takes: RegExp, key: object, keyFormat: string]>([
    ['UUIDs of version 7', V7, { format: 'uuidv7' }, 'uuidv7'],
    ['a pattern', ORD, { pattern: ORD.source }, `/${ORD.source}/`],
  ])('%s: by contract everything is decided, by flags nothing is accused', async (_, takes, key, keyFormat) => {
    const { url, keys } = await serveOrders(takes);
    const results = await check({ ...byContract(url, key), only });
    expect([results.stop, statusesOf(results, keyIds)]).toEqual([null, decided]);
    // Only those that are wrong on purpose are refused: any string, and blank ones.
    expect(keys.filter((one) => takes.test(one)).length).toBeGreaterThan(20);
    const flagged = await check({ ...byFlags(url, keyFormat), only });
    expect([flagged.stop, idsWith(flagged, 'failed', 'noticed', 'inconclusive')]).toEqual([null, []]);
    const promised = await check({ ...byFlags(url, keyFormat), only: ['KEY-2'], promise: ['KEY-2'] });
    expect(statusesOf(promised, ['KEY-2'])).toEqual(['passed']);
  });

  test.each<[name: string, part: (key: string) => string]>([
    ['the last character', (key) => key.slice(0, -1)],
    ['the first character', (key) => key.slice(1)],
  ])('keys that are equal but for %s are found by contract, and noticed by flags', async (_, part) => {
    const { url } = await serveOrders(V7, part);
    const results = await check({ ...byContract(url, { format: 'uuidv7' }), only: ['KEY-2'] });
    expect(statusesOf(results, ['KEY-2'])).toEqual(['failed']);
    const flagged = await check({ ...byFlags(url), only: ['KEY-2'] });
    expect(statusesOf(flagged, ['KEY-2'])).toEqual(['noticed']);
  });
});

describe.concurrent('a format that nobody said', () => {
  test.each<[takes: RegExp, said: string, member: string, words: string]>([
    [V7, 'uuidv7', 'key.format: uuidv7', 'a version 7 UUID'],
    [/^[0-9a-f-]{36}$/, 'uuid', 'key.format: uuid', 'a UUID'],
    [/^[0-9A-Z]{26}$/, 'ulid', 'key.format: ulid', 'a ULID'],
    [SHORT, '/^[a-z0-9]{16}$/', "key.pattern: '^[a-z0-9]{16}$'", 'a key of 16 letters and digits'],
  ])('%s is learnt as %s', async (takes, said, member, words) => {
    const { url } = await serveOrders(takes);
    const seen = `POST /orders: ${words} was accepted as the key, and a plain key was refused with 422`;
    const flagged = await check({ ...byFlags(url), only: ['REPLAY-1'] });
    expect([flagged.stop, statusesOf(flagged, ['REPLAY-1'])]).toEqual([null, ['passed']]);
    expect(flagged.notes).toContain(`${seen}; so the run goes on with endpoint.keyFormat ${said}.`);
    const results = await check({ ...byContract(url, {}), only: ['REPLAY-1'] });
    expect([results.exitCode, results.stop?.message]).toEqual([2, `${seen}. Say so in the contract: ${member}.`]);
  });

  test('where no format is taken, the message does not blame the body alone', async () => {
    const { url } = await serveOrders(ORD);
    const { exitCode, stop } = await check({ ...byFlags(url), only: ['REPLAY-1'] });
    expect(exitCode).toBe(3);
    expect(stop?.message).toMatch(
      /Keys of other formats \(uuidv4, uuidv7, ulid, \/\^\[a-z0-9\]\{16\}\$\/\) were refused, too\.$/,
    );
  });
});

describe.concurrent('a key inside another member', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../contracts/ietf/request.schema.json'), 'utf8'),
  );

  /** The reference's draft with its key at a pointer, of which the first member is added to the body. */
  function contractWith(pointer: string, holder: object, required: boolean): string {
    const [, top] = pointer.split('/') as [string, string];
    const members = { ...schema.properties, [top]: holder };
    const requestSchema = { ...schema, $id: undefined, required: ['name', top], properties: members };
    return written(
      {
        extends: 'ietf',
        name: 'nested',
        key: { in: 'body', name: pointer, quoting: 'none', required },
        create: { requestSchema },
      },
      'nested',
    );
  }

  const string = { type: 'string' };
  const inner = { type: 'object', required: ['key'], properties: { key: string, note: string } };

  test.each<[pointer: string, holder: object]>([
    ['/meta/key', inner],
    ['/params/0/key', { type: 'array', maxItems: 1, minItems: 1, items: inner }],
  ])('%s: the reference that serves it passes, and a fault is found', async (pointer, holder) => {
    const contract = contractWith(pointer, holder, true);
    const only = ['KEY-1', 'KEY-2', 'KEY-7', 'REPLAY-1', 'CONFLICT-1', 'REJECT-1'];
    const right = await check({ contract, profile: 'smoke', only });
    expect(right.stop).toBeNull();
    expect(idsWith(right, 'failed', 'warned', 'inconclusive', 'blocked')).toEqual([]);
    expect(statusesOf(right, ['KEY-1', 'KEY-2', 'KEY-7', 'REPLAY-1'])).toEqual(Array(4).fill('passed'));
    const faulty: RunOptions = { contract, profile: 'smoke', fault: 'keys-in-lower-case', only: ['KEY-2'] };
    const wrong = await checkUntil(faulty, ['KEY-2'], { small: false });
    expect(statusesOf(wrong, ['KEY-2'])).toEqual(['failed']);
    const [exchange] = wrong.requirements.find(({ id }) => id === 'KEY-2')?.findings[0]?.smallest.exchanges ?? [];
    const sent = JSON.parse(exchange?.request.body ?? '{}');
    expect(pointer.startsWith('/meta') ? sent.meta.key : sent.params[0].key).toBe(exchange?.key);
  });

  test('by flags, with an example of the body', async () => {
    const contract = contractWith('/meta/key', inner, false);
    const { url, close } = await serveReference({ contract });
    open.push(close);
    const body = written({ name: 'a note', meta: { note: 'x' } }, 'body');
    const endpoint = { endpoint: 'POST /resources', key: 'body:/meta/key', body };
    const results = await check({
      targets: [url],
      endpoint,
      profile: 'smoke',
      noEffects: true,
      only: ['REPLAY', 'KEY-1'],
    });
    expect([results.stop, statusesOf(results, ['REPLAY-1', 'KEY-1'])]).toEqual([null, ['passed', 'observed']]);
    expect(idsWith(results, 'failed', 'inconclusive')).toEqual([]);
  });

  test('a name with slashes is not a member', () => {
    expect(() => loadContract(contractWith('meta/key', inner, true))).toThrow(
      '/key/name: must be a name in its place: a key inside another member is named by a JSON Pointer, which begins with /',
    );
  });
});
