import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ContractError, contractNames, DEFAULT_CONTRACT, loadContract } from '../../contracts/load.js';

const moda = createRequire(import.meta.url).resolve('idem-conformance/contracts/moda/contract.yaml');
const text = readFileSync(moda, 'utf8').replaceAll(/[a-z-]+\.schema\.json/g, (name) => join(dirname(moda), name));
const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** `line:column` of `part` in the text. */
function place(content: string, part: string): string {
  const lines = content.slice(0, content.indexOf(part)).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

function messageOf(nameOrFile: string): string {
  try {
    loadContract(nameOrFile);
  } catch (error) {
    expect(error).toBeInstanceOf(ContractError);
    return (error as Error).message;
  }
  throw new Error('the contract was loaded');
}

test('the bundled contract loads, with its schemas', () => {
  expect(contractNames()).toEqual(['ietf', 'moda']);
  expect(DEFAULT_CONTRACT).toBe('moda');
  const { contract, file, schemas } = loadContract('moda');
  expect(file).toBe(moda);
  expect(contract.name).toBe('moda');
  expect(contract.version).toBe('2026-05-01');
  expect(contract.headers).toEqual({ 'Moda-Version': '2026-05-01' });
  expect(contract.authentication).toMatchObject({ header: 'Authorization', prefix: 'Bearer ', query: null });
  expect(schemas.requestSchema.title).toBe('StartTaskRequest');
  expect(schemas.resource).not.toBeNull();
  expect(schemas.error).not.toBeNull();
});

test('a contract in JSON loads like one in YAML', () => {
  const { contract } = loadContract(write('x.yaml', text));
  const file = write('x.json', JSON.stringify(contract));
  expect(loadContract(file).contract).toEqual(contract);
});

const dialects = new URL('dialects/', import.meta.url).pathname;
test.each(readdirSync(dialects).filter((name) => name.endsWith('.yaml')))('the dialect %s loads', (name) => {
  expect(`${loadContract(join(dialects, name)).contract.name}.yaml`).toBe(name);
});

/** What is replaced by what, where the error is shown, and the rest of the message. */
const wrong: [name: string, from: string, to: string, at: string, message: string][] = [
  [
    'a value of another type',
    '  success: [200, 201, 202]\n  id',
    '  success: 200\n  id',
    'success: 200',
    '/create/success: must be an array of HTTP statuses',
  ],
  [
    'an element out of range',
    'success: [200, 201, 202]\n  id',
    'success: [200, 20]\n  id',
    '20]\n  id',
    '/create/success/1: must be an HTTP status, 100 to 599',
  ],
  [
    'a value that is none of the listed',
    'in: body',
    'in: cookie',
    'in: cookie',
    '/key/in: must be one of body, header, query, path',
  ],
  [
    'null among the listed',
    'scope: credential',
    'scope: team',
    'scope: team',
    '/scope: must be one of credential, account, null',
  ],
  [
    'a missing member',
    '  path: /tasks\n  requestSchema',
    '  requestSchema',
    'create:',
    '/create/path: is missing; add it: Path after basePath.',
  ],
  [
    'an unknown member',
    'retention: { atLeast',
    'retention: { min: 1, atLeast',
    'min: 1',
    '/retention/min: is not a member of a contract; known here: atLeast',
  ],
  [
    'a pointer without its slash',
    'next: /next_cursor',
    'next: next_cursor',
    'next: next_cursor',
    "/effects/list/pages/next: must be a JSON Pointer (RFC 6901) such as /id, '' for the whole value, or null",
  ],
  [
    'a pointer with a wrong escape',
    'fixtures: {}',
    'fixtures: { /a~2: [] }',
    '/a~2: []',
    "/fixtures/~1a~02: must be a JSON Pointer (RFC 6901) such as /id, or '' for the whole value",
  ],
  [
    'a pattern that does not compile',
    'pattern: null',
    "pattern: '['",
    "pattern: '['",
    '/key/pattern: must be an ECMAScript regular expression, or null',
  ],
  [
    'a nonce that is no string',
    'nonce: /prompt',
    'nonce: /attachments',
    'nonce: /attachments',
    '/create/nonce: must name a string member of START; /attachments is not one',
  ],
  [
    'a nonce that is no member',
    'nonce: /prompt',
    'nonce: /title',
    'nonce: /title',
    '/create/nonce: must name a string member of START; /title is not one',
  ],
  [
    'a key that is no member of the body',
    'name: idempotency_key',
    'name: key',
    'name: key',
    '/key/name: must name a member of START; /key is not one',
  ],
  [
    'a reference that is no member',
    '- /attachments/-/file_id',
    '- /attachments/file_id',
    '/attachments/file_id',
    '/create/references/5: must name a member of START; /attachments/file_id is not one',
  ],
];

test('members of the first edition are refused, with what to write instead', () => {
  const content = text.replace('requestSchema:', 'request:').replace('resourceSchema:', 'resource:');
  const file = write('first.yaml', content);
  expect(messageOf(file)).toBe(
    `${file}:${place(content, 'request:')}: /create/request: is a name of the first edition; write requestSchema instead\n` +
      `${file}:${place(content, 'resource: /')}: /create/resource: is a name of the first edition; write resourceSchema instead`,
  );
});

test.each(wrong)('%s is told with its place', (_name, from, to, at, message) => {
  const content = text.replace(from, to);
  expect(content).not.toBe(text);
  const file = write('wrong.yaml', content);
  const start = join(dirname(moda), 'start-task.schema.json');
  expect(messageOf(file)).toBe(`${file}:${place(content, at)}: ${message.replace('START', start)}`);
});

test('all that is wrong is told at once, in the order of the file', () => {
  const content = text.replace('finalWithin: 20', 'finalWithin: soon').replace('in: body', 'in: cookie');
  const file = write('two.yaml', content);
  expect(messageOf(file)).toBe(
    `${file}:${place(content, 'in: cookie')}: /key/in: must be one of body, header, query, path\n` +
      `${file}:${place(content, 'finalWithin')}: /finalWithin: must be a number, 0 or more`,
  );
});

test('YAML that cannot be read is told with its place', () => {
  const file = write('syntax.yaml', 'name: moda\nkey: { in: body\nscope: x\n');
  expect(messageOf(file).split('\n')[0]).toBe(
    `${file}:3:1: Flow map in block collection must be sufficiently indented and end with a }`,
  );
});

test('an empty file is told', () => {
  const file = write('empty.yaml', '');
  expect(messageOf(file)).toBe(`${file}:1:1: (top): must be a mapping of the contract's members`);
});

test('a missing schema file, and one that is no schema, are told', () => {
  write('broken.json', '{ "type": "objekt" }');
  const content = text
    .replace(/requestSchema: .*/, 'requestSchema: none.json')
    .replace(/ {2}schema: .*/, '  schema: broken.json');
  const file = write('schemas.yaml', content);
  const [first, second, ...rest] = messageOf(file).split('\n');
  const missing = 'there is no schema file none.json; write it, or correct the name (relative to the contract)';
  expect(first).toBe(`${file}:${place(content, 'requestSchema: none')}: /create/requestSchema: ${missing}`);
  expect(second).toContain(
    `${file}:${place(content, 'schema: broken')}: /errors/schema: broken.json is not a JSON Schema`,
  );
  expect(rest).toEqual([]);
});

test('wrong members by the ten thousand, in a file or its schema, are told in ten lines, in a time that grows with their number', () => {
  const names = Array.from({ length: 40_000 }, (_, n) => `k${n}`);
  const lines = messageOf(write('many.yaml', names.map((name) => `${name}: 1\n`).join(''))).split('\n');
  expect([lines.length, lines.at(-1)]).toEqual([10, expect.stringMatching(/: 39,?99\d more problems are not shown$/)]);
  write('many.json', JSON.stringify({ properties: Object.fromEntries(names.map((name) => [name, 7])) }));
  const [wrong, ...more] = messageOf(
    write('many-schemas.yaml', text.replace(/ {2}schema: .*/, '  schema: many.json')),
  ).split('\n');
  expect([wrong, more]).toEqual([expect.stringMatching(/ many\.json is not a JSON Schema .{10,200}$/), []]);
});

test.each([
  ['a name', { required: ['\uE000pad:99999999\uE001'] }],
  ['a text', { properties: { note: { const: 'a \uE000key\uE001' } } }],
  ['a name of a member', { properties: { '\uE000nonce\uE001': {} } }],
])('texts that stand for others in our plans are told: %s', (_, schema) => {
  write('ours.json', JSON.stringify({ type: 'object', ...schema }));
  const file = write('ours.yaml', text.replace(/requestSchema: .*/, 'requestSchema: ours.json'));
  expect(messageOf(file)).toMatch(
    /: \/create\/requestSchema: ours\.json .*holds a text between U\+E000 and U\+E001, as this tool writes its own; take these characters out$/,
  );
});

test('private-use characters that are none of ours are taken', () => {
  const schema = { type: 'object', properties: { icon: { const: '\uE000' }, '\uE001': {}, note: { type: 'string' } } };
  write('icons.json', JSON.stringify(schema));
  const file = write('icons.yaml', 'extends: ietf\ncreate: { path: /icons, requestSchema: icons.json }');
  expect(loadContract(file).schemas.requestSchema).toEqual(schema);
});

test('an unknown name lists the known ones, and a missing file is told', () => {
  expect(messageOf('modo')).toBe(
    'There is no contract modo. Known: ietf, moda. A file needs its ending: ./my-api.yaml',
  );
  expect(messageOf('./no.yaml')).toBe('./no.yaml: cannot be read (ENOENT); check the path');
});
