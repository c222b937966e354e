import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { idIn, needsBody, placeOfId, usualListId } from '../../contracts/ids.js';
import { parseJson } from '../../contracts/json.js';
import { loadContract } from '../../contracts/load.js';

const inLocation = (value: string, pattern: string | null = null) =>
  idIn({ header: 'Location', pattern }, { headers: { location: value }, json: undefined });

/** Any text that a URL carries when it is escaped. */
const id = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== '');

describe('an id in a header', () => {
  test('is the last segment of the path, whatever is before and after it', () => {
    const urls = fc.record({
      before: fc.constantFrom('', 'https://api.example.com', '//host:1', 'orders', '../v1/orders'),
      id,
      after: fc.constantFrom('', '/', '?expand=items', '#top', '/?a=/b'),
    });
    fc.assert(
      fc.property(urls, ({ before, id: one, after }) => {
        expect(inLocation(`${before}/${encodeURIComponent(one)}${after}`)).toBe(one);
      }),
    );
  });

  test.each<[string, string | null, string | null]>([
    ['order_1', null, 'order_1'],
    ['/orders/100%', null, '100%'],
    ['/orders/12345678901234567890', null, '12345678901234567890'],
    ['/', null, null],
    ['', null, null],
    ['/orders/7?of=9', '[?&]of=(\\d+)', '9'],
    ['/orders/a%2Fb/items', '/orders/([^/]+)', 'a/b'],
    ['order 7', '\\d+', '7'],
    ['/orders/7', 'none-(.*)', null],
  ])('%s by %s is %s', (value, pattern, expected) => {
    expect(inLocation(value, pattern)).toBe(expected);
  });

  test('is looked for in small letters, and in no other header', () => {
    expect(idIn({ header: 'X-Order', pattern: null }, { headers: { 'x-order': '7' }, json: undefined })).toBe('7');
    expect(idIn({ header: 'X-Order', pattern: null }, { headers: { location: '/7' }, json: { id: 8 } })).toBe(null);
  });
});

test('an id in the body is its characters as sent, and null names nothing', () => {
  const json = parseJson('{"data":{"id":9007199254740993}}');
  expect(idIn('/data/id', { headers: {}, json })).toBe('9007199254740993');
  expect(idIn(null, { headers: { location: '/orders/1' }, json })).toBe(null);
});

test('what follows from where the id is', () => {
  const of = (id: unknown, more = {}) =>
    loadContract('ietf', { create: { path: '/orders', example: { note: 'a' }, id, ...more } } as never).contract;
  const [header, none, pointer] = [of({ header: 'Location' }), of(null), of('/data/id')];
  expect([header, none, pointer].map(({ create }) => [create.success.at(-1), create.immutable])).toEqual([
    [204, []],
    [204, ['']],
    [203, ['/data/id']],
  ]);
  expect([header, none, pointer].map(({ create }) => needsBody(create))).toEqual([false, false, true]);
  expect(of(null, { immutable: ['/state'] }).create.immutable).toEqual(['/state']);
  expect(header.replay.statuses).toEqual(header.create.success);
  expect([usualListId(header.create.id), usualListId('/data/order/number')]).toEqual(['/id', '/number']);
  expect(placeOfId({ operation: 'get' }, header)).toBe(null);
  expect(placeOfId({ operation: 'create' }, header)).toEqual({ header: 'Location', pattern: null });
});

test('what needs an id says so where there is none', () => {
  expect(() => loadContract('moda', { create: { id: null }, get: { path: '/tasks/{id}' } })).toThrow(
    '/get: needs the id of a resource, and create.id is null',
  );
  expect(loadContract('moda', { create: { id: null } }).contract).toMatchObject({
    get: null,
    cancel: null,
    webhooks: null,
  });
});

test('the examples of the documentation load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'idem-ids-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'contracts.md'), 'utf8');
  const [, section = ''] = /^## Where the id is$([\s\S]*?)^## /m.exec(page) ?? [];
  const ids = [...section.matchAll(/^```yaml$([\s\S]*?)^```$/gm)].map(([, text = ''], n) => {
    const file = join(folder, `example-${n}.yaml`);
    writeFileSync(file, text);
    return loadContract(file).contract.create.id;
  });
  expect(ids).toEqual([{ header: 'Location', pattern: null }, null]);
});
