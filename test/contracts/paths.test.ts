/** Paths with names in them: filled from the contract, and what is wrong with them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { type GenericOptions, genericContract } from '../../contracts/generic.js';
import { loadContract } from '../../contracts/load.js';
import { filledPath, valuesIn, withQuery } from '../../contracts/paths.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-paths-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(members: string) {
  const file = join(folder, 'api.yaml');
  writeFileSync(file, `extends: ietf\n${members}\n`);
  return loadContract(file).contract;
}

test('what is filled in comes back', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const template = '/v1/{customer}/orders/{order}.json';
      const path = filledPath(template, { customer: a, order: b });
      expect(valuesIn(template, `/below${path}`)).toEqual({ customer: a, order: b });
      expect(valuesIn(template, `/below${path}`, { whole: true })).toBeNull();
      expect(new URL(withQuery(`${template}?x=1`, [[a, b]]), 'http://a.test').searchParams.get(a)).toBe(
        a === 'x' ? '1' : b,
      );
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('parameters stand in every path', () => {
  const { create, get, cancel, effects, otherEndpoints } = load(`
create:
  path: /customers/{customer}/shops/{shop}/orders
  parameters: { customer: 'cus 1/2', shop: 7 }
  example: { note: a b c }
get: { path: '/customers/{customer}/orders/{id}' }
cancel: { path: '/customers/{customer}/orders/{id}/cancel' }
effects: { list: { path: '/shops/{shop}/orders' } }
otherEndpoints: [{ path: '/shops/{shop}/refunds', bodies: [{ a: 1 }] }]`);
  const paths = [create, get, cancel, effects.list, ...otherEndpoints].map((one) => one?.path);
  expect(paths).toEqual([
    '/customers/cus%201%2F2/shops/7/orders',
    '/customers/cus%201%2F2/orders/{id}',
    '/customers/cus%201%2F2/orders/{id}/cancel',
    '/shops/7/orders',
    '/shops/7/refunds',
  ]);
});

test('a key in the path is always there', () => {
  expect(load('key: { in: path }\ncreate: { method: PUT, path: "/payments/{key}" }').key.required).toBe(true);
});

test.each([
  [
    'create: { path: "/c/{customer}/orders" }',
    '/create/path: has {customer}, which has no value; give it in create.parameters: { customer: … }',
  ],
  [
    'create: { path: "/orders/{key}" }',
    '/create/path: has {key}, but the key travels elsewhere; say `key: { in: path }`, or take it out',
  ],
  ['key: { in: path }', '/create/path: must have {key} once, where the key stands: /payments/{key}'],
  [
    'key: { in: path }\ncreate: { path: "/orders?id={key}" }',
    '/create/path: has {key} in its query; write `key: { in: query, name: … }` instead',
  ],
  ['create: { parameters: { key: a } }', '/create/parameters/key: is a name that stands for the key; take another'],
  ['create: { parameters: { a: ".." } }', '/create/parameters/a: is a dot segment, which is taken out of paths'],
  ['companions: [{ name: Host, value: uuid }]', '/companions/0/name: the client sets that header itself; leave it out'],
  [
    'key: { in: path }\ncreate: { path: "/a/{key}" }\notherEndpoints: [{ path: /b, bodies: [{ a: 1 }] }]',
    '/otherEndpoints/0/path: must have {key}, where the key stands; or leave the endpoint out',
  ],
  ['companions: [{ name: idempotency-key, value: uuid }]', '/companions/0/name: is where the key stands; name another'],
  [
    'companions: [{ name: A, value: uuid }, { name: a, value: text }]',
    '/companions/1/name: is named twice; take one out',
  ],
  [
    'companions: [{ in: body, name: /x/y, value: uuid }]\ncreate: { requestSchema: { type: object, properties: { a: { type: string } } } }',
    '/companions/0/name: must name a member of the request body; /x/y is not one',
  ],
])('%s', (members, message) => {
  expect(() => load(members)).toThrow(message);
});

test('flags say a key in the query or in the path', () => {
  const body = join(folder, 'body.json');
  writeFileSync(body, '{"note": "a b c"}');
  const flags = (endpoint: string, key: string): GenericOptions => ({ endpoint, key, body, authenticated: false });
  const of = (endpoint: string, key: string) => genericContract(flags(endpoint, key), []).contract.key;
  expect(of('POST /orders', 'query:requestId')).toMatchObject({ in: 'query', name: 'requestId', required: false });
  expect(of('PUT /payments/{key}', 'path')).toMatchObject({ in: 'path', required: true });
  expect(() => of('PUT /payments', 'path')).toThrow('endpoint must have {key} once');
  expect(() => of('POST /payments/{key}', 'query:k')).toThrow('endpoint has {key}, but the key travels elsewhere');
});
