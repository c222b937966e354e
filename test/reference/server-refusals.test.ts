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

/** [member, value, what the refusal says of it] */
const invalid: [string, unknown, string][] = [
  ['prompt', undefined, '/prompt is missing'],
  ['prompt', 1, '/prompt must be string'],
  ['prompt', null, '/prompt must be string'],
  ['prompt', '', '/prompt must NOT have fewer than 1 characters'],
  ['conversation_id', 'conv_1', '/conversation_id must match pattern'],
  ['canvas_name', {}, '/canvas_name must be string,null'],
  ['skip_brand_kit', 'false', '/skip_brand_kit must be boolean'],
  ['callback_url', 'http://a.example/', '/callback_url must match pattern'],
  ['idempotency_key', 7, '/idempotency_key must be string,null'],
  ['idempotency_key', ['k'], '/idempotency_key must be string,null'],
  ['idempotency_key', 'k'.repeat(4097), '/idempotency_key must not have more than 4096 characters'],
  ['attachments', [{ url: 'ftp://a', type: 'image' }], '/attachments/0/url must match pattern'],
  ['format', { category: 'song' }, '/format/category must be equal to one of the allowed values'],
  ['number_of_slides', 0, '/number_of_slides must be >= 1'],
  ['export_on_complete', {}, '/export_on_complete/enabled is missing'],
  ['colour', 'red', '/colour must NOT have additional properties'],
];

describe('validation', () => {
  it.each(invalid)('refuses %s = %j', async (member, value, said) => {
    await withReference({}, async (api) => {
      const answer = await api.post({ ...valid, [member]: value });
      expectRefusal(answer, 422, 'validation_failed');
      expect(answer.body.error.message).toContain(said);
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
