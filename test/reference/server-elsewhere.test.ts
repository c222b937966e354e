import { describe, expect, it } from 'vitest';
import { type Api, type Call, expectRefusal, isTask, withReference } from './server-caller.js';

const extract = (api: Api, body: unknown, call: Call = {}) => api.post(body, { path: '/v1/brand-kits', ...call });

describe('another endpoint', () => {
  it('makes a resource of its own each time, whatever its key, and of another kind', async () => {
    await withReference({}, async (api) => {
      const body = { url: 'stripe.com', idempotency_key: 'k' };
      const made = [await extract(api, body), await extract(api, body), await extract(api, { url: 'a.example' })];
      expect(made.map(({ status, body: { kind, input } }) => [status, kind, input])).toEqual([
        [200, 'export', { url: 'stripe.com' }],
        [200, 'export', { url: 'stripe.com' }],
        [200, 'export', { url: 'a.example' }],
      ]);
      expect(await api.ids()).toEqual(made.map((each) => each.body.id).reverse());
      for (const { body: shown } of made) expect(isTask((await api.get(`/v1/tasks/${shown.id}`)).body)).toBe(true);
    });
  });

  it('shares no keys with the write under test, and waits when asked to', async () => {
    await withReference({}, async (api) => {
      const task = await api.post({ prompt: 'a', idempotency_key: 'k' });
      const kit = await extract(api, { url: 'a', idempotency_key: 'k' }, { headers: { Prefer: 'wait=5' } });
      expect(kit.body).toMatchObject({ kind: 'export', status: 'succeeded' });
      expect((await api.post({ prompt: 'a', idempotency_key: 'k' })).body.id).toBe(task.body.id);
    });
  });

  it('refuses what any endpoint refuses', async () => {
    await withReference({}, async (api) => {
      expectRefusal(await extract(api, '{'), 400, 'invalid_request');
      expectRefusal(await extract(api, { url: 'a.example' }, { credential: 'wrong' }), 401, 'authentication');
      expectRefusal(await api.get('/v1/brand-kits'), 405, 'method_not_allowed');
    });
  });

  it('does not count among what is unfinished', async () => {
    await withReference({ fault: 'at-most-3-unfinished', now: () => 0 }, async (api) => {
      for (const url of ['a', 'b', 'c', 'd']) expect((await extract(api, { url })).status).toBe(200);
      for (const status of [200, 200, 200, 429]) expect((await api.post({ prompt: 'a' })).status).toBe(status);
      expect((await extract(api, { url: 'e' })).status).toBe(200);
    });
  });
});
