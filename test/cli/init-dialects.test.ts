/** `init` against servers of many dialects: what it concludes is true, and a run with the file accuses none of them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../contracts/json.js';
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
  return { contract, results, text: readFileSync(file, 'utf8'), stdout: ended.stdout };
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
    ...['--id', create.id, '--body-schema', 'body.schema.json'],
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

describe.concurrent('the reference', () => {
  test.each([['ietf', 'ietf'], ...dialects])('as %s', async (_, file) => {
    const seen = await againstReference(file);
    expectClean(seen);
    const { contract, served } = seen;
    const { conflict, fingerprint, key, replay, create, effects, scope } = contract;
    console.log(JSON.stringify({ v: seen.results.verdict, conflict, fingerprint, key, replay, s: create.success, effects, scope, inFlight: contract.inFlight, inc: idsWith(seen.results, 'inconclusive').map((id) => [id, seen.results.requirements.find((o) => o.id === id)?.reason]) }), served.name);
  });
});
