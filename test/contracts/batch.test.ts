/** Items in a batch, and their results in its answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { explainContract } from '../../cli/explain.js';
import { type BatchRules, batchText, itemAnswers, itemTexts } from '../../contracts/batch.js';
import { elementsAt, textAt } from '../../contracts/json-text.js';
import { loadContract } from '../../contracts/load.js';

const bare: BatchRules = { items: '', results: '', key: null, status: null, body: '', size: 3 };
const nested: BatchRules = {
  items: '/data/a~1b',
  results: '/done',
  key: '/ref',
  status: '/code',
  body: '/made',
  size: 3,
};

const folder = mkdtempSync(join(tmpdir(), 'idem-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): string {
  const file = join(folder, 'payments.yaml');
  writeFileSync(file, text);
  return file;
}

describe('parts of a text are as they were written', () => {
  const text = ' {"a": [1.50, {"b" : "]}\\"," } , 12345678901234567890,[],{} ,"x"], "a\\u0062":null,"a":[ true ]} ';

  test.each([
    ['', text.trim()],
    ['/ab', 'null'],
    ['/a/0', 'true'],
    ['/a/1', undefined],
    ['/other', undefined],
    ['/ab/c', undefined],
  ])('%s', (pointer, expected) => {
    expect(textAt(text, pointer)).toBe(expected);
  });

  test('elements', () => {
    const first = text.replace(/, "a\\u0062".*\]/, '');
    expect(elementsAt(first, '/a')).toEqual(['1.50', '{"b" : "]}\\"," }', '12345678901234567890', '[]', '{}', '"x"']);
    expect(elementsAt('\uFEFF[ 1 ]', '')).toEqual(['1']);
    expect(elementsAt('[]', '')).toEqual([]);
  });

  test.each(['', '{', '[1', 'null', '{"a":1}', '"[]"', '[1] 2'])('%j has no elements', (other) => {
    expect(elementsAt(other, '')).toBeUndefined();
  });
});

describe('the request', () => {
  const items = ['{"n":1.0}', '{ }'];

  test.each([
    ['bare', bare, '[{"n":1.0},{ }]'],
    ['nested', nested, '{"data":{"a/b":[{"n":1.0},{ }]}}'],
  ])('%s', (_, rules, expected) => {
    expect(batchText(rules, items)).toBe(expected);
    expect(itemTexts(rules, expected)).toEqual(items);
  });
});

describe('the answer', () => {
  const answers = (rules: BatchRules, value: unknown, keys: (string | null)[] = ['a', 'b'], status = 207) =>
    itemAnswers(rules, { status, body: typeof value === 'string' ? value : JSON.stringify(value) }, keys);
  const whole = (body: string, status = 207) => ({ status, body, place: null });

  test('results in the order of the items', () => {
    expect(answers(bare, '[{"id": 12345678901234567890},{"id":2}]')).toEqual([
      { status: 207, body: '{"id": 12345678901234567890}', place: '/0' },
      { status: 207, body: '{"id":2}', place: '/1' },
    ]);
  });

  test.each([
    ['fewer results than items', '[{"id":1}]'],
    ['more results than items', '[1,2,3]'],
    ['no array', '{"error":"no"}'],
    ['not JSON', '<html>'],
    ['nothing', ''],
  ])('%s: it is about the whole batch', (_, body) => {
    expect(answers(bare, body, ['a', 'b'], 400)).toEqual([whole(body, 400), whole(body, 400)]);
  });

  const done = (...results: unknown[]) => ({ done: results });

  test('results by their keys, with statuses of their own', () => {
    const body = done(
      { ref: 'b', code: 422, made: { error: 1 } },
      { ref: 'c', code: '201', made: { id: 3 } },
      { ref: 'a', code: 'done', error: 2 },
    );
    expect(answers(nested, body, ['a', 'b', 'c'])).toEqual([
      { status: 207, body: '{"ref":"a","code":"done","error":2}', place: '/done/2' },
      { status: 422, body: '{"error":1}', place: '/done/0/made' },
      { status: 201, body: '{"id":3}', place: '/done/1/made' },
    ]);
  });

  test.each<[string, unknown[], (string | null)[], (string | null)[]]>([
    [
      'an item without a key has the result that no other has',
      [{ ref: 'b' }, { made: 1 }],
      [null, 'b'],
      ['/done/1/made', '/done/0'],
    ],
    ['an item whose key was changed', [{ ref: 'b' }, { ref: 'A' }], ['a', 'b'], ['/done/1', '/done/0']],
    ['an item without a result', [{ ref: 'b' }], ['a', 'b'], [null, '/done/0']],
    [
      'a key that stands twice',
      [{ ref: 'a' }, { ref: 'b' }, { ref: 'a' }],
      ['a', 'a', 'b'],
      ['/done/0', '/done/2', '/done/1'],
    ],
    [
      'one result for a key that stands twice',
      [{ ref: 'a' }, { ref: 'b' }],
      ['a', 'a', 'b'],
      ['/done/0', '/done/0', '/done/1'],
    ],
    ['results of others alone', [{ ref: 'b' }, { ref: 'c' }], ['a', 'b', 'c'], [null, '/done/0', '/done/1']],
  ])('%s', (_, results, keys, places) => {
    expect(answers(nested, done(...results), keys).map(({ place }) => place)).toEqual(places);
  });
});

const key = 'key: { in: body, name: reference, quoting: none }\n';
const create = 'create: { path: /payments, example: { note: two of them } }\n';

test.each([
  ['key: { in: header }', '/key/in', 'must be body: in a batch, each item has a key of its own'],
  [`${key}create: { body: form }`, '/create/body', 'must be json: the items of a batch are JSON'],
  [
    `${key}companions: [{ name: First-Sent, value: http-date }]`,
    '/companions/0',
    'would be that of every item of a batch: write in: body, or repeats: fresh',
  ],
  [
    `${key}setup: [{ path: /orders, save: { order: /id } }]\ncompanions: [{ in: body, name: order, value: '{order}' }]`,
    '/setup/0/each',
    'must be run or plan: the items of a batch share what their request has',
  ],
  [
    `${key}create: { id: { header: Location } }`,
    '/create/id',
    'is a header, which a batch has once for all its items: write a JSON Pointer into a result',
  ],
  [`${key}replay: { marker: { header: Replayed } }`, '/replay/marker', 'for all its items: leave it out'],
  [`${key}replay: { headers: { equal: [Location] } }`, '/replay/headers', 'for all its items: leave it out'],
  [
    `${key}replay: { kind: refusal, statuses: [409], pointer: { header: Location } }`,
    '/replay/pointer',
    'for all its items: write a JSON Pointer into a result',
  ],
  [
    `${key}conflict: { statuses: [409], header: { name: X } }`,
    '/conflict/header',
    'for all its items: write conflict.code',
  ],
  [
    `${key}inFlight: { statuses: [425], header: { name: X } }`,
    '/inFlight/header',
    'for all its items: write inFlight.code',
  ],
  [
    `${key}accepted: { done: [done], url: { header: Location } }`,
    '/accepted/url/header',
    'for all its items: write accepted.url.pointer',
  ],
  [
    `${key}effects: { counter: { path: /n, pointer: /n } }`,
    '/effects/counter',
    'counts what stands beside an item, too: write effects.list, or batch: { size: 1 }',
  ],
  [`${key}batch: { size: 0 }`, '/batch/size', 'must be a whole number, 1 or more'],
  [
    `${key}batch: { items: payments }`,
    '/batch/items',
    "must be a JSON Pointer (RFC 6901) such as /id, or '' for the whole value",
  ],
])('%s is refused', (said, member, words) => {
  const base = write(`extends: ietf\n${create}`);
  const wrong = join(folder, 'wrong.yaml');
  writeFileSync(wrong, `extends: ${base}\nbatch: {}\n${said}`.replace(/batch: \{\}\n(?=[\s\S]*batch:)/, ''));
  expect(() => loadContract(wrong)).toThrow(
    new RegExp(`${member}: .*${words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
  );
});

test.each([
  `${key}companions: [{ name: Attempt, value: uuid, repeats: fresh }, { in: body, name: at, value: uuid }]`,
  `${key}setup: [{ each: run, path: /consents, save: { consent: /id } }]\ncompanions: [{ name: Consent, value: '{consent}' }]`,
  `${key}effects: { list: null, counter: { path: /n, pointer: /n } }\nbatch: { size: 1 }`,
  `${key}errors: { validation: { statuses: [400], header: { name: X-Wrong } } }`,
])('%s is taken', (said) => {
  const file = write(`extends: ietf\n${create}${said.includes('batch') ? '' : 'batch: {}\n'}${said}`);
  expect(loadContract(file).contract.batch).not.toBeNull();
});

test.each([
  [
    'batch: {}',
    'A batch        has 3 items at the top of the request, each with a key of its own, and results at the top of the answer, in the order of the items; a result has the status of the answer and the resource at its top.',
  ],
  [
    'batch: { items: /a, results: /b, key: /c, status: /d, body: /e, size: 1 }',
    'A batch        has 1 item at /a of the request, each with a key of its own, and results at /b of the answer, each with its key at /c; a result has its status at /d and the resource at /e.',
  ],
])('%s is explained', (said, words) => {
  expect(explainContract(write(`extends: ietf\n${create}${key}${said}`))).toContain(`\n${words}\n`);
  expect(explainContract(write(`extends: ietf\n${create}${key}`))).not.toContain('A batch   ');
});
