/** The contracts that generators are tested with: the bundled one, the same with its key in a header, the dialects. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import type { BodySource } from '../../generators/bodies.js';

function sourceOf(nameOrFile: string): BodySource {
  const { contract, schemas } = loadContract(nameOrFile);
  return { contract, requestSchema: schemas.requestSchema, validate: (body) => schemas.request(body) === true };
}

export const moda = sourceOf('moda');

export const modaWithHeader: BodySource = {
  ...moda,
  contract: {
    ...moda.contract,
    name: 'moda, key in a header',
    key: { ...moda.contract.key, in: 'header', name: 'Idempotency-Key', required: true, quoting: 'sf-string' },
  },
};

/** Ids that the request schema accepts, one or two for each reference. */
export const FIXTURES: Record<string, Json[]> = {
  '/conversation_id': ['conv_00000000000000000000000001'],
  '/canvas_id': ['cvs_00000000000000000000000001', 'cvs_00000000000000000000000002'],
  '/template_canvas_id': ['cvs_00000000000000000000000003'],
  '/brand_kit_id': ['bk_00000000000000000000000001'],
  '/reference_canvas_ids/-': ['cvs_00000000000000000000000004', 'cvs_00000000000000000000000005'],
  '/attachments/-/file_id': ['file_00000000000000000000000001'],
};

export const modaWithFixtures: BodySource = {
  ...moda,
  contract: { ...moda.contract, name: 'moda, with fixtures', fixtures: FIXTURES },
};

const folder = new URL('../contracts/dialects/', import.meta.url).pathname;

const dialects = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => sourceOf(join(folder, name)));

/** By the contract's name, for `test.each`. */
export const sources: [name: string, source: BodySource][] = [moda, modaWithHeader, modaWithFixtures, ...dialects].map(
  (source) => [source.contract.name, source],
);

/** Every value inside a value, with its place: `/a/-` for items. */
export function* placesOf(value: Json, place = ''): Generator<[place: string, value: Json]> {
  yield [place, value];
  if (Array.isArray(value)) for (const item of value) yield* placesOf(item, `${place}/-`);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* placesOf(member, `${place}/${name}`);
  }
}

/** The body as the client would send it: the nonce in its place, and a key where the body holds one. */
export function asSent({ contract }: BodySource, body: JsonObject, token: string): Json {
  const sent = JSON.parse(JSON.stringify(body).replaceAll(token, 'idem-0123456789ab')) as JsonObject;
  return contract.key.in === 'body' ? { ...sent, [contract.key.name]: 'some-key' } : sent;
}
