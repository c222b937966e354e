import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../contracts/codec.js';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { type IdPlace, idIn, idPointer } from '../../contracts/ids.js';
import { contractNames, type LoadedContract, loadContract } from '../../contracts/load.js';
import { at, idAt } from '../../contracts/pointer.js';
import { type Answer, isInFlight, isRefusal } from '../../contracts/refusals.js';
import { fromSchema } from '../../generators/schema.js';
import { put } from '../../reference/server/put.js';
import { serveReference } from '../../reference/server/server.js';

const folder = fileURLToPath(new URL('../contracts/dialects/', import.meta.url));
const dialects = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => folder + name);

interface Seen {
  status: number;
  headers: Headers;
  json: Json;
}

/** What a refusal is known by. */
function answerOf({ status, headers }: Pick<Seen, 'status' | 'headers'>): Answer {
  return { status, headers: Object.fromEntries(headers) };
}

/** A client that knows the API by its contract alone. */
async function withApi<T>(loaded: LoadedContract, use: (api: ReturnType<typeof clientOf>) => Promise<T>): Promise<T> {
  const reference = await serveReference({ contract: loaded.file });
  try {
    return await use(clientOf(loaded, reference.url, reference.keys));
  } finally {
    await reference.close();
  }
}

function clientOf({ contract }: LoadedContract, url: string, keys: [string, string]) {
  const { authentication, basePath } = contract;
  const call = async (
    method: string,
    path: string,
    body?: string,
    headers: [string, string][] = [],
    credential = 0,
  ) => {
    const own: [string, string][] =
      authentication === null ? [] : [[authentication.header, authentication.prefix + (keys[credential] ?? 'wrong')]];
    const answer = await fetch(url + basePath + path, {
      method,
      headers: [...own, ...headers],
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    const seen: Seen = {
      status: answer.status,
      headers: answer.headers,
      json: text === '' ? null : JSON.parse(text),
    };
    return seen;
  };
  return {
    call,
    create: (value: JsonObject, key: string | undefined, credential = 0) => {
      const { method, path, contentType, headers, body } = encode(contract, { value }, key);
      return call(method, path, body, [['content-type', contentType as string], ...headers], credential);
    },
  };
}

/** Two bodies that the contract accepts and that differ. */
function bodiesOf({ contract, schemas }: LoadedContract): [JsonObject, JsonObject] {
  const { key, create } = contract;
  const left = (place: string) => create.references.includes(place) || (key.in === 'body' && place === `/${key.name}`);
  const required = ((schemas.requestSchema.required ?? []) as string[]).filter((name) => name !== key.name);
  const schema = { ...schemas.requestSchema, required };
  const values = fromSchema(schema, {
    root: schema,
    at: (place) => (left(place) ? (contract.fixtures[place] ? fc.constant('known') : null) : undefined),
  });
  const [body] = fc.sample(values as fc.Arbitrary<Json>, { seed: 1, numRuns: 1 });
  const withNonce = (text: string) => put(body as Json, create.nonce ?? '', text) as JsonObject;
  return [withNonce('one'), withNonce('other')];
}

describe.each([...contractNames(), ...dialects].map((name) => loadContract(name)))('$contract.name', (loaded) => {
  const { contract, schemas } = loaded;
  const { create, replay, conflict, effects, errors, key, authentication } = contract;
  const text = 'k'.repeat(Math.max(16, key.minLength ?? 0));
  const [one, other] = bodiesOf(loaded);
  const named = (place: IdPlace, { json, headers }: Seen) =>
    idIn(place, { json, headers: Object.fromEntries(headers) });
  const idOf = (seen: Seen) => named(create.id, seen);

  it('creates, replays, and refuses another body', async () => {
    await withApi(loaded, async (api) => {
      const first = await api.create(one, text);
      expect(create.success).toContain(first.status);
      if (schemas.resource !== null)
        expect(schemas.resource(first.json), JSON.stringify(schemas.resource.errors)).toBe(true);
      expect(idOf(first)).toEqual(expect.anything());

      const again = await api.create(one, text);
      expect(replay.statuses).toContain(again.status);
      expect(replay.kind === 'refusal' ? named(replay.pointer, again) : idOf(again)).toBe(idOf(first));
      if (replay.marker !== null) expect([...first.headers.keys()]).not.toContain(replay.marker.header.toLowerCase());
      if (replay.marker?.value) expect(again.headers.get(replay.marker.header)).toBe(replay.marker.value);

      const second = await api.create(other, text);
      const compares = conflict !== null && contract.fingerprint !== 'none';
      expect(isRefusal(conflict, answerOf(second), second.json)).toBe(compares);
      if (!compares) expect(replay.statuses).toContain(second.status);
      expect(isInFlight(contract, answerOf(second), second.json)).toBe(false);
      expect(idOf(await api.create(one, `${text}-2`))).not.toBe(idOf(first));
    });
  });

  it('refuses with its own errors what its schema, its key and its credentials do not allow', async () => {
    await withApi(loaded, async (api) => {
      const refused = [await api.create({ no: 'such member' } as JsonObject, text), await api.create({}, text)];
      if (key.required) refused.push(await api.create(one, undefined));
      else expect(create.success).toContain((await api.create(one, undefined)).status);
      if (key.maxLength !== null) refused.push(await api.create(one, 'k'.repeat(key.maxLength + 1)));
      for (const { status, json, headers } of refused) {
        expect(errors.validation.statuses).toContain(status);
        expect(isRefusal(conflict, answerOf({ status, headers }), json)).toBe(false);
        if (schemas.error !== null) expect(schemas.error(json), JSON.stringify(schemas.error.errors)).toBe(true);
        expect(headers.get('content-type')).toBe(errors.mediaType ?? 'application/json');
        const { requestId } = errors;
        if (requestId !== null) expect(at(json, requestId.pointer)).toBe(headers.get(requestId.header));
      }
      const stranger = await api.create(one, text, 7);
      expect(isRefusal(errors.authentication, answerOf(stranger), stranger.json)).toBe(authentication !== null);
    });
  });

  it('shows each resource once in its list, and by its id', async () => {
    await withApi(loaded, async (api) => {
      const made = [await api.create(one, text), await api.create(one, text), await api.create(other, `${text}-2`)];
      const ids = [made[0], made[2]].map((seen) => idOf(seen as Seen));
      if (effects.list !== null) {
        const { path, items, id, kind, nonce } = effects.list;
        const page = await api.call('GET', path);
        const listed = (items === null ? Object.values(page.json as JsonObject)[0] : at(page.json, items)) as Json[];
        expect(listed.map((item) => idAt(item, id)).reverse()).toEqual(ids);
        if (kind !== null) for (const item of listed) expect(at(item, kind.pointer)).toBe(kind.value);
        if (nonce !== null) expect(listed.map((item) => at(item, nonce))).toEqual(['other', 'one']);
      }
      if (contract.get !== null) {
        const { status, json } = await api.call('GET', contract.get.path.replace('{id}', String(ids[0])));
        expect([status, idAt(json, idPointer(create.id) ?? '')]).toEqual([200, ids[0]]);
      }
      if (contract.cancel !== null) {
        const { method, path, body } = contract.cancel;
        const { status } = await api.call(
          method,
          path.replace('{id}', String(ids[0])),
          body === null ? undefined : JSON.stringify(body),
        );
        expect(status).toBe(200);
      }
    });
  });

  it('keeps two credentials apart, or not, as its scope says', async () => {
    await withApi(loaded, async (api) => {
      const first = await api.create(one, text);
      const second = await api.create(one, text, 1);
      const shared = authentication === null || contract.scope === 'account';
      const id = replay.kind === 'refusal' && shared ? named(replay.pointer, second) : idOf(second);
      expect(id === idOf(first)).toBe(shared);
    });
  });
});

it('says why it cannot serve a contract', async () => {
  await expect(serveReference({ contract: 'no-such' })).rejects.toThrow('There is no contract no-such.');
});
