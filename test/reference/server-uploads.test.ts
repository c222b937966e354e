import { FormData, fetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { type Call, expectRefusal, withReference } from './server-caller.js';
import { form, png, upload } from './server-forms.js';

describe('uploads', () => {
  it('knows a file by its bytes, whatever its name and whoever sends it', async () => {
    await withReference({}, async (api) => {
      const first = await upload(api, png('one'), 'one.png');
      expect(first.status).toBe(200);
      expect(first.body).toEqual({
        id: expect.stringMatching(/^file_[0-9A-HJKMNP-TV-Z]{26}$/),
        filename: 'one.png',
        mime_type: 'image/png',
        size_bytes: 11,
        was_duplicate: false,
      });
      const known = { ...first.body, was_duplicate: true };
      expect((await upload(api, png('one'), 'two.png')).body).toEqual(known);
      expect((await upload(api, png('one'), 'three.png', { credential: 1, chunked: true })).body).toEqual(known);
      const other = await upload(api, png('onf'), 'one.png');
      expect(other.body.id).not.toBe(first.body.id);
      expect(other.body.was_duplicate).toBe(false);
      expect(await api.ids()).toEqual([]);
    });
  });

  it('makes one file of uploads at the same time', async () => {
    await withReference({}, async (api) => {
      const all = await Promise.all(
        Array.from({ length: 20 }, () => upload(api, png('one'), 'a.png', { fresh: true })),
      );
      expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
      expect(all.filter(({ body }) => body.was_duplicate)).toHaveLength(19);
    });
  });

  it('knows the types that the contract names by the first bytes, or else by the label', async () => {
    await withReference({}, async (api) => {
      const typeOf = async (bytes: Buffer | string, type?: string) =>
        (await api.call(form({ bytes, ...(type && { type }) }))).body.mime_type;
      expect(await typeOf(png('x'), 'text/plain')).toBe('image/png');
      expect(await typeOf('%PDF-1.7')).toBe('application/pdf');
      expect(await typeOf('hello', 'Image/PNG; x=y')).toBe('image/png');
    });
  });

  it('keeps the name as it is given', async () => {
    await withReference({}, async (api) => {
      const names = ['größe 😀.png', 'a"b.png', '../a/b\\c.png', 'a;b=c.png', `${'x'.repeat(300)}.png`];
      for (const name of names) {
        const body = new FormData();
        body.append('file', new File([new Uint8Array(png(name))], name, { type: 'image/png' }));
        const headers = { authorization: `Bearer ${api.keys[0]}` };
        const answer = await fetch(`${api.url}/v1/uploads`, { method: 'POST', headers, body });
        expect(await answer.json()).toMatchObject({ filename: name, was_duplicate: false });
      }
      expect((await upload(api, png('quoted'), 'a%22b.png')).body.filename).toBe('a"b.png');
    });
  });

  it('takes a file of some megabytes', async () => {
    await withReference({}, async (api) => {
      const { status, body } = await upload(api, png('x'.repeat(5_000_000)));
      expect([status, body.size_bytes]).toEqual([200, 5_000_008]);
    });
  });

  const refusals: [string, Call, number, string][] = [
    ['another content type', { ...form(), headers: { 'content-type': 'image/png' } }, 415, 'unsupported_media_type'],
    ['JSON', { method: 'POST', path: '/v1/uploads', body: {} }, 415, 'unsupported_media_type'],
    ['no boundary', { ...form(), headers: { 'content-type': 'multipart/form-data' } }, 400, 'invalid_request'],
    ['a body that is no form', { ...form(), body: 'hello' }, 400, 'invalid_request'],
    ['no part', form(), 422, 'validation_failed'],
    ['a part of another name', form({ name: 'document', bytes: png('x') }), 422, 'validation_failed'],
    ['a part without a file name', form({ filename: null, bytes: png('x') }), 422, 'validation_failed'],
    ['an empty file', form({ bytes: '', type: 'image/png' }), 422, 'validation_failed'],
    ['a type that is not accepted', form({ bytes: 'hello', type: 'text/plain' }), 422, 'validation_failed'],
    ['more than 32 MiB', form({ bytes: png('x'.repeat(32 * 1024 * 1024)) }), 413, 'payload_too_large'],
    ['a wrong method', { path: '/v1/uploads' }, 405, 'method_not_allowed'],
    ['no credential', { ...form({ bytes: png('x') }), credential: 'none' }, 401, 'authentication'],
  ];

  it.each(refusals)('refuses %s', async (_, call, status, code) => {
    await withReference({}, async (api) => {
      const answer = await api.call(call);
      expectRefusal(answer, status, code);
      if (status === 422) expect(answer.body.error.message).toContain('/file');
      expect((await upload(api, png('x'))).body.was_duplicate).toBe(false);
    });
  });
});
