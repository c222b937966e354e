/** Bodies of several parts: what is sent comes back by our reader and by others', and says the same in every spelling. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Response } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import {
  contentTypeOf,
  decode,
  encode,
  fill,
  malformed,
  mediaTypeOf,
  pairsIn,
  recordedBody,
  spell,
} from '../../contracts/codec.js';
import { withoutFresh } from '../../contracts/companions.js';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { canonical } from '../../contracts/json.js';
import { carries, isNullable, takesAnyJson } from '../../contracts/key.js';
import { type LoadedContract, loadContract } from '../../contracts/load.js';
import { multipartType, multipartValue, partsOf } from '../../contracts/multipart.js';
import { KEY_TOKEN, NONCE_TOKEN } from '../../contracts/tokens.js';
import { type BodySource, bodies, fullBodies } from '../../generators/bodies.js';
import { editKinds, editsOf, REORDERED } from '../../generators/edits.js';
import { enlarged } from '../../generators/padding.js';
import { body, slot } from '../../generators/plans.js';
import { rewritesOf } from '../../generators/rewrites.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-multipart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

function contractOf(create: JsonObject, more: JsonObject = {}): LoadedContract {
  files += 1;
  const file = join(folder, `documents-${files}.yaml`);
  const members = { path: '/documents', body: 'multipart', ...create };
  writeFileSync(file, JSON.stringify({ extends: 'ietf', create: members, ...more }));
  return loadContract(file);
}

function sourceOf({ contract, schemas }: LoadedContract): BodySource {
  return { contract, requestSchema: schemas.requestSchema, validate: (value) => schemas.request(value) === true };
}

const text = { type: 'string', minLength: 1, maxLength: 400 };
const requestSchema: JsonObject = {
  type: 'object',
  required: ['title', 'document'],
  $defs: { file: { type: 'string', minLength: 1, format: 'binary' } },
  properties: {
    title: { type: 'string', maxLength: 9_000 },
    document: { $ref: '#/$defs/file' },
    cover: { type: 'string', contentMediaType: 'image/svg+xml' },
    raw: { type: 'string', contentEncoding: 'binary' },
    pages: { type: 'integer', minimum: 1 },
    public: { type: 'boolean' },
    kind: { enum: ['letter', 'bill', null] },
    tags: { type: 'array', items: text, maxItems: 4 },
    more: { type: 'array', items: { $ref: '#/$defs/file' }, maxItems: 3 },
    meta: { type: 'object', properties: { 'a "b";\r\n=é': text, key: text, at: { type: 'string' } } },
    lines: { type: 'array', items: { type: 'object', properties: { sku: text } }, maxItems: 3 },
    reference: { type: 'string' },
  },
};

const KEYS: JsonObject[] = [
  { in: 'header', name: 'Idempotency-Key', quoting: 'none' },
  { in: 'body', name: 'reference', required: false },
  { in: 'body', name: '/meta/key', required: false },
  { in: 'query', name: 'request' },
];
const contracts = ['index', 'brackets', 'repeat', 'repeat'].map((arrays, n) =>
  contractOf({ arrays, requestSchema }, { key: KEYS[n] as JsonObject }),
);

const keys = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }),
  fc.constantFrom('a"b', '\r\n--x', 'a\nb', 'ü🙂', ' a ', '', '--', '\ud800', KEY_TOKEN, NONCE_TOKEN),
);

/** Names and values as undici reads them. */
async function read(sent: string, contentType: string): Promise<[string, string][]> {
  const form = await new Response(Buffer.from(sent), { headers: { 'content-type': contentType } }).formData();
  const parts = [...form.entries()].map(async ([name, value]): Promise<[string, string]> => {
    return [name, typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()).toString()];
  });
  return Promise.all(parts);
}

describe.each(contracts)('arrays as $contract.create.arrays, key $contract.key.name', (loaded) => {
  const { contract, schemas } = loaded;
  const source = sourceOf(loaded);
  const back = (sent: string) =>
    decode(
      contract,
      { headers: [['Content-Type', contentTypeOf(contract, sent) ?? '']], body: sent },
      schemas.requestSchema,
    );

  test('every body that is drawn comes back with its key, here and at undici', async () => {
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(bodies(source), fullBodies(source)),
        keys,
        fc.nat({ max: 4 }),
        async (value, key, keyAt) => {
          if (!carries(contract.key, key)) return;
          carried += 1;
          const sent = encode(contract, { value, keyAt }, key);
          expect(sent.contentType).toMatch(/^multipart\/form-data; boundary=[\w-]{27,70}$/);
          const { value: came, ...rest } = decode(contract, sent, schemas.requestSchema);
          expect(canonical(came as Json)).toBe(canonical(value));
          expect(rest).toEqual({ key, malformed: false });
          expect(pairsIn(contract, sent.body)).toEqual(await read(sent.body, sent.contentType ?? ''));

          const filled = fill(spell(contract, value, KEY_TOKEN, keyAt), { key, nonce: 'idem-0' }, 'multipart');
          const written = JSON.parse(JSON.stringify(value).replaceAll(NONCE_TOKEN, 'idem-0')) as JsonObject;
          expect(filled).toBe(spell(contract, written, key, keyAt));
        },
      ),
      { numRuns: 50, seed: 1 },
    );
    expect(carried).toBeGreaterThan(10);
  });

  test('edits are other values once they are read, and rewrites are the same, here and at undici', async () => {
    const names = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fullBodies(source), async (value) => {
        const one = canonical(value);
        for (const name of [...Object.keys(editKinds), REORDERED])
          for (const edit of editsOf(name, value, source)) {
            names.add(`${name} ${edit.pointer.split('/')[1]}`).add(name);
            const sent = spell(contract, edit.value, undefined);
            expect(canonical(back(sent).value as Json)).toBe(canonical(edit.value));
            expect([name, canonical(edit.value)]).not.toEqual([name, one]);
          }
        const plain = spell(contract, value, KEY_TOKEN);
        const types = new Set([contentTypeOf(contract, plain)]);
        const pairs = await read(plain, multipartType(plain));
        for (const { name, text: sent } of rewritesOf(body(value), slot(0), source)) {
          names.add(name);
          types.add(contentTypeOf(contract, sent));
          expect([name, sent]).not.toEqual([name, plain]);
          const came = await read(sent, multipartType(sent));
          expect([name, came]).toEqual([name, pairsIn(contract, sent)]);
          if (name === 'unknown member' || name.startsWith('explicit')) continue;
          expect([name, canonical(back(sent).value as Json)]).toEqual([name, canonical(back(plain).value as Json)]);
          expect([name, came.sort()]).toEqual([name, pairs.sort()]);
        }
        expect(types.size).toBe(3);
        const large = enlarged(value, source, 5_000) as JsonObject;
        expect(back(spell(contract, large, undefined)).value).toEqual(large);
      }),
      { numRuns: 4, seed: 2 },
    );
    const always = ['number changed pages', 'member removed public', 'array reordered tags', 'array reordered more'];
    const ofFiles = ['document', 'cover', 'raw', 'more'].flatMap((member) =>
      ['text changed', 'space at the end', 'one character changed'].map((kind) => `${kind} ${member}`),
    );
    const spelled = ['members in another order', 'a Content-Type on every part', 'a boundary in quotes'];
    const more = ['header names of parts in small letters', 'another boundary', 'no line break at the end'];
    expect([...always, ...ofFiles, ...spelled, ...more].filter((name) => !names.has(name))).toEqual([]);
    expect(['null as text', 'member twice', 'spaces as %20'].filter((name) => names.has(name))).toEqual([]);
  });

  test('what is malformed is so for undici, too', async () => {
    const plain = spell(contract, { title: 'a', document: 'b' }, 'k');
    const broken = malformed(contract, plain);
    expect(broken.map((sent) => contentTypeOf(contract, sent))).toEqual(['multipart/form-data']);
    for (const sent of broken) {
      await expect(read(sent, contentTypeOf(contract, sent) ?? '')).rejects.toThrow();
      expect(back(sent)).toMatchObject({ value: undefined });
    }
  });
});

const { contract } = contracts[0] as LoadedContract;

test('a string that is the contents of a file is a part with a file name and a media type', () => {
  expect(contract.create.files).toEqual({
    '/document': 'application/octet-stream',
    '/cover': 'image/svg+xml',
    '/raw': 'application/octet-stream',
    '/more/-': 'application/octet-stream',
  });
  const value = { title: 'x', cover: '<svg/>', more: ['a', 'b'], meta: { at: 'here' }, kind: null, tags: [] };
  const sent = spell(contract, value, undefined);
  const boundary = /boundary=(.*)$/.exec(multipartType(sent))?.[1];
  const part = (name: string, written: string, type?: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${type === undefined ? '' : `; filename="file.bin"\r\nContent-Type: ${type}`}\r\n\r\n${written}\r\n`;
  expect(sent).toBe(
    part('title', 'x') +
      part('cover', '<svg/>', 'image/svg+xml') +
      part('more[0]', 'a', 'application/octet-stream') +
      part('more[1]', 'b', 'application/octet-stream') +
      part('meta[at]', 'here') +
      `--${boundary}--\r\n`,
  );
});

test('a schema that refers to itself has files as far as anybody looks', () => {
  const node: JsonObject = {
    type: 'object',
    properties: { file: { format: 'binary' }, next: { $ref: '#/$defs/node' } },
  };
  const schema = {
    $defs: { node },
    type: 'object',
    required: ['note'],
    properties: { note: text, next: { $ref: '#/$defs/node' } },
  };
  const loaded = contractOf({ requestSchema: schema });
  expect(Object.keys(loaded.contract.create.files ?? {}).slice(0, 2)).toEqual(['/next/file', '/next/next/file']);
});

test('no value holds the boundary', () => {
  const own = /boundary=(.*)$/.exec(multipartType(spell(contract, {}, undefined)))?.[1] as string;
  for (const value of [own, `\r\n--${own}--\r\n`, `${own}-1 ${own}`, `--${own}\r\n\r\n`]) {
    const sent = spell(contract, { title: value }, undefined);
    expect(multipartValue(sent)).toEqual({ title: value });
    expect(multipartType(sent)).not.toContain(`boundary=${own}"`);
    expect(sent.split(`--${/boundary=(.*)$/.exec(multipartType(sent))?.[1]}`)).toHaveLength(3);
  }
});

test('equal bodies have equal bytes, and a body without members is one', async () => {
  expect(spell(contract, { title: 'a' }, undefined)).toBe(spell(contract, { title: 'a' }, undefined));
  const empty = spell(contract, {}, undefined);
  expect(await read(empty, multipartType(empty))).toEqual([]);
  expect(multipartValue(empty, undefined, multipartType(empty))).toEqual({});
});

test('a key in a part is a string, and half a character cannot be sent in one', () => {
  for (const { contract: one } of contracts)
    expect([isNullable(one.key), takesAnyJson(one.key)]).toEqual([false, false]);
  expect(carries((contracts[1] as LoadedContract).contract.key, 'a\ud800')).toBe(false);
});

const at = (boundary: string) => `multipart/form-data; boundary=${boundary}`;
const NAME = 'Content-Disposition: form-data; name=';

test.each<[sent: string, contentType: string | undefined, value: JsonObject | undefined]>([
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b--\r\n`, at('b'), { a: '1' }],
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b--\r\n`, undefined, { a: '1' }],
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b--`, 'Multipart/Form-Data ;charset=utf-8;BOUNDARY="b"', { a: '1' }],
  [`before\r\n--b  \r\n${NAME}a\r\nX: y\r\n\r\n\r\n1\r\n\r\n--b--\r\nafter`, at('b'), { a: '\r\n1\r\n' }],
  [`--b\r\ncontent-disposition:form-data;filename="name=x"; name="a%22"\r\n\r\n1\r\n--b--`, at('b'), { 'a"': '1' }],
  [`--b\r\n${NAME}"a[]"\r\n\r\n1\r\n--b\r\n${NAME}"a[]"\r\n\r\n2\r\n--b--`, at('b'), { a: ['1', '2'] }],
  ['--b--', at('b'), {}],
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b\r\n`, at('b'), undefined],
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b--`, at('c'), undefined],
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b--`, 'multipart/form-data', undefined],
  [`--b\r\n${NAME}"a"\r\n\r\n1\r\n--b--`, 'multipart/mixed; boundary=b', undefined],
  ['--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--', at('b'), undefined],
  ['--b\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n--b--', at('b'), undefined],
  [`--b\r\n${NAME}"a"\r\n1\r\n--b--`, at('b'), undefined],
  [`--b\r\n${NAME}"a${'[b]'.repeat(2_000)}"\r\n\r\n1\r\n--b--`, at('b'), undefined],
  ['', undefined, undefined],
  ['', at('b'), undefined],
])('%j as %s is read as %j', (sent, contentType, value) => {
  expect(multipartValue(sent, undefined, contentType)).toEqual(value);
});

test('recorded bodies are read without a Content-Type', () => {
  const sent = spell(contract, { title: 'a', pages: 2 }, undefined);
  expect(recordedBody(sent)).toEqual({ title: 'a', pages: '2' });
  expect(recordedBody('--b\r\nnothing')).toBeUndefined();
});

test('what is new in every request does not count in the bytes', () => {
  const companions = [
    { in: 'body', name: '/meta/at', value: 'uuid', repeats: 'fresh' },
    { in: 'body', name: 'reference', value: 'text' },
  ];
  const { contract: fresh } = contractOf({ requestSchema }, { companions });
  const template = spell(fresh, { title: 'a', meta: { key: 'k' } }, undefined);
  const sent = (at: string) => fill(template, { key: null, nonce: '', companions: [at, 'r"ef'] }, 'multipart');
  expect(multipartValue(sent('one'))).toEqual({ title: 'a', meta: { key: 'k', at: 'one' }, reference: 'r"ef' });
  expect(withoutFresh(fresh, sent('one'))).toBe(withoutFresh(fresh, sent('another')));
  expect(multipartValue(withoutFresh(fresh, sent('one')))).toEqual({
    title: 'a',
    meta: { key: 'k' },
    reference: 'r"ef',
  });
  expect(withoutFresh(fresh, 'nothing of the kind')).toBe('nothing of the kind');
});

test('the media type is that of the write, whatever the text', () => {
  expect(mediaTypeOf(contract)).toBe('multipart/form-data');
  expect(partsOf(spell(contract, { document: 'x' }, undefined))?.[0]).toMatchObject({
    name: 'document',
    filename: 'file.bin',
    value: 'x',
  });
});
