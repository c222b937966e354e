import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { encode } from '../../contracts/codec.js';
import { genericContract } from '../../contracts/generic.js';
import { bodies } from '../../generators/bodies.js';
import { keyExamples } from '../../generators/keys.js';
import { fillKey } from '../../history/key-template.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-generic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function example(value: unknown): string {
  const file = join(folder, 'example.json');
  writeFileSync(file, JSON.stringify(value));
  return file;
}

test('an example becomes a schema in which one text for people is free, and the key is no part of the example', () => {
  const body = example({ sku: 'A-1', ref: 'mine', note: 'x', amount: 2 });
  const options = { endpoint: 'put /orders', key: 'body:ref', body, list: 'GET /orders?limit=50', authenticated: true };
  const { contract, schemas } = genericContract(options, []);
  expect(schemas.requestSchema).toEqual({
    type: 'object',
    required: ['sku', 'note', 'amount'],
    properties: {
      sku: { const: 'A-1' },
      note: { type: 'string', minLength: 1 },
      amount: { const: 2 },
      ref: { type: 'string' },
    },
  });
  expect(contract).toMatchObject({
    authentication: { header: 'Authorization', prefix: 'Bearer ' },
    key: { in: 'body', name: 'ref' },
    create: { method: 'PUT', path: '/orders', id: '/id', nonce: '/note' },
    effects: { list: { path: '/orders', query: { limit: '50' }, id: '/id', nonce: '/note' } },
  });
});

test('without a text that is free, the key is never taken for one', () => {
  const body = example({ amount: 2 });
  const { contract } = genericContract({ endpoint: 'POST /a', key: 'body:ref', body, authenticated: false }, []);
  expect(contract.create.nonce).toBeNull();
});

test('a schema of the body says which keys are legal, unless the flags do, and bodies have the key that it requires', () => {
  const meta = {
    type: 'object',
    required: ['key'],
    properties: { key: { type: 'string', format: 'uuid', maxLength: 36 } },
  };
  const bodySchema = example({ required: ['meta'], properties: { meta, note: { type: 'string' } } });
  const options = { endpoint: 'POST /a', key: 'body:/meta/key', bodySchema, authenticated: false };
  const { contract, schemas } = genericContract(options, []);
  expect(contract.key).toMatchObject({ name: '/meta/key', format: 'uuid', pattern: null, maxLength: 36 });
  expect(genericContract({ ...options, keyFormat: 'uuidv7' }, []).contract.key.format).toBe('uuidv7');
  const { requestSchema } = schemas;
  const source = { contract, requestSchema, validate: (one: unknown) => schemas.request(one) === true };
  const sent = fc.sample(bodies(source), { seed: 1, numRuns: 20 });
  for (const value of sent) {
    expect(value).toMatchObject({ meta: {} });
    const key = fillKey(keyExamples(contract.key)[0] as string, 'a0'.repeat(32));
    expect(schemas.request(JSON.parse(encode(contract, { value }, key).body))).toBe(true);
  }
});

test('a key in an array of several elements needs a schema', () => {
  const body = example({ params: [{ key: 'k', amount: 1 }, { amount: 2 }] });
  const options = { endpoint: 'POST /a', key: 'body:/params/0/key', body, authenticated: false };
  expect(() => genericContract(options, [])).toThrow(
    'holds the key in an array of several elements; give a JSON Schema of the body instead',
  );
  const one = { ...options, body: example({ note: 'two of them', params: [{ key: 'k', amount: 1 }] }) };
  expect(genericContract(one, []).schemas.requestSchema).toMatchObject({
    required: ['note', 'params'],
    properties: {
      params: {
        minItems: 1,
        maxItems: 1,
        items: { required: ['amount'], properties: { amount: { const: 1 }, key: { type: 'string' } } },
      },
    },
  });
});

test('a schema that requires the key says that every request has one', () => {
  const bodySchema = example({ type: 'object', required: ['ref', 'note'], properties: { ref: {}, note: {} } });
  const options = { endpoint: 'POST /a', key: 'body:ref', bodySchema, authenticated: false };
  expect(genericContract(options, []).contract.key.required).toBe(true);
});
