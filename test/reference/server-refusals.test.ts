import { describe, expect, it } from 'vitest';
import { type Call, expectRefusal, withReference } from './server-caller.js';

const valid = { prompt: 'a', idempotency_key: 'k' };
const post = (body: unknown, more: Call = {}): Call => ({ method: 'POST', body, ...more });

/** [what, call, status, code] */
const refusals: [string, Call, number, string][] = [
  ['an unknown route', { path: '/v1/nothing' }, 404, 'not_found'],
  ['an unknown route without a credential', { path: '/', credential: 'none' }, 404, 'not_found'],
  ['an unknown task', { path: `/v1/tasks/task_${'0'.repeat(26)}` }, 404, 'not_found'],
  ['an id of another kind', { path: '/v1/tasks/hello' }, 404, 'not_found'],
  ['a wrong method', { method: 'PUT', body: valid, credential: 'none' }, 405, 'method_not_allowed'],
  ['a wrong method on a task', { method: 'DELETE', path: '/v1/tasks/x' }, 405, 'method_not_allowed'],
  ['no credential', post(valid, { credential: 'none' }), 401, 'authentication'],
  ['a wrong credential', post('{', { credential: 'wrong' }), 401, 'authentication'],
  ['no credential for the list', { credential: 'none' }, 401, 'authentication'],
  ['an unknown version', post('{', { headers: { 'Moda-Version': '2020-01-01' } }), 400, 'unsupported_version'],
  ['the version that was sunset', { headers: { 'Moda-Version': '2026-04-12' } }, 400, 'unsupported_version'],
  ['a wrong content type', post('{', { headers: { 'content-type': 'text/plain' } }), 415, 'unsupported_media_type'],
  [
    'another charset',
    post(valid, { headers: { 'content-type': 'application/json; charset=latin1' } }),
    415,
    'unsupported_media_type',
  ],
  ['malformed JSON', post('{"prompt":"a",}'), 400, 'invalid_request'],
  ['an empty body', post(''), 400, 'invalid_request'],
  ['invalid UTF-8', post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400, 'invalid_request'],
  ['deep nesting', post(`{"prompt":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), 400, 'invalid_request'],
  ['an array', post('[]'), 422, 'validation_failed'],
  ['null', post('null'), 422, 'validation_failed'],
  ['a body over 1 MiB', post({ prompt: 'a'.repeat(1024 * 1024) }), 413, 'payload_too_large'],
  ['a long body in chunks', post({ prompt: 'a'.repeat(1_200_000) }, { chunked: true }), 413, 'payload_too_large'],
  ['a limit of 0', { path: '/v1/tasks?limit=0' }, 422, 'validation_failed'],
  ['a limit of 101', { path: '/v1/tasks?limit=101' }, 422, 'validation_failed'],
  ['a limit that is no number', { path: '/v1/tasks?limit=ten' }, 422, 'validation_failed'],
  ['a cursor that is none of ours', { path: '/v1/tasks?cursor=bm90aGluZw' }, 400, 'invalid_request'],
];

describe('refusals', () => {
  it.each(refusals)('%s', async (_, call, status, code) => {
    await withReference({}, async (api) => {
      expectRefusal(await api.call(call), status, code);
      expect(await api.ids()).toEqual([]);
      expect((await api.post(valid)).status).toBe(200);
    });
  });

  it('says what is allowed', async () => {
    await withReference({}, async (api) => {
      expect((await api.call({ credential: 'none' })).headers['www-authenticate']).toBe('Bearer');
      expect((await api.call({ method: 'PATCH' })).headers.allow).toBe('GET, POST');
      const version = await api.call({ headers: { 'Moda-Version': 'x' } });
      expect(version.body.error.details).toEqual({ requested: 'x', supported: ['2026-05-01'] });
    });
  });

  it('never gives a request id twice', async () => {
    await withReference({}, async (api) => {
      const ids = [];
      for (let i = 0; i < 200; i++)
        ids.push((await api.call({ path: i % 2 ? '/' : '/v1/tasks' })).headers['x-request-id']);
      expect(new Set(ids).size).toBe(200);
    });
  });
});

const conv = `conv_${'0'.repeat(26)}`;
const cvs = `cvs_${'0'.repeat(26)}`;

/** [member, value, field, code] */
const invalid: [string, unknown, string, string][] = [
  ['prompt', undefined, 'body.prompt', 'missing'],
  ['prompt', 1, 'body.prompt', 'string_type'],
  ['prompt', null, 'body.prompt', 'string_type'],
  ['prompt', '', 'body.prompt', 'string_too_short'],
  ['conversation_id', 'conv_1', 'body.conversation_id', 'string_pattern_mismatch'],
  ['canvas_id', conv, 'body.canvas_id', 'string_pattern_mismatch'],
  ['template_canvas_id', 7, 'body.template_canvas_id', 'string_type'],
  ['canvas_name', {}, 'body.canvas_name', 'string_type'],
  ['brand_kit_id', 'bk', 'body.brand_kit_id', 'string_pattern_mismatch'],
  ['skip_brand_kit', 'false', 'body.skip_brand_kit', 'boolean_type'],
  ['callback_url', 'http://a.example/', 'body.callback_url', 'string_pattern_mismatch'],
  ['idempotency_key', 7, 'body.idempotency_key', 'string_type'],
  ['idempotency_key', ['k'], 'body.idempotency_key', 'string_type'],
  ['idempotency_key', 'k'.repeat(4097), 'body.idempotency_key', 'string_too_long'],
  ['attachments', {}, 'body.attachments', 'array_type'],
  ['attachments', [{ url: 'ftp://a', type: 'image' }], 'body.attachments.0.url', 'string_pattern_mismatch'],
  [
    'attachments',
    [{ file_id: `file_${'0'.repeat(26)}`, url: 'https://a.example/', type: 'url' }],
    'body.attachments.0.url',
    'extra_forbidden',
  ],
  ['format', { category: 'song' }, 'body.format.category', 'value_error'],
  ['format', { category: 'slides', width: '7' }, 'body.format.width', 'integer_type'],
  ['model_tier', 'huge', 'body.model_tier', 'value_error'],
  ['reference_canvas_ids', [7], 'body.reference_canvas_ids.0', 'string_type'],
  ['number_of_slides', 0, 'body.number_of_slides', 'greater_than_equal'],
  ['number_of_slides', 1.5, 'body.number_of_slides', 'integer_type'],
  ['export_on_complete', {}, 'body.export_on_complete.enabled', 'missing'],
  ['colour', 'red', 'body.colour', 'extra_forbidden'],
];

describe('validation', () => {
  it.each(invalid)('refuses %s = %j', async (member, value, field, code) => {
    await withReference({}, async (api) => {
      const answer = await api.post({ ...valid, [member]: value });
      expectRefusal(answer, 422, 'validation_failed');
      expect(answer.body.error.details.fields).toContainEqual({ field, code });
      expect(await api.ids()).toEqual([]);
      // The key is not bound by a refused body.
      expect((await api.post(valid)).status).toBe(200);
    });
  });

  it('refuses members that exclude each other', async () => {
    await withReference({}, async (api) => {
      for (const one of [{ canvas_id: cvs }, { conversation_id: conv }]) {
        expectRefusal(await api.post({ prompt: 'a', template_canvas_id: cvs, ...one }), 422, 'validation_failed');
      }
      expect((await api.post({ prompt: 'a', canvas_id: cvs, conversation_id: conv })).status).toBe(200);
      expect((await api.post({ prompt: 'a', canvas_id: cvs, template_canvas_id: null })).status).toBe(200);
    });
  });

  it('accepts every documented member, and null where it is documented', async () => {
    await withReference({}, async (api) => {
      const full = {
        prompt: 'a',
        conversation_id: conv,
        canvas_id: cvs,
        canvas_name: 'Tea',
        brand_kit_id: `bk_${'0'.repeat(26)}`,
        skip_brand_kit: true,
        callback_url: 'https://hooks.example/a',
        attachments: [
          { file_id: `file_${'0'.repeat(26)}`, role: 'source', label: 'one' },
          { url: 'https://a.example/', name: 'two', type: 'image' },
        ],
        format: { category: 'carousel', width: 1080, height: 1080, label: 'square', page_count: 3 },
        model_tier: 'lite',
        reference_canvas_ids: [cvs],
        number_of_slides: 2,
        export_on_complete: { enabled: true },
      };
      expect((await api.post(full)).body.input).toEqual(full);
      const nullable = [
        'conversation_id',
        'canvas_id',
        'template_canvas_id',
        'canvas_name',
        'brand_kit_id',
        'callback_url',
      ];
      const names = [...nullable, 'idempotency_key', 'attachments', 'format', 'number_of_slides'];
      const nulls = Object.fromEntries(names.map((name) => [name, null]));
      expect((await api.post({ prompt: 'a', ...nulls })).status).toBe(200);
    });
  });
});
