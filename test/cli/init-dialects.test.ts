/** `init` against servers of many dialects: what it concludes is true, and a run with the file accuses none of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { idPlaceFlag } from '../../contracts/ids.js';
import type { Json, JsonObject } from '../../contracts/json.js';
import { type LoadedContract, loadContract } from '../../contracts/load.js';
import { put } from '../../reference/server/put.js';
import { serveReference } from '../../reference/server/server.js';
import { check, idsWith } from '../run/check.js';
import { command, newFolder } from './command.js';
import { type Habits, serveOrders } from './orders.js';

const folder = join(import.meta.dirname, '..', 'contracts', 'dialects');
const dialects = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name): [string, string] => [name.replace('.yaml', ''), join(folder, name)]);

/** Safety rules that other tests hold to the same dialects, by waiting. */
const SLOW = /^(LOST|SERVER)/;

interface Server {
  url: string;
  /** Words of `init`, besides the target. */
  words: string[];
  keys: string[];
  headers: [string, string][];
}

/** The file that `init` writes for a server, and what a run with it says. */
async function concluded({ url, words, keys, headers }: Server, at: string) {
  const [first, second] = keys;
  const env: Record<string, string> = {
    ...(first === undefined ? {} : { IDEM_API_KEY: first }),
    ...(second === undefined ? {} : { IDEM_API_KEY_2: second }),
  };
  const sent = headers.flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const ended = await command(['init', ...words, ...sent, '--target', url], { folder: at, env });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const file = join(at, 'idem-contract.yaml');
  const { contract } = loadContract(file);
  const results = await check({
    contract: file,
    targets: [url],
    credentials: { first, second },
    headers,
    profile: 'smoke',
    stormWidth: 4,
    only: (contract.judged ?? []).filter((id) => !SLOW.test(id)),
  });
  return { contract, results, file, text: readFileSync(file, 'utf8'), stdout: ended.stdout };
}

/** How `init` is called for an API, of which it knows what its flags take. */
function wordsFor({ contract, schemas }: LoadedContract, at: string): string[] {
  const { basePath, create, key, effects, fixtures } = contract;
  const schema = Object.entries(fixtures).reduce(
    (one, [place, [value]]) => fixed(one, place.split('/').slice(1), value as Json),
    schemas.requestSchema,
  );
  writeFileSync(join(at, 'body.schema.json'), JSON.stringify(schema));
  return [
    ...['--endpoint', `${create.method} ${basePath}${create.path}`, '--key', `${key.in}:${key.name}`],
    ...['--id', idPlaceFlag(create.id), '--body-schema', 'body.schema.json', '--body-type', create.body],
    ...(effects.list === null ? [] : ['--list', `GET ${basePath}${effects.list.path}`]),
  ];
}

/** A schema in which one member has one value. */
function fixed(schema: JsonObject, way: string[], value: Json): JsonObject {
  return put(schema, `/${way.flatMap((name) => ['properties', name]).join('/')}`, { const: value }) as JsonObject;
}

async function againstReference(file: string, list: object = {}) {
  const loaded = loadContract(file);
  const { authentication, headers, scope } = loaded.contract;
  const reference = await serveReference({ contract: file, list });
  const at = newFolder();
  // The flags know no other scheme than Bearer.
  const isBearer = authentication?.prefix === 'Bearer ';
  const own: [string, string][] =
    authentication === null || isBearer
      ? []
      : [[authentication.header, `${authentication.prefix}${reference.keys[0]}`]];
  try {
    const seen = await concluded(
      {
        url: reference.url,
        words: wordsFor(loaded, at),
        // Where keys belong to the account, both of the reference are of one.
        keys: isBearer ? reference.keys.slice(0, scope === 'account' ? 1 : 2) : [],
        headers: [...own, ...Object.entries(headers)],
      },
      at,
    );
    return { ...seen, served: loaded.contract };
  } finally {
    await reference.close();
  }
}

function expectClean({ results, text }: Awaited<ReturnType<typeof concluded>>): void {
  const accused = idsWith(results, 'failed', 'warned', 'blocked');
  expect({ accused, verdict: results.verdict }, text).toMatchObject({ accused: [] });
}

/** What is known of a contract from outside, in the form in which `init` writes it. */
function seenFrom({ conflict, key, replay, create, fingerprint }: Contract) {
  return {
    required: key.required,
    fingerprint,
    replay: replay.kind === null ? null : { kind: replay.kind, statuses: replay.statuses, pointer: replay.pointer },
    marker: replay.marker === null ? null : replay.marker.header.toLowerCase(),
    conflict: conflict?.statuses ?? null,
    success: create.success,
  };
}

describe.concurrent('the reference', () => {
  test.each([['ietf', 'ietf'], ...dialects])('as %s', async (_, file) => {
    const seen = await againstReference(file);
    expectClean(seen);
    const [is, said] = [seenFrom(seen.served), seenFrom(seen.contract)];
    // Where the contract permits several, the server does one of them.
    expect({ ...is, ...said }).toMatchObject({
      required: is.required,
      fingerprint: is.fingerprint ?? expect.anything(),
      marker: is.marker,
      conflict: is.conflict,
    });
    expect(is.success).toEqual(expect.arrayContaining(said.success));
    expect(said.replay?.kind).toBe(is.replay?.kind);
    expect(said.replay?.pointer).toBe(is.replay?.pointer);
    expect(is.replay?.statuses).toEqual(expect.arrayContaining(said.replay?.statuses ?? []));
    // Without effects, what they decide stays open.
    if (seen.served.effects.list !== null) expect(idsWith(seen.results, 'inconclusive')).toEqual([]);
  });
});

test('with what a correct server showed, broken ones are found, though no flag says what they break', async () => {
  const file = join(newFolder(), 'served.yaml');
  writeFileSync(file, `extends: ${join(folder, 'stripe-v1.yaml')}\nkey: { keyless: separate }\n`);
  const seen = await againstReference(file);
  for (const [fault, id] of [
    ['keyless-joined', 'CREATE-1'],
    ['conflict-other-status', 'CONFLICT-1'],
  ] as const) {
    const { url, keys, close } = await serveReference({ contract: file, fault });
    const credentials = { first: keys[0] };
    const results = await check({ contract: seen.file, targets: [url], credentials, profile: 'smoke', only: [id] });
    await close();
    expect(idsWith(results, 'failed')).toContain(id);
  }
});

/** Each is correct in its way, and what `init` should make of it. */
const orders: [name: string, habits: Habits, expected: object][] = [
  ['wrapped, with numbers as ids', { wrapped: true, numbers: true }, { create: { id: '/data/id' } }],
  [
    'refused repeats',
    { repeat: 'refused' },
    { replay: { kind: 'refusal', pointer: null }, conflict: { statuses: [409] } },
  ],
  ['work that takes a while, and a key in the body', { workMs: 20, key: 'body:ref' }, { replay: { kind: 'success' } }],
  [
    'pages by a cursor, the oldest first',
    { list: (all, query) => cursorPage(all, Number(query.get('cursor') ?? 0)) },
    { effects: { list: { items: '/items', pages: { kind: 'cursor', next: '/next_cursor' } } } },
  ],
  [
    'a count instead of a list',
    { list: (all) => ({ body: { orders: { count: all.length } } }) },
    { effects: { list: null, counter: { path: '/orders', pointer: '/orders/count' } } },
  ],
];

function cursorPage(all: object[], from: number) {
  const next = from + 3 < all.length ? String(from + 3) : null;
  return { body: { items: all.slice(from, from + 3), next_cursor: next } };
}

async function againstOrders(habits: Habits) {
  const { url } = await serveOrders(habits);
  const at = newFolder();
  writeFileSync(join(at, 'order.json'), '{"note":"two of them","amount":2}');
  const words = ['--endpoint', 'POST /orders', '--key', habits.key ?? 'header:Idempotency-Key', '--body', 'order.json'];
  return concluded({ url, words, keys: [], headers: [] }, at);
}

describe.concurrent('orders, without a flag for the list', () => {
  test.each(orders)('%s', async (_, habits, expected) => {
    const seen = await againstOrders(habits);
    expectClean(seen);
    expect(seen.contract, seen.text).toMatchObject(expected);
    expect(seen.contract.key.keyless).toBe('separate');
    expect(Number(/^Sent (\d+) requests, which made \d+ resources\.$/m.exec(seen.stdout)?.[1])).toBeLessThan(25);
  });

  test('a server that creates again is found, and its file does not say that it may', async () => {
    const { contract, results, text } = await againstOrders({ repeat: 'again' });
    expect(contract.replay.kind).toBeNull();
    expect(text).toContain('# Seen: A repeat was answered with ANOTHER id: a second resource.');
    expect(idsWith(results, 'failed')).toContain('REPLAY-1');
  });
});
