/** Bodies as forms, and writes without a body: what is sent comes back, and says the same in every spelling. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { decode, encode, fill, spell } from '../../contracts/codec.js';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { formValue } from '../../contracts/form.js';
import { canonical } from '../../contracts/json.js';
import { carries, isNullable, takesAnyJson } from '../../contracts/key.js';
import { type LoadedContract, loadContract } from '../../contracts/load.js';
import { KEY_TOKEN, NONCE_TOKEN, RECEIVER_TOKEN } from '../../contracts/tokens.js';
import { type BodySource, bodies, fullBodies } from '../../generators/bodies.js';
import { editKinds, editsOf, REORDERED } from '../../generators/edits.js';
import { enlarged } from '../../generators/padding.js';
import { body, slot } from '../../generators/plans.js';
import { rewritesOf } from '../../generators/rewrites.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-form-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

function contractOf(create: JsonObject, more: JsonObject = {}): LoadedContract {
  files += 1;
  const file = join(folder, `charges-${files}.yaml`);
  writeFileSync(file, JSON.stringify({ extends: 'ietf', create: { path: '/charges', ...create }, ...more }));
  return loadContract(file);
}

function sourceOf({ contract, schemas }: LoadedContract): BodySource {
  return { contract, requestSchema: schemas.requestSchema, validate: (value) => schemas.request(value) === true };
}

const text = { type: 'string', minLength: 1, maxLength: 400 };
const line = { type: 'object', required: ['sku'], properties: { sku: text, count: { type: 'integer', minimum: 1 } } };
const requestSchema: JsonObject = {
  type: 'object',
  required: ['amount', 'description'],
  $defs: { line, yes: { type: 'boolean' } },
  properties: {
    amount: { type: 'integer', minimum: 1 },
    description: { type: 'string', maxLength: 9_000 },
    rate: { type: 'number' },
    currency: { enum: ['eur', 'usd', null] },
    capture: { $ref: '#/$defs/yes' },
    note: { type: ['string', 'null'] },
    either: { type: ['string', 'integer'] },
    tags: { type: 'array', items: text, maxItems: 4 },
    limits: { type: 'array', items: { type: 'integer' }, maxItems: 3 },
    meta: {
      type: 'object',
      properties: { 'a b&=é': text, empty: { type: 'object', properties: { x: text } }, key: text },
    },
    lines: { type: 'array', items: { $ref: '#/$defs/line' }, maxItems: 3 },
    matrix: { type: 'array', items: { type: 'array', items: text, minItems: 1, maxItems: 3 }, maxItems: 2 },
  },
};

const KEYS: JsonObject[] = [
  { in: 'header', name: 'Idempotency-Key', quoting: 'none' },
  { in: 'body', name: 'reference', required: false },
  { in: 'body', name: '/meta/key', required: false },
];
const keyed = { ...requestSchema, properties: { ...(requestSchema.properties as JsonObject), reference: text } };
const contracts = ['index', 'brackets', 'repeat'].map((arrays, n) =>
  contractOf({ body: 'form', arrays, requestSchema: keyed }, { key: KEYS[n] as JsonObject }),
);

const keys = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }),
  fc.constantFrom('a&b=c', '100%', 'a+b c', 'ü🙂', ' a ', '', '[x]', '\ud800', KEY_TOKEN, NONCE_TOKEN),
);

describe.each(contracts)('a form with arrays as $contract.create.arrays, key $contract.key.name', (loaded) => {
  const { contract, schemas } = loaded;
  const source = sourceOf(loaded);
  const back = (sent: string, headers: [string, string][] = []) =>
    decode(contract, { headers, body: sent }, schemas.requestSchema);

  test('every body that is drawn comes back, with its key', () => {
    let carried = 0;
    fc.assert(
      fc.property(fc.oneof(bodies(source), fullBodies(source)), keys, fc.nat({ max: 4 }), (value, key, keyAt) => {
        if (!carries(contract.key, key)) return;
        carried += 1;
        const sent = encode(contract, { value, keyAt }, key);
        expect(sent.contentType).toBe('application/x-www-form-urlencoded');
        const { value: came, ...rest } = decode(contract, sent, schemas.requestSchema);
        expect(canonical(came as Json)).toBe(canonical(value));
        expect(rest).toEqual({ key, malformed: false });
        const template = spell(contract, value, KEY_TOKEN, keyAt);
        const headers = contract.key.in === 'header' ? ([[contract.key.name, key]] as [string, string][]) : [];
        const filled = back(fill(template, { key, nonce: 'idem-0' }, 'form'), headers);
        expect(filled).toEqual({
          value: JSON.parse(JSON.stringify(value).replaceAll(NONCE_TOKEN, 'idem-0')),
          key,
          malformed: false,
        });
      }),
      { numRuns: 50, seed: 1 },
    );
    expect(carried).toBeGreaterThan(10);
  });

  test('edits are other values once they are read, and rewrites are the same', () => {
    const names = new Set<string>();
    fc.assert(
      fc.property(fullBodies(source), (value) => {
        const one = canonical(value);
        for (const name of [...Object.keys(editKinds), REORDERED])
          for (const edit of editsOf(name, value, source)) {
            names.add(name);
            const sent = spell(contract, edit.value, undefined);
            expect(canonical(back(sent).value as Json)).toBe(canonical(edit.value));
            expect([name, canonical(edit.value)]).not.toEqual([name, one]);
          }
        const plain = spell(contract, value, KEY_TOKEN);
        for (const { name, text: sent } of rewritesOf(body(value), slot(0), source)) {
          names.add(name);
          expect([name, sent]).not.toEqual([name, plain]);
          if (name === 'unknown member' || name.startsWith('explicit')) continue;
          expect([name, canonical(back(sent).value as Json)]).toEqual([name, canonical(back(plain).value as Json)]);
        }
        const large = enlarged(value, source, 5_000) as JsonObject;
        expect(back(spell(contract, large, undefined)).value).toEqual(large);
      }),
      { numRuns: 4, seed: 2 },
    );
    const always = ['number changed', 'boolean changed', 'member removed', 'array reordered', 'text changed'];
    const spelled = ['members in another order', 'spaces as %20', 'a letter percent-encoded', 'a separator at the end'];
    expect([...always, ...spelled].filter((name) => !names.has(name))).toEqual([]);
    expect(['null as text', 'member twice', 'white space between tokens'].filter((name) => names.has(name))).toEqual(
      [],
    );
  });
});

test('a key in a form is a string, and half a character cannot be sent in one', () => {
  for (const { contract } of contracts) {
    expect([isNullable(contract.key), takesAnyJson(contract.key)]).toEqual([false, false]);
    expect(carries(contract.key, 'a\ud800')).toBe(false);
  }
});

test.each<[value: JsonObject, arrays: 'index' | 'brackets' | 'repeat', sent: string]>([
  [{ a: { b: { c: 1 } }, t: true, s: 'x y' }, 'index', 'a[b][c]=1&t=true&s=x+y'],
  [{ a: ['x', 'y'], n: null, o: {}, l: [] }, 'index', 'a[0]=x&a[1]=y'],
  [{ a: ['x', 'y'] }, 'brackets', 'a[]=x&a[]=y'],
  [{ m: { a: ['x', 'y'] } }, 'repeat', 'm[a]=x&m[a]=y'],
  [{ a: [{ b: 1 }, { b: 2 }] }, 'brackets', 'a[0][b]=1&a[1][b]=2'],
  [{ 'a&b': "=é'~", 'c[d]': '' }, 'index', 'a%26b=%3D%C3%A9%27%7E&c%5Bd%5D='],
  [{ u: RECEIVER_TOKEN }, 'index', `u=${RECEIVER_TOKEN}`],
])('%j as %s is %s', (value, arrays, sent) => {
  const { contract } = contractOf({ body: 'form', arrays, requestSchema }, {});
  expect(spell(contract, value, undefined)).toBe(sent);
});

test.each<[sent: string, value: JsonObject | undefined]>([
  ['', {}],
  ['&&a=1&', { a: '1' }],
  ['a', { a: '' }],
  ['a=1=2', { a: '1=2' }],
  ['a%5Bb%5D=%31', { a: { b: '1' } }],
  ['a=1&a=2', { a: ['1', '2'] }],
  ['a[]=1', { a: ['1'] }],
  ['a[1]=y&a[0]=x', { a: ['x', 'y'] }],
  ['a[1]=y', { a: { 1: 'y' } }],
  ['a[b=1&]=2', { 'a[b': '1', ']': '2' }],
  ['a=1&a[b]=2', { a: { b: '2', '': ['1'] } }],
  ['__proto__[x]=1', JSON.parse('{"__proto__":{"x":"1"}}')],
  ['a=%ff', undefined],
  ['a=%', undefined],
  [`a${'[b]'.repeat(2_000)}=1`, undefined],
])('%s is read as %j', (sent, value) => {
  expect(formValue(sent)).toEqual(value);
});

test('a string of a form has the type that the schema gives it', () => {
  const sent = 'amount=07&rate=1.5&currency=eur&capture=true&either=7&note=null&limits[0]=1&lines[0][count]=2&meta=x';
  expect(formValue(sent, requestSchema)).toEqual({
    amount: '07',
    rate: 1.5,
    currency: 'eur',
    capture: true,
    either: '7',
    note: 'null',
    limits: [1],
    lines: [{ count: 2 }],
    meta: 'x',
  });
});

test('an example of a form leaves out what no form can say', () => {
  const example = { note: 'two of them', amount: 2, coupon: null, tags: ['a'], meta: {} };
  const loaded = contractOf({ body: 'form', arrays: 'repeat', example });
  const [one] = fc.sample(bodies(sourceOf(loaded)), { seed: 1, numRuns: 1 }) as [JsonObject];
  expect(one).toEqual({ note: expect.stringContaining(NONCE_TOKEN), amount: 2, tags: ['a'] });
});

describe('no body', () => {
  const loaded = contractOf({ body: 'none' });

  test('nothing is sent but the key, and nothing can be another body', () => {
    const { contract, schemas } = loaded;
    const sent = encode(contract, { value: {} }, 'k');
    expect(sent).toMatchObject({ contentType: null, body: '', headers: [['Idempotency-Key', '"k"']] });
    expect(decode(contract, sent, schemas.requestSchema)).toEqual({ value: {}, key: 'k', malformed: false });
    const source = sourceOf(loaded);
    expect(fc.sample(bodies(source), { seed: 1, numRuns: 3 })).toEqual([{}, {}, {}]);
    expect(Object.keys(editKinds).flatMap((name) => editsOf(name, {}, source))).toEqual([]);
    expect([rewritesOf(body({}), slot(0), source), enlarged({}, source, 5_000)]).toEqual([[], null]);
    expect(contract.create.nonce).toBeNull();
  });

  test.each<[create: JsonObject, more: JsonObject, problem: string]>([
    [{ example: { a: 1 } }, {}, '/create/example: describes a body, and create.body is none: leave one of them out'],
    [{ requestSchema: {} }, {}, '/create/requestSchema: describes a body'],
    [{}, { key: { in: 'body', name: 'ref' } }, '/key/in: must be another place than the body'],
  ])('%j %j: refused', (create, more, problem) => {
    expect(() => contractOf({ body: 'none', ...create }, more)).toThrow(problem);
  });
});
