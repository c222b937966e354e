import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { genericContract } from '../../contracts/generic.js';

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
    additionalProperties: false,
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

test('a schema that requires the key says that every request has one', () => {
  const bodySchema = example({ type: 'object', required: ['ref', 'note'], properties: { ref: {}, note: {} } });
  const options = { endpoint: 'POST /a', key: 'body:ref', bodySchema, authenticated: false };
  expect(genericContract(options, []).contract.key.required).toBe(true);
});
