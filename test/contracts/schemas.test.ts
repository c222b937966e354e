import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import { compileSchema, readSchema } from '../../contracts/schemas.js';

const repository = dirname(dirname(import.meta.dirname));

// The commands compile these without a check.
test.each([
  'contracts/contract.schema.json',
  'history/history.schema.json',
  'results/results.schema.json',
  'run/config.schema.json',
])('%s is a JSON Schema', (name) => {
  expect(readSchema(repository, name).schema).toEqual(JSON.parse(readFileSync(`${repository}/${name}`, 'utf8')));
});

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const text = { type: 'string' };

test.each<[name: string, schema: JsonObject, legal: unknown, illegal: unknown]>([
  ['keywords that are not known', { properties: { a: { ...text, example: 'x', 'x-order': 1 } } }, { a: 'b' }, { a: 1 }],
  ['a format that is not known', { properties: { a: { ...text, format: 'iban' } } }, { a: 'DE02' }, { a: 1 }],
  ['no type beside properties', { required: ['a'], properties: { a: text } }, { a: '' }, {}],
  ['two types', { properties: { a: { type: ['string', 'integer'] } } }, { a: 1 }, { a: true }],
  ['required members it does not describe', { type: 'object', required: ['b'] }, { b: 1 }, {}],
  ['a pattern that the flag u does not allow', { ...text, pattern: '^a\\-\\_b$' }, 'a-_b', 'ab'],
  ['draft 07', { $schema: DRAFT_07, items: [text], additionalItems: false }, ['a'], ['a', 'b']],
  ['draft 06', { $schema: 'http://json-schema.org/draft-06/schema#', ...text }, 'a', 1],
  [
    'draft 2019-09',
    { $schema: 'https://json-schema.org/draft/2019-09/schema', $ref: '#/$defs/a', $defs: { a: text } },
    'a',
    1,
  ],
  ['draft 2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [text] }, ['a'], [1]],
])('a schema with %s is read as it stands', (_name, schema, legal, illegal) => {
  const { validate } = compileSchema(schema);
  expect([validate(legal), validate(illegal)]).toEqual([true, false]);
});

test.each<[schema: JsonObject, message: string]>([
  [{ type: 'nope' }, 'is not a JSON Schema 2020-12: schema is invalid: '],
  [{ $schema: DRAFT_07, required: 'a' }, 'is not a JSON Schema: schema is invalid: '],
  [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'is written in a JSON Schema that is not known, '],
  [{ $ref: '#/$defs/none' }, 'is not a JSON Schema 2020-12: '],
])('%j is refused', (schema, message) => {
  expect(() => compileSchema(schema)).toThrow(message);
});

const { schemas } = loadContract('moda');
const ulid = '01HZX3K8J9M2N4P6Q8R0S2T4V6';

const request: [name: string, legal: boolean, body: JsonObject][] = [
  ['only a prompt', true, { prompt: 'A deck' }],
  ['a null key', true, { prompt: 'A deck', idempotency_key: null }],
  ['null members', true, { prompt: 'A deck', canvas_id: null, attachments: null, format: null, callback_url: null }],
  [
    'every kind of attachment',
    true,
    { prompt: 'A', attachments: [file(), { url: 'https://example.com', type: 'url' }] },
  ],
  ['a format', true, { prompt: 'A', format: { category: 'carousel', page_count: 3 } }],
  ['ids in small letters', true, { prompt: 'A', canvas_id: `cvs_${ulid.toLowerCase()}` }],
  ['no prompt', false, { canvas_name: 'x' }],
  ['a null prompt', false, { prompt: null }],
  ['an unknown member', false, { prompt: 'A', extra: 1 }],
  ['a file that is a URL too', false, { prompt: 'A', attachments: [{ ...file(), url: 'https://example.com' }] }],
  ['a callback without TLS', false, { prompt: 'A', callback_url: 'http://example.com/hook' }],
  ['a bare UUID as id', false, { prompt: 'A', canvas_id: '019d8996-16b3-73ee-841a-5bc5038eb972' }],
  ['an unknown category', false, { prompt: 'A', format: { category: 'poem' } }],
  ['a key that is no string', false, { prompt: 'A', idempotency_key: 7 }],
];

test.each(request)('a request with %s: %s', (_name, legal, body) => {
  expect(schemas.request(body)).toBe(legal);
});

function file(): JsonObject {
  return { file_id: `file_${ulid}`, role: 'source' };
}

const bare = { id: `task_${ulid}`, kind: 'design', status: 'queued' };
const full = {
  ...bare,
  attempt: 1,
  max_attempts: 3,
  links: { self: `/v1/tasks/task_${ulid}`, events: null, cancel: `/v1/tasks/task_${ulid}/cancel`, canvas: null },
  created_at: '2026-04-15T12:00:00+00:00',
  started_at: null,
  completed_at: null,
  progress: { percent: 40, step: 'layout', message: null },
  input: { prompt: 'A deck' },
  result: null,
  error: null,
  credits: null,
  retry_after_ms: 3000,
};
const nulls = Object.fromEntries(Object.keys(full).map((name) => [name, null]));

const task: [name: string, legal: boolean, body: unknown][] = [
  ['every member', true, full],
  ['absent optional members', true, bare],
  ['null optional members', true, { ...nulls, ...bare }],
  ['unknown members', true, { ...full, replayed: true, links: { ...full.links, preview: 'x' } }],
  ['an unknown status', false, { ...full, status: 'done' }],
  ['no id', false, { ...full, id: undefined }],
  ['a null id', false, { ...full, id: null }],
  ['an id of another kind', false, { ...full, id: `cvs_${ulid}` }],
  ['a time that is none', false, { ...full, created_at: 'yesterday' }],
  ['no object', false, [full]],
];

test.each(task)('a task with %s: %s', (_name, legal, body) => {
  expect(schemas.resource?.(JSON.parse(JSON.stringify(body)))).toBe(legal);
});

const short = { type: 'conflict', code: 'idempotency_conflict', message: 'Key used', request_id: '019d8996-16b3' };
const long = {
  ...short,
  type: 'idempotency_conflict',
  doc_url: null,
  details: null,
  retry_after_ms: null,
  causes: null,
};

const error: [name: string, legal: boolean, body: unknown][] = [
  ['absent optional members', true, { error: short }],
  ['null optional members', true, { error: long }],
  ['unknown members', true, { error: { ...long, hint: 'x' }, extra: 1 }],
  ['a code that is not in the pages', true, { error: { ...short, type: 'not_found', code: 'moon_not_found' } }],
  ['details and causes', true, { error: { ...short, details: { fields: [] }, causes: [{ error: short }] } }],
  ['no request id', false, { error: { ...short, request_id: undefined } }],
  ['a null request id', false, { error: { ...short, request_id: null } }],
  ['a type that is not in the pages', false, { error: { ...short, type: 'teapot' } }],
  ['a conflict of another type', false, { error: { ...short, type: 'rate_limited' } }],
  ['a code that is a number', false, { error: { ...short, code: 409 } }],
  ['no code', false, { error: { ...short, code: undefined } }],
  ['no envelope', false, short],
  ['an envelope that is a string', false, { error: 'Conflict' }],
  ['a list of details', false, { detail: [{ loc: ['body'] }] }],
];

test.each(error)('an error with %s: %s', (_name, legal, body) => {
  expect(schemas.error?.(JSON.parse(JSON.stringify(body)))).toBe(legal);
});
