/** Documents that are wrong, hostile or not yet understood: a sentence and exit code 2, in bounded time. */
import { describe, expect, test } from 'vitest';
import { readOpenApi } from '../../contracts/openapi/document.js';
import { openApiContract } from '../../contracts/openapi/load.js';
import { said } from '../cli/in-process.js';

const KEY = { in: 'header', name: 'Idempotency-Key', schema: { type: 'string' } };
const OK = {
  description: 'ok',
  content: { 'application/json': { schema: { properties: { id: { type: 'string' } } } } },
};

/** A document with one write whose body has a schema. */
function documentOf(schema: unknown, more: object = {}): string {
  const post = {
    parameters: [KEY],
    requestBody: { content: { 'application/json': { schema } } },
    responses: { 201: OK },
  };
  return JSON.stringify({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: { '/a': { post } }, ...more });
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const text = { type: 'string' };

/** Each schema holds the next one many times: what it comes to has a place for each atom of the universe. */
function doubling(levels: number): object {
  const at = (n: number) => ({ $ref: `#/components/schemas/S${n}`, description: `of level ${n}` });
  const schemas = Object.fromEntries(
    Array.from({ length: levels }, (_, n) => [
      `S${n}`,
      n === levels - 1 ? text : object({ a: at(n + 1), b: at(n + 1), c: at(n + 1) }),
    ]),
  );
  return { components: { schemas } };
}

const refused: [name: string, text: string, sentence: RegExp][] = [
  ['nothing', '', /must be a mapping, as an OpenAPI document is\.$/],
  ['a list', '- a\n- b\n', /must be a mapping/],
  ['words', 'hello', /must be a mapping/],
  ['no version', 'paths: {}', /is not an OpenAPI document: it has no member openapi/],
  ['Swagger', 'swagger: "2.0"\npaths: {}', /is Swagger 2\.0: convert it to OpenAPI 3\.0 or 3\.1 first\.$/],
  ['another version', 'openapi: 4.0.0\npaths: {}', /is written in OpenAPI 4\.0\.0, and 3\.0 and 3\.1 are read\.$/],
  ['a number for a version', 'openapi: 3.1\npaths: {}', /is written in OpenAPI 3\.1, and/],
  ['no paths', 'openapi: 3.1.0', /has no paths, so there is nothing to test\.$/],
  ['no write', 'openapi: 3.1.0\npaths: {/a: {get: {}}}', /no write takes an idempotency key by any of the usual names/],
  [
    'odd values everywhere',
    'openapi: 3.0.0\npaths: {/a: {post: [1], put: 7}, b: null, /c: {post: {parameters: 3}}}',
    /no write takes/,
  ],
  ['YAML that is wrong', 'openapi: 3.1.0\npaths: [', /doc:2:\d+: /],
  ['JSON that is wrong', '{"openapi": "3.1.0", "paths": {', /doc:1:\d+: /],
  ['aliases by the million', `${bomb(9)}openapi: 3.1.0\npaths: *a8\n`, /alias|resource/i],
  ['an alias of itself', 'openapi: 3.1.0\npaths: &a\n  /a: *a\n', /holds itself/],
  ['deep nesting', `{"openapi":"3.1.0","paths":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, /nested deeper than 200/],
  ['__proto__', '{"openapi":"3.1.0","paths":{"__proto__":{}}}', /__proto__/],
  ['30 MB of JSON', `{"openapi":"3.1.0","paths":{},"x":"${'x'.repeat(30 << 20)}"}`, /is longer than 16 MiB/],
  ['30 MB of YAML', `openapi: 3.1.0\npaths: {}\nx: ${'x'.repeat(30 << 20)}\n`, /is longer than 16 MiB/],
  ['5 MB of YAML', `openapi: 3.1.0\npaths: {}\nx: ${'x'.repeat(5 << 20)}\n`, /in YAML: convert it to JSON/],
  [
    'a reference to another host',
    documentOf({ $ref: 'https://example.com/a.json#/A' }),
    /the reference https:\/\/example\.com\/a\.json#\/A leads out of the document/,
  ],
  [
    'a reference to a file',
    documentOf({ $ref: '/etc/passwd' }),
    /the reference \/etc\/passwd leads out of the document/,
  ],
  [
    'a reference to nothing',
    documentOf({ $ref: '#/components/schemas/A' }),
    /the reference #\/components\/schemas\/A leads nowhere/,
  ],
  ['a reference by the prototype', documentOf({ $ref: '#/constructor/prototype' }), /leads nowhere/],
  [
    'a reference to itself',
    documentOf(
      { $ref: '#/components/schemas/A' },
      { components: { schemas: { A: { $ref: '#/components/schemas/A' } } } },
    ),
    /the reference #\/components\/schemas\/A leads back to itself/,
  ],
  [
    'a type that there is not',
    documentOf(object({ a: { type: 'nope' } })),
    /POST \/a: the schema of a body is not a JSON Schema 2020-12/,
  ],
  ['an array for a body', documentOf({ type: 'array', items: text }), /POST \/a: its body is not an object/],
  ['no body described', documentOf({}), /the document does not describe its body: give --body FILE/],
  [
    '60,000 members',
    documentOf(object(Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`m${n}`, text])))),
    /a body has more than 50,000 schemas/,
  ],
];

/** Each list holds the one before nine times. */
function bomb(levels: number): string {
  const line = (n: number) =>
    `a${n}: &a${n} [${
      n === 0
        ? 'x'
        : Array(9)
            .fill(`*a${n - 1}`)
            .join(', ')
    }]\n`;
  return Array.from({ length: levels }, (_, n) => line(n)).join('');
}

describe('a document that cannot be used is refused in a sentence', () => {
  test.each(refused)(
    '%s',
    async (_, content, sentence) => {
      const ended = await said(['--openapi', 'doc', '--target', 'http://127.0.0.1:1'], { doc: content });
      expect(ended.stderr.trimEnd()).toMatch(sentence);
      expect(ended.stderr.length).toBeLessThan(1_000);
      expect(ended.stdout).toBe('');
      expect(ended.code).toBe(2);
    },
    60_000,
  );
});

async function bodyOf(content: string) {
  const { loaded } = openApiContract(await readOpenApi(content, 'doc'), {}, []);
  return loaded.schemas;
}

describe('a document whose references go round, or everywhere, is read', () => {
  test('a schema within itself', async () => {
    const schemas = {
      Node: object({ name: text, next: { $ref: '#/components/schemas/Node' } }, { required: ['name'] }),
    };
    const { request } = await bodyOf(documentOf({ $ref: '#/components/schemas/Node' }, { components: { schemas } }));
    const chain = (depth: number): object => (depth === 0 ? { name: 'end' } : { name: 'a', next: chain(depth - 1) });
    expect(request(chain(8))).toBe(true);
    expect(request({ name: 'a', next: { name: 'a', next: { next: {} } } })).toBe(false);
  });

  test('parts of allOf that hold each other', async () => {
    const part = (other: string) => ({ allOf: [{ $ref: `#/components/schemas/${other}` }, object({ [other]: text })] });
    const schemas = { A: part('B'), B: part('A') };
    await expect(
      bodyOf(documentOf({ $ref: '#/components/schemas/A' }, { components: { schemas } })),
    ).resolves.toBeDefined();
  });

  test('schemas that are shared by very many stand there once', async () => {
    const { request, requestSchema } = await bodyOf(documentOf({ $ref: '#/components/schemas/S0' }, doubling(60)));
    expect(JSON.stringify(requestSchema).length).toBeLessThan(100_000);
    expect(request({ a: { b: { c: { a: { b: {} } } } } })).toBe(true);
    expect(request({ a: { b: { c: { a: { b: 1 } } } } })).toBe(false);
  });
});
