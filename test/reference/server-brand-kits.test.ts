import { describe, expect, it } from 'vitest';
import { type Api, type Call, expectRefusal, isTask, withReference } from './server-caller.js';

const extract = (api: Api, body: unknown, call: Call = {}) => api.post(body, { path: '/v1/brand-kits', ...call });

describe('brand kits', () => {
  it('makes a task for each call, whatever its key, until one has succeeded', async () => {
    let time = 0;
    await withReference({ now: () => time }, async (api) => {
      const body = { url: 'stripe.com', idempotency_key: 'k' };
      const [one, two] = [await extract(api, body), await extract(api, body)];
      expect([one.status, one.body.kind, one.body.status]).toEqual([200, 'brand_kit_extract', 'queued']);
      expect(one.body.input).toEqual({ url: 'stripe.com' });
      const other = await extract(api, { ...body, url: 'https://stripe.com/' });
      expect(await api.ids()).toEqual([other, two, one].map((each) => each.body.id));
      time = 200;
      for (const again of [body, { url: 'stripe.com' }, { ...body, idempotency_key: 7 }]) {
        expect((await extract(api, again)).body).toMatchObject({ id: one.body.id, status: 'succeeded' });
      }
      expect(await api.ids()).toHaveLength(3);
      const got = (await api.get(`/v1/tasks/${one.body.id}`)).body;
      expect(isTask(got)).toBe(true);
      expect(got).toMatchObject({ result: { brand_kit_id: `bk_${got.id.slice(5)}` }, links: { canvas: null } });
      const listed = (await api.get('/v1/tasks')).body.data;
      expect(listed.map((task: { kind: string }) => task.kind)).toEqual(Array(3).fill('brand_kit_extract'));
    });
  });

  it('has a cache for each API key, and none of what was cancelled', async () => {
    await withReference({ timing: { runningAfterMs: 0, succeededAfterMs: 0 } }, async (api) => {
      const one = await extract(api, { url: 'a.example' });
      const stranger = await extract(api, { url: 'a.example' }, { credential: 1 });
      expect(stranger.body.id).not.toBe(one.body.id);
      expect((await extract(api, { url: 'a.example' })).body).toEqual(one.body);
    });
    let time = 0;
    await withReference({ now: () => time }, async (api) => {
      const { id } = (await extract(api, { url: 'a.example' })).body;
      await api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
      time = 1000;
      expect((await extract(api, { url: 'a.example' })).body.id).not.toBe(id);
    });
  });

  it('shares no keys with tasks, and waits when asked to', async () => {
    await withReference({}, async (api) => {
      const task = await api.post({ prompt: 'a', idempotency_key: 'k' });
      const body = { url: 'a.example', idempotency_key: 'k' };
      const kit = await extract(api, body, { headers: { Prefer: 'wait=5' } });
      expect(kit.body).toMatchObject({ kind: 'brand_kit_extract', status: 'succeeded' });
      expect((await api.post({ prompt: 'a', idempotency_key: 'k' })).body.id).toBe(task.body.id);
    });
  });

  const invalid: [unknown, string, string][] = [
    [{}, 'body.url', 'missing'],
    [{ url: 7 }, 'body.url', 'string_type'],
    [{ url: null }, 'body.url', 'string_type'],
    [{ url: '' }, 'body.url', 'string_too_short'],
    [{ url: 'two words' }, 'body.url', 'string_pattern_mismatch'],
    [{ url: 'a.example', colour: 'red' }, 'body.colour', 'extra_forbidden'],
  ];

  it.each(invalid)('refuses %j', async (body, field, code) => {
    await withReference({}, async (api) => {
      const answer = await extract(api, body);
      expectRefusal(answer, 422, 'validation_failed');
      expect(answer.body.error.details.fields).toContainEqual({ field, code });
      expect(await api.ids()).toEqual([]);
    });
  });

  it('refuses what any endpoint refuses, and drops unknown members where tasks do', async () => {
    await withReference({}, async (api) => {
      expectRefusal(await extract(api, '{'), 400, 'invalid_request');
      expectRefusal(await extract(api, { url: 'a.example' }, { credential: 'wrong' }), 401, 'authentication');
      expectRefusal(await api.get('/v1/brand-kits'), 405, 'method_not_allowed');
    });
    await withReference({ fault: 'compares-typed-model' }, async (api) => {
      expect((await extract(api, { url: 'a.example', colour: 'red' })).status).toBe(200);
    });
  });

  it('does not count among unfinished tasks', async () => {
    await withReference({ fault: 'at-most-3-unfinished', now: () => 0 }, async (api) => {
      const sites = ['a', 'b', 'c', 'd'].map((url) => ({ url }));
      for (const site of sites) expect((await extract(api, site)).status).toBe(200);
      for (const status of [200, 200, 200, 429]) expect((await api.post({ prompt: 'a' })).status).toBe(status);
      expect((await extract(api, { url: 'e' })).status).toBe(200);
    });
  });
});
