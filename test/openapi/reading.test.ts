/** What is read of a document: which write is chosen, where documents come from, and what flags say besides. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../contracts/json.js';
import { loadContract, loadOperations } from '../../contracts/load.js';
import { accepts } from '../../contracts/openapi/accepts.js';
import { type OpenApiDocument, readOpenApi } from '../../contracts/openapi/document.js';
import { openApiContract } from '../../contracts/openapi/load.js';
import { at } from '../../contracts/pointer.js';
import { safetyRules } from '../../suites/index.js';
import { newFolder } from '../cli/command.js';
import { type Said, said } from '../cli/in-process.js';
import { closeTargets, serve } from '../cli/targets.js';
import { documented } from './apis.js';
import { serveApi } from './server.js';

afterAll(closeTargets);

const fileOf = (name: string) => fileURLToPath(new URL(`./documents/${name}`, import.meta.url));
const textOf = (name: string) => readFileSync(fileOf(name), 'utf8');
const documentOf = (name: string) => readOpenApi(textOf(name), name);
const contractOf = (document: OpenApiDocument, flags = {}) => openApiContract(document, flags, []).said;

/** The command in a dry run, with one of the documents. */
function dryRun(name: string, ...words: string[]): Promise<Said> {
  const all = ['--openapi', fileOf(name), '--target', 'http://127.0.0.1:1', '--dry-run', ...words];
  return said(all, { 'body.json': '{"text":"hello to all"}' });
}

test('a document of YAML and the same of JSON come to one contract, as do schemas of 3.0 and of 3.1', async () => {
  const old = textOf('path-parameters.yaml');
  const json = JSON.stringify(parse(old));
  const recent = old
    .replace('openapi: 3.0.3', 'openapi: 3.1.0')
    .replace('minimum: 0, exclusiveMinimum: true', 'exclusiveMinimum: 0')
    .replace('type: boolean, nullable: true', 'type: [boolean, "null"]')
    .replace('type: string, nullable: true', 'type: [string, "null"]');
  const [one, two, three] = await Promise.all(
    [old, json, recent].map(async (text) => contractOf(await readOpenApi(text, 'doc'))),
  );
  expect(two).toEqual(one);
  expect(three).toEqual(one);
  expect(at(one, '/create/requestSchema')).toEqual({
    type: 'object',
    required: ['memo', 'quantity'],
    properties: {
      memo: { type: 'string', maxLength: 500 },
      quantity: { type: 'integer', maximum: 50, exclusiveMinimum: 0 },
      gift: { type: ['boolean', 'null'] },
    },
  });
  expect(one?.key).toEqual({ in: 'header', name: 'Idempotency-Key', required: true, minLength: 8, maxLength: 64 });
  expect(one?.basePath).toBe('/v1');
});

test('of what is not said, an example of a body decides', async () => {
  const { properties, required } = at(
    contractOf(await documentOf('examples.yaml')),
    '/create/requestSchema',
  ) as JsonObject;
  expect(properties).toEqual({
    account: { const: 'acct_42' },
    country: { const: 'DE' },
    amount: { type: 'integer', minimum: 100, maximum: 2000 },
    reference: { type: 'string', maxLength: 140 },
  });
  expect(required).toEqual(['account', 'country', 'amount', 'reference']);
});

test('without one for the whole, examples of members do', async () => {
  const text = textOf('link.yaml').replace(
    'content: { type: string }',
    'content: { type: string }\n        owner: { type: string, example: usr_1 }',
  );
  const schema = at(contractOf(await readOpenApi(text, 'doc')), '/create/requestSchema/properties') as JsonObject;
  expect(schema.owner).toEqual({ const: 'usr_1' });
  expect(schema.id).toBeUndefined();
});

test('--endpoint chooses, with values of path parameters in its path', async () => {
  const document = await documentOf('path-parameters.yaml');
  const create = (endpoint: string) => at(contractOf(document, { endpoint }), '/create/path');
  expect(create('POST /customers/{customer_id}/orders')).toBe('/customers/cus_7/orders');
  expect(create('POST /customers/cus_9/orders')).toBe('/customers/cus_9/orders');
  expect(create('POST /v1/customers/cus_9/orders')).toBe('/customers/cus_9/orders');
  expect(at(contractOf(await documentOf('several.yaml'), { endpoint: 'POST /notes' }), '/create/id')).toBe('/noteId');
});

const chosen: [name: string, words: string[], sentence: string][] = [
  [
    'several.yaml',
    ['--endpoint', 'POST /logins'],
    'POST /logins is not a write that takes an idempotency key; those are POST /cases/{ticket}/close, PATCH /cases/{ticket}, POST /tickets, POST /notes.',
  ],
  [
    'several.yaml',
    ['--endpoint', 'POST /cases/7/close'],
    'POST /cases/{ticket}/close: it acts on what {ticket} names, and needs a new one for each request: write a contract with a setup that makes it.',
  ],
  ['several.yaml', ['--contract', 'ietf'], '--openapi and --contract say the same: give one of them.'],
  ['several.yaml', ['--endpoint', 'tickets'], "--endpoint tickets: give method and path, e.g. 'POST /orders'."],
];

test.each(chosen)('%s with %j is refused', async (name, words, sentence) => {
  const ended = await dryRun(name, ...words);
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(ended.stderr.replaceAll(/\n {2}/g, ' ')).toContain(sentence);
});

test('a path parameter without a value is asked for, and so is a target', async () => {
  const text = textOf('path-parameters.yaml')
    .replaceAll(', example: cus_7', '')
    .replace('      example: cus_7\n', '')
    .replaceAll('example: cus_7', '');
  const ended = await said(['--openapi', 'doc', '--target', 'http://127.0.0.1:1'], { doc: text });
  expect(ended.code).toBe(2);
  expect(ended.stderr.replaceAll(/\n {2}/g, ' ')).toContain(
    "POST /customers/{customer_id}/orders: a value is missing for {customer_id}: the document has no example of it. Write it into the path, as in --endpoint 'POST /customers/VALUE/orders'.",
  );
  const nowhere = await said(['--openapi', 'doc'], { doc: text });
  expect(nowhere.stderr).toBe(
    'idem-conformance: --openapi needs --target: the bundled reference speaks its own contract.\n',
  );
  const none = await said(['--openapi', 'nope.yaml', '--target', 'http://127.0.0.1:1']);
  expect(none.stderr).toBe('idem-conformance: --openapi: there is no file nope.yaml.\n');
});

test('flags hold instead of what the document says', async () => {
  const document = await documentOf('several.yaml');
  const body = join(newFolder(), 'body.json');
  writeFileSync(body, '{"text":"hello to all"}');
  const flags = { endpoint: 'POST /logins', body, key: 'body:ref', id: '/session', list: 'GET /sessions' };
  const contract = contractOf(document, flags);
  expect(contract).toMatchObject({
    key: { in: 'body', name: 'ref' },
    create: { path: '/logins', id: '/session' },
    effects: { list: { path: '/sessions' } },
  });
  expect(at(contract, '/effects/list/items')).toBeUndefined();
  const any = openApiContract(document, { key: 'header:Once' }, []).reading;
  expect([any.used, ...any.others].map(({ endpoint }) => endpoint)).toContain('POST /logins');
  const ended = await dryRun(
    'several.yaml',
    '--endpoint',
    'POST /logins',
    '--key',
    'header:Once',
    '--id',
    '/session',
    '--body',
    'body.json',
  );
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(ended.stdout).toContain('key         header Once, as you say');
});

test('a document is fetched from the origin of the target, and from nowhere else', async () => {
  const [{ api, file }] = documented.filter((one) => one.file === 'generated.json') as [(typeof documented)[number]];
  const text = textOf(file);
  const target = await serve((request, response) => {
    if (request.url === '/openapi.json') response.end(text);
    else if (request.url === '/long.json') response.end(Buffer.alloc((16 << 20) + 1));
    else response.writeHead(request.url === '/moved.json' ? 302 : 404, { location: '/openapi.json' }).end();
  });
  const at = (url: string) => said(['--openapi', url, '--target', target.url, '--dry-run']);
  const fetched = await at(`${target.url}/openapi.json`);
  expect([fetched.code, fetched.stderr]).toEqual([0, '']);
  expect(fetched.stdout).toContain(`POST ${api.path}, as ${target.url}/openapi.json describes it:`);
  const secret = await at(target.url.replace('//', '//me:hunter2hunter2@'));
  expect([secret.code, secret.stderr]).toEqual([
    2,
    'idem-conformance: --openapi holds a credential: give it with --header.\n',
  ]);
  for (const [url, why] of [
    [`${target.url}/none.json`, 'was answered 404'],
    [`${target.url}/moved.json`, 'was answered 302'],
    [`${target.url}/long.json`, 'is longer than 16 MiB'],
    ['https://example.com/openapi.json', 'is not of the origin of the target'],
  ]) {
    const ended = await at(url as string);
    const sentence = `--openapi: ${url} ${why}: download the document, and give the file.`;
    expect([ended.code, ended.stderr.replaceAll(/\n {2}/g, ' ')]).toEqual([2, `idem-conformance: ${sentence}\n`]);
  }
});

test('keys of a format that the document does not say are found out', async () => {
  const [one] = documented.filter(({ file }) => file === 'generated.json') as [(typeof documented)[number]];
  const { url } = await serveApi({
    ...one.api,
    takes: /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  });
  const words = ['--openapi', fileOf(one.file), '--target', url, '--profile', 'smoke', '--seed', '1'];
  const ended = await said([...words, '--only', 'REPLAY-1', '--storm-width', '2']);
  expect(ended.stdout).toContain('so the run goes on with --key-format uuidv7');
  expect(ended.code).toBe(0);
});

test('a rerun and a replay read the document again', async () => {
  const [one] = documented.filter(({ file }) => file === 'generated.json') as [(typeof documented)[number]];
  const { url } = await serveApi(one.api, 'again');
  const words = ['--openapi', fileOf(one.file), '--target', url];
  const smoke = ['--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1', '--storm-width', '2'];
  const first = await said([...words, ...smoke]);
  expect(first.code).toBe(1);
  const results = join(first.folder, 'idem-report', 'results.json');
  expect(readFileSync(results, 'utf8')).toContain(`--openapi ${fileOf(one.file)}`);
  const again = await said(['replay', 'REPLAY-1', '--from', results, ...words]);
  expect([again.code, again.stderr]).toEqual([1, '']);
  expect(again.stdout).toMatch(/^REPLAY-1 still failing/);
});

test('init writes what was understood as a contract that comes to the same, with comments', async () => {
  for (const name of ['security.yaml', 'all-of.json', 'path-parameters.yaml']) {
    const folder = newFolder();
    const ended = await said(['init', '--openapi', fileOf(name), '--out', 'api.yaml'], {}, { folder });
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const file = join(folder, 'api.yaml');
    const written = loadContract(file);
    const { loaded } = openApiContract(await documentOf(name), { authenticated: true }, []);
    const { judged: _, title: __, ...rest } = written.contract;
    expect(withoutSchemas(rest)).toEqual(withoutSchemas({ ...loaded.contract, judged: undefined, title: undefined }));
    expect(written.schemas.requestSchema).toEqual(loaded.schemas.requestSchema);
    expect(written.schemas.resourceSchema).toEqual(loaded.schemas.resourceSchema);
    expect(written.schemas.errorSchema).toEqual(loaded.schemas.errorSchema);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('# From the document: ');
    expect(text).toContain('# Guessed from the document: ');
    const twice = await said(['init', '--openapi', fileOf(name), '--out', 'api.yaml'], {}, { folder });
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('is there already')]);
  }
});

test('init writes all writes that a run with the document tests, and what they have in common once', async () => {
  for (const name of ['several.yaml', 'three-writes.yaml']) {
    const folder = newFolder();
    const ended = await said(['init', '--openapi', fileOf(name), '--out', 'api.yaml'], {}, { folder });
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const { operations } = openApiContract(await documentOf(name), { authenticated: true }, safetyRules);
    expect(operations.length).toBeGreaterThan(1);
    const written = loadOperations(join(folder, 'api.yaml'));
    for (const [n, { loaded }] of operations.entries()) {
      const own = written[n] as (typeof written)[number];
      expect(withoutSchemas(own.contract)).toEqual(withoutSchemas(loaded.contract));
      for (const schema of ['requestSchema', 'resourceSchema', 'errorSchema'] as const)
        expect(own.schemas[schema]).toEqual(loaded.schemas[schema]);
    }
    expect(written).toHaveLength(operations.length);
  }
});

test('what several writes have in common stands beside them, with its comment, and the rest below each', async () => {
  const folder = newFolder();
  await said(['init', '--openapi', fileOf('three-writes.yaml'), '--out', 'api.yaml'], {}, { folder });
  const text = readFileSync(join(folder, 'api.yaml'), 'utf8');
  const value = parse(text) as Record<string, Record<string, JsonObject>>;
  expect(Object.keys(value)).toEqual(expect.arrayContaining(['name', 'basePath', 'authentication', 'judged', 'key']));
  const [order, , refund] = ['make-order', 'change-order', 'refund'].map((name) => value.operations?.[name]);
  expect(Object.keys(order ?? {})).toEqual(['resource', 'create', 'conflict', 'effects', 'get', 'cancel', 'status']);
  expect(order?.create).toMatchObject({ path: '/orders', requestSchema: 'make-order.request.schema.json' });
  expect(refund?.create).toMatchObject({ path: '/refunds', requestSchema: 'refund.request.schema.json' });
  expect(value.errors).toMatchObject({ schema: 'error.schema.json' });
  expect(text.match(/# From the document: \/v2$/gm)).toHaveLength(1);
  expect(text.match(/^ {4}# .* the document: GET \/refunds, an array/gm)).toHaveLength(1);
  const { code } = await said(
    ['--contract', './api.yaml', '--target', 'http://127.0.0.1:1', '--dry-run'],
    {},
    { folder },
  );
  expect(code).toBe(0);
});

/** Schemas stand in files of their own. */
function withoutSchemas(value: object): Json {
  const plain = JSON.parse(JSON.stringify(value)) as JsonObject;
  for (const member of [plain.create, plain.errors]) {
    if (!isObject(member)) continue;
    for (const name of ['requestSchema', 'resourceSchema', 'schema']) delete member[name];
  }
  return plain;
}

/** What the contract language has to have first, and what is said until then. */
const later: [name: string, member: JsonObject, sentence: string][] = [
  [
    'form.yaml',
    { create: { body: 'form' } },
    'POST /charges: its body is application/x-www-form-urlencoded, which is not sent yet',
  ],
  [
    'multipart.yaml',
    { create: { body: 'multipart', arrays: 'repeat' } },
    'POST /scans: its body is multipart/form-data, which is not sent yet',
  ],
  [
    'clients-id.yaml',
    { key: { in: 'path' } },
    'PUT /bookings/{bookingId}: its key is in the path, where none is sent yet',
  ],
  [
    'location.yaml',
    { create: { id: { header: 'Location' } } },
    'POST /jobs: its success shows the id in the header Location, where none is read yet',
  ],
];

test('what a contract cannot say yet is refused by name, and said as soon as it can', async () => {
  for (const [name, member, sentence] of later) {
    const ended = await dryRun(name);
    const isKnown = accepts(member);
    expect([name, ended.code]).toEqual([name, isKnown ? 0 : 2]);
    if (!isKnown) expect(ended.stderr.replaceAll(/\n {2}/g, ' ')).toContain(sentence);
    else expect(contractOf(await documentOf(name))).toMatchObject(member);
  }
});

test('a document that breaks its own schema is read all the same, and that is said', async () => {
  const text = textOf('no-list.yaml').replace('info: { title: Mails, version:', 'info: { name: Mails, version:');
  const folder = newFolder();
  writeFileSync(join(folder, 'doc'), text);
  const ended = await said(['--openapi', 'doc', '--target', 'http://127.0.0.1:1', '--dry-run'], {}, { folder });
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain(
    "The document is not valid, and is read as far as it goes: /info must have required property 'title'",
  );
});
