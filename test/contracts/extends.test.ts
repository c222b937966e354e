/** Contracts that extend others, and what a short contract comes to. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type JsonObject, parseJson } from '../../contracts/json.js';
import { ContractError, loadContract } from '../../contracts/load.js';

const folder = mkdtempSync(join(tmpdir(), 'extends-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function messageOf(file: string): string {
  try {
    loadContract(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ContractError);
    return (error as Error).message;
  }
  throw new Error('the contract was loaded');
}

const TEN_LINES = `extends: ietf
name: orders
create:
  path: /orders
  example: { note: two of them, amount: 2 }
key:
  required: false
effects:
  list:
    path: /orders
`;

test('a contract of ten lines takes its rules from the one it extends, and its endpoint and body from itself', () => {
  const file = write('orders.yaml', TEN_LINES);
  const { contract, file: from, schemas } = loadContract(file);
  const base = loadContract('ietf');
  expect(from).toBe(file);
  expect(contract).toEqual({
    ...base.contract,
    name: 'orders',
    title: 'POST /orders',
    key: { ...base.contract.key, required: false },
    create: {
      ...base.contract.create,
      path: '/orders',
      requestSchema: null,
      example: { note: 'two of them', amount: 2 },
      nonce: '/note',
      unique: null,
    },
    effects: {
      perWrite: 1,
      counter: null,
      list: {
        path: '/orders',
        query: {},
        pageSize: null,
        items: null,
        pages: null,
        id: '/id',
        kind: null,
        nonce: '/note',
      },
    },
    get: null,
  });
  expect(schemas.requestSchema).toEqual({
    type: 'object',
    required: ['note', 'amount'],
    properties: { note: { type: 'string', minLength: 1 }, amount: { const: 2 } },
  });
  expect(schemas.errorSchema).toEqual(base.schemas.errorSchema);
  expect(schemas.resourceSchema).toEqual(base.schemas.resourceSchema);
});

test('a schema of answers is left behind with the id that it describes', () => {
  const schemaOf = (create: string) =>
    loadContract(write('elsewhere.yaml', `extends: ietf\ncreate: { path: /orders, example: { sum: 1 }, ${create} }`))
      .schemas.resourceSchema;
  expect(schemaOf('id: /id')).not.toBeNull();
  expect(schemaOf('id: /payment/id')).toBeNull();
  expect(schemaOf('id: { header: Location }')).toBeNull();
  expect(schemaOf('id: null')).toBeNull();
  expect(schemaOf('id: /payment/id, resourceSchema: { required: [payment] }')).toEqual({ required: ['payment'] });
});

describe('without extends', () => {
  test('path and body are enough: every member of the schema is there', () => {
    const { contract } = loadContract(write('Pay_ments.yaml', 'create: { path: /payments, example: { sum: 1 } }'));
    expect(contract).toMatchObject({ name: 'pay-ments', title: 'POST /payments', authentication: null });
    expect(contract.create).toMatchObject({ method: 'POST', nonce: null, immutable: ['/id'] });
    expect(contract.replay.statuses).toEqual(contract.create.success);
    expect(contract.errors.authentication).toBeNull();
    const file = createRequire(import.meta.url).resolve('idem-conformance/contracts/contract.schema.json');
    const schema = parseJson(readFileSync(file, 'utf8')) as { properties: JsonObject };
    expect(Object.keys(contract).sort()).toEqual(
      Object.keys(schema.properties)
        .filter((name) => !['$schema', 'extends', 'operations'].includes(name))
        .sort(),
    );
  });

  test('what follows from other members is derived, and what is said stays', () => {
    const said = `authentication: {}\ncreate: { path: /a, success: [201], id: /data/id, example: body.json }
effects: { list: { path: /a, nonce: null } }`;
    write('a/body.json', '{"title":"one"}');
    const { contract } = loadContract(write('a/contract.yaml', said));
    expect(contract).toMatchObject({
      name: 'a',
      authentication: { header: 'Authorization', prefix: 'Bearer ' },
      create: { immutable: ['/data/id'], nonce: '/title' },
      replay: { statuses: [201] },
      errors: { authentication: { statuses: [401, 403], code: null } },
      effects: { list: { id: '/id', nonce: null } },
    });
  });

  test.each([
    [
      'no body',
      'create: { path: /a }',
      '1:1: /create/example: is missing; give an example of the body, or requestSchema, a JSON Schema',
    ],
    [
      'two bodies',
      'create:\n  path: /a\n  requestSchema: {}\n  example: { a: 1 }',
      '4:3: /create/example: describes the body, as requestSchema does: give one of them',
    ],
    [
      'an example that is not there',
      'create:\n  path: /a\n  example: none.json',
      '3:3: /create/example: there is no file none.json; write it, or correct the name (relative to the contract)',
    ],
    [
      'an inline schema that is not one',
      'create:\n  path: /a\n  requestSchema: { type: thing }',
      '3:3: /create/requestSchema: is not a JSON Schema 2020-12: ',
    ],
  ])('%s is an error', (_, said, message) => {
    const file = write('wrong.yaml', said);
    expect(messageOf(file)).toContain(`${file}:${message}`);
  });
});

describe('what is merged', () => {
  const body = 'create: { path: /a, requestSchema: { properties: { a: { type: string }, b: { type: string } } }';

  test('mappings are merged; arrays, scalars and null replace; an inline schema replaces as a whole', () => {
    write(
      'base.yaml',
      `${body}, success: [201, 202], echo: /e }\nheaders: { A: "1", B: "1" }\nscope: account\ninFlight: { policy: wait }`,
    );
    const file = write(
      'over.yaml',
      'extends: base.yaml\nheaders: { B: "2" }\nscope: null\ninFlight: { graceMs: 5 }\ncreate: { success: [200] }',
    );
    expect(loadContract(file).contract).toMatchObject({
      name: 'over',
      headers: { A: '1', B: '2' },
      scope: null,
      inFlight: { policy: 'wait', statuses: [409], graceMs: 5 },
      create: { path: '/a', success: [200], echo: '/e', nonce: '/a' },
    });
    const other = write(
      'schema.yaml',
      'extends: base.yaml\ncreate: { requestSchema: { properties: { c: { type: string } } } }',
    );
    const { contract, schemas } = loadContract(other);
    expect(schemas.requestSchema).toEqual({ properties: { c: { type: 'string' } } });
    expect(contract.create).toMatchObject({ nonce: '/c', echo: null });
    const none = loadContract(write('null.yaml', 'extends: base.yaml\ninFlight: null'));
    expect(none.contract.inFlight).toBeNull();
  });

  test('names of schema files stay relative to the file that says them', () => {
    write('deep/base.yaml', 'create: { path: /a, requestSchema: a.json }');
    write('deep/a.json', '{"title":"deep","type":"object","properties":{"note":{"type":"string"}}}');
    write('error.json', '{"title":"shallow"}');
    const file = write('shallow.yaml', 'extends: deep/base.yaml\nerrors: { schema: error.json }');
    const { schemas } = loadContract(file);
    expect([schemas.requestSchema.title, schemas.errorSchema?.title]).toEqual(['deep', 'shallow']);
  });
});

describe('what is wrong is shown where it stands', () => {
  test('in the file that says it', () => {
    const base = write('wrong-base.yaml', 'create: { path: a, example: {} }\nscope: team');
    const file = write('wrong-over.yaml', 'extends: wrong-base.yaml\nscope: nobody');
    expect(messageOf(file)).toBe(
      `${file}:2:1: /scope: must be one of credential, account, null\n` +
        `${base}:1:11: /create/path: must be a path that begins with /, of visible ASCII without # (a space is %20)`,
    );
  });

  test.each([
    ['a circle', 'extends: ./circle.yaml', 'circle.yaml', './circle.yaml leads back to a contract that extends it'],
    [
      'a missing file',
      '\nextends: ./no.yaml',
      'missing.yaml',
      'there is no file ./no.yaml; check the path, which is relative to this file',
    ],
    [
      'an unknown name',
      'extends: modo',
      'name.yaml',
      'There is no contract modo. Known: ietf, moda. A file needs its ending: ./my-api.yaml',
    ],
    ['another type', 'extends: [ietf]', 'type.yaml', 'must be the name of a contract or of a contract file'],
  ])('%s', (_, said, name, message) => {
    const file = write(name, said);
    expect(messageOf(file)).toBe(`${file}:${said.startsWith('\n') ? 2 : 1}:1: /extends: ${message}`);
  });

  test('a circle of two', () => {
    const one = write('one.yaml', 'extends: two.yaml');
    const two = write('two.yaml', 'extends: one.yaml');
    expect(messageOf(one)).toBe(`${two}:1:1: /extends: one.yaml leads back to a contract that extends it`);
  });
});
