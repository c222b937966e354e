import { describe, expect, it } from 'vitest';
import { expectRefusal, isTask, withReference } from './server-caller.js';

const body = { prompt: 'A deck about tea', canvas_name: 'Tea', idempotency_key: 'weekly-deck:2026-W17' };

describe('starting a task', () => {
  it('creates a task and replays it for the same bytes', async () => {
    await withReference({}, async (api) => {
      const first = await api.post(body);
      expect(first.status).toBe(200);
      expect(isTask(first.body), JSON.stringify(isTask.errors)).toBe(true);
      expect(first.body).toMatchObject({
        kind: 'design',
        status: 'queued',
        input: { prompt: body.prompt, canvas_name: 'Tea' },
      });
      expect(first.body.input).not.toHaveProperty('idempotency_key');
      for (const how of [{}, { chunked: true }, { fresh: true }, { headers: { 'User-Agent': 'other/1' } }]) {
        const again = await api.post(body, how);
        const { id, kind, created_at, input } = first.body;
        expect([again.status, again.body]).toMatchObject([200, { id, kind, created_at, input }]);
      }
      expect(await api.ids()).toEqual([first.body.id]);
    });
  });

  it('refuses another body under the key, and leaves the record as it was', async () => {
    await withReference({}, async (api) => {
      const first = await api.post(body);
      const others = [
        { ...body, prompt: 'Another' },
        ` ${JSON.stringify(body)}`,
        { ...body, callback_url: 'https://a.example/' },
      ];
      for (const other of [...others, ...others]) expectRefusal(await api.post(other), 409, 'idempotency_conflict');
      expect((await api.post(body)).body.id).toBe(first.body.id);
      expect(await api.ids()).toEqual([first.body.id]);
    });
  });

  it('makes a task for each request without a key, and for each key', async () => {
    await withReference({}, async (api) => {
      const { idempotency_key: _, ...keyless } = body;
      const bodies = [keyless, keyless, { ...keyless, idempotency_key: null }, { ...keyless, idempotency_key: null }];
      const keys = ['', ' ', 'k', 'K', 'k ', 'é', 'e\u0301', '\u0000', '\ud800', '😀', 'x'.repeat(4096)];
      const all = [...bodies, ...keys.map((key) => ({ ...keyless, idempotency_key: key }))];
      const ids: string[] = [];
      for (const each of all) ids.push((await api.post(each)).body.id);
      expect(new Set(ids).size).toBe(all.length);
      for (const [i, key] of keys.entries()) {
        expect((await api.post({ ...keyless, idempotency_key: key })).body.id).toBe(ids[bodies.length + i]);
      }
      expect(await api.ids()).toEqual(ids.reverse());
    });
  });

  it('keeps the keys and tasks of two credentials apart', async () => {
    await withReference({}, async (api) => {
      const one = await api.post(body);
      const two = await api.post({ ...body, prompt: 'Another' }, { credential: 1 });
      expect([one.status, two.status]).toEqual([200, 200]);
      expect(await api.ids()).toEqual([one.body.id]);
      expect(await api.ids({ credential: 1 })).toEqual([two.body.id]);
      expectRefusal(await api.get(`/v1/tasks/${one.body.id}`, { credential: 1 }), 404, 'not_found');
      const cancel = { method: 'POST', path: `/v1/tasks/${one.body.id}/cancel`, credential: 1 } as const;
      expectRefusal(await api.call(cancel), 404, 'not_found');
    });
  });

  it('takes no notice of an Idempotency-Key header', async () => {
    await withReference({}, async (api) => {
      const headers = { 'Idempotency-Key': 'k' };
      const one = await api.post({ prompt: 'a' }, { headers });
      const two = await api.post({ prompt: 'a' }, { headers });
      const keyed = await api.post(body, { headers });
      expect((await api.post(body, { headers: { 'Idempotency-Key': 'other' } })).body.id).toBe(keyed.body.id);
      expect(new Set([one.body.id, two.body.id, keyed.body.id]).size).toBe(3);
    });
  });
});

describe('reading, listing and cancelling', () => {
  it('advances tasks by the clock, and replays the task as it is', async () => {
    let time = Date.UTC(2026, 4, 1);
    await withReference({ now: () => time }, async (api) => {
      const { id } = (await api.post(body)).body;
      const seen = [];
      for (const ms of [0, 49, 1, 149, 1]) {
        time += ms;
        seen.push((await api.get(`/v1/tasks/${id}`)).body);
      }
      expect(seen.map((task) => task.status)).toEqual(['queued', 'queued', 'running', 'running', 'succeeded']);
      expect(seen.every((task) => isTask(task))).toBe(true);
      expect(seen.at(-1)).toEqual({ ...seen[0], status: 'succeeded' });
      expect(seen.at(-1)).toMatchObject({
        created_at: '2026-05-01T00:00:00.000+00:00',
        input: { prompt: body.prompt },
      });
      expect((await api.post(body)).body).toEqual(seen.at(-1));
      time += 10 * 365 * 24 * 3600 * 1000;
      expect((await api.post(body)).body.id).toBe(id);
    });
  });

  it('cancels a task once, and for good', async () => {
    let time = 0;
    await withReference({ now: () => time }, async (api) => {
      const { id } = (await api.post(body)).body;
      time = 20;
      const cancel = { method: 'POST', path: `/v1/tasks/${id}/cancel`, body: {} };
      const canceled = await api.call(cancel);
      expect(canceled.body).toMatchObject({ id, status: 'canceled' });
      time = 1000;
      expect((await api.call({ method: 'POST', path: cancel.path })).body).toEqual(canceled.body);
      expect((await api.post(body)).body).toEqual(canceled.body);
      const done = (await api.post({ prompt: 'b' })).body;
      time = 2000;
      expect((await api.call({ method: 'POST', path: `/v1/tasks/${done.id}/cancel` })).body.status).toBe('succeeded');
    });
  });

  it('lists in pages, the newest first, undisturbed by new tasks', async () => {
    await withReference({}, async (api) => {
      const ids: string[] = [];
      for (let i = 0; i < 45; i++) ids.unshift((await api.post({ prompt: `task ${i}` })).body.id);
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let query = ''; ; ) {
        const page = (await api.get(`/v1/tasks${query}`)).body;
        sizes.push(page.data.length);
        seen.push(...page.data.map((task: { id: string }) => task.id));
        await api.post({ prompt: 'meanwhile' });
        if (page.next_cursor === null) break;
        query = `?cursor=${page.next_cursor}`;
      }
      expect(sizes).toEqual([20, 20, 5]);
      expect(seen).toEqual(ids);
      expect((await api.get('/v1/tasks?limit=48')).body.next_cursor).toBeNull();
      expect((await api.get('/v1/tasks?limit=47')).body.next_cursor).toEqual(expect.any(String));
    });
  });

  it('ignores what the list does not know, and reads ids in any case', async () => {
    await withReference({}, async (api) => {
      const { id } = (await api.post({ prompt: 'a' })).body;
      const { data, next_cursor } = (await api.get('/v1/tasks?offset=7')).body;
      expect([data.map((task: { id: string }) => task.id), next_cursor]).toEqual([[id], null]);
      expect((await api.get(`/v1/tasks/task_${id.slice(5).toLowerCase()}`)).body.id).toBe(id);
    });
  });

  it('waits for the end when asked to, and no longer than asked', async () => {
    await withReference({}, async (api) => {
      const prompt = 'a';
      expect((await api.post({ prompt }, { headers: { Prefer: 'respond-async, wait=5' } })).body.status).toBe(
        'succeeded',
      );
    });
    await withReference({ timing: { runningAfterMs: 10, finishedAfterMs: 60_000 } }, async (api) => {
      const from = performance.now();
      expect((await api.post(body, { headers: { Prefer: 'wait=1' } })).body.status).toBe('running');
      expect(performance.now() - from).toBeGreaterThan(950);
      const waiting = api.post(body, { headers: { Prefer: 'wait=20' }, fresh: true });
      const { id } = (await api.post(body)).body;
      await api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
      expect((await waiting).body).toMatchObject({ id, status: 'canceled' });
    });
  });
});
