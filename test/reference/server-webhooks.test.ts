import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { correctFor } from '../../reference/server/correct.js';
import { Resources } from '../../reference/server/resources.js';
import { startReference } from '../../reference/server/start.js';
import { Webhooks } from '../../reference/server/webhooks.js';
import { worldOf } from '../../reference/server/world.js';
import { expectRefusal, isTask, withReference } from './server-caller.js';
import { answers, isFresh, isSigned, openReceiver, takes, withReceiver } from './server-receiver.js';

const timing = { runningAfterMs: 10, finishedAfterMs: 40 };
const idle = { runningAfterMs: 10, finishedAfterMs: 60_000 };
const webhookRetriesMs = [100, 200, 300];

describe('events', () => {
  it('tell the end of a task once, however often it is asked for', async () => {
    await withReceiver(takes, async (receiver) => {
      await withReference({ timing }, async (api) => {
        const body = { prompt: 'Größe', idempotency_key: 'k', callback_url: `${receiver.url}?a=b` };
        const { id } = (await api.post(body)).body;
        await Promise.all(Array.from({ length: 5 }, () => api.post(body, { fresh: true })));
        expect((await api.post({ ...body, prompt: 'Another' })).status).toBe(409);
        await receiver.wait(1);
        for (let i = 0; i < 5; i++) await api.post(body);
        await sleep(150);
        expect(receiver.deliveries).toHaveLength(1);
        const [delivery] = receiver.deliveries as [(typeof receiver.deliveries)[0]];
        expect(delivery.path).toBe('/hook?a=b');
        expect(delivery.headers['content-type']).toBe('application/json');
        expect(delivery.event).toEqual({
          id: expect.stringMatching(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/),
          type: 'task.succeeded',
          created: expect.any(String),
          data: (await api.get(`/v1/tasks/${id}`)).body,
        });
        expect(isTask(delivery.event.data)).toBe(true);
        expect(Math.abs(Date.parse(delivery.event.created) - delivery.at)).toBeLessThan(5000);
        expect([isSigned(delivery, api), isFresh(delivery)]).toEqual([true, true]);
      });
    });
  });

  it('have an id for each task, with and without a key', async () => {
    await withReceiver(takes, async (receiver) => {
      await withReference({ timing }, async (api) => {
        const made: string[] = [];
        for (let i = 0; i < 10; i++) {
          made.push(
            (await api.post({ prompt: 'a', callback_url: receiver.url.replace('127.0.0.1', '127.1') })).body.id,
          );
        }
        const seen = await receiver.wait(10);
        expect(new Set(seen.map(({ event }) => event.id)).size).toBe(10);
        expect(seen.map(({ event }) => event.data.id).sort()).toEqual(made.sort());
      });
    });
  });

  it('tell of a cancellation at once, and of no success later', async () => {
    await withReceiver(takes, async (receiver) => {
      const slower = { runningAfterMs: 10, finishedAfterMs: 400 };
      await withReference({ timing: slower }, async (api) => {
        const localhost = receiver.url.replace('127.0.0.1', 'localhost');
        const { id } = (await api.post({ prompt: 'a', callback_url: localhost })).body;
        const canceled = await api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
        await receiver.wait(1);
        await api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
        await sleep(500);
        expect(receiver.deliveries.map(({ event }) => [event.type, event.data])).toEqual([
          ['task.canceled', canceled.body],
        ]);
      });
    });
  });
});

describe('redelivery', () => {
  it('sends the same event again on schedule, newly signed, until it is taken', async () => {
    await withReceiver(answers(500, 302, 404), async (receiver) => {
      await withReference({ timing, webhookRetriesMs }, async (api) => {
        await api.post({ prompt: 'a', callback_url: receiver.url });
        const seen = await receiver.wait(4);
        await sleep(400);
        expect(seen).toHaveLength(4);
        expect(new Set(seen.map(({ text }) => text)).size).toBe(1);
        // Redirects are not followed.
        expect(seen.every((delivery) => delivery.path === '/hook' && isSigned(delivery, api))).toBe(true);
        const pauses = seen.slice(1).map(({ at }, i) => at - (seen[i]?.at ?? 0));
        for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual((webhookRetriesMs[i] ?? 0) - 5);
      });
    });
  });

  it('gives up at the end of the schedule', async () => {
    await withReceiver(answers(...Array(9).fill(503)), async (receiver) => {
      await withReference({ timing, webhookRetriesMs: [10, 10, 10] }, async (api) => {
        await api.post({ prompt: 'a', callback_url: receiver.url });
        await receiver.wait(4);
        await sleep(200);
        expect(receiver.deliveries).toHaveLength(4);
      });
    });
  });

  it('takes a connection that breaks for a delivery that was not taken', async () => {
    await withReceiver(
      (outgoing, count, incoming) => (count === 1 ? incoming.socket.destroy() : takes(outgoing, count, incoming)),
      async (receiver) => {
        await withReference({ timing, webhookRetriesMs: [10] }, async (api) => {
          await api.post({ prompt: 'a', callback_url: receiver.url });
          expect(new Set((await receiver.wait(2)).map(({ event }) => event.id)).size).toBe(1);
        });
      },
    );
  });
});

describe('callback URLs', () => {
  const refused = [
    'http://a.example/',
    'http://127.0.0.1.example/',
    'http://10.0.0.1/',
    'ftp://localhost/',
    'ws://[::1]/',
  ];

  it.each(refused)('refuses %s', async (callback_url) => {
    await withReference({}, async (api) => {
      const answer = await api.post({ prompt: 'a', callback_url });
      expectRefusal(answer, 422, 'validation_failed');
      expect(answer.body.error.message).toContain('/callback_url must match pattern');
      expect(await api.ids()).toEqual([]);
    });
  });

  const accepted = ['https://a.example/', 'http://localhost:1/', 'http://127.9.9.9:1/', 'http://[::1]:1/'];

  it.each(accepted)('accepts %s', async (callback_url) => {
    await withReference({ timing: idle }, async (api) => {
      expect((await api.post({ prompt: 'a', callback_url })).status).toBe(200);
    });
  });

  it('are recorded beyond loopback, and never called', async () => {
    const world = worldOf(loadContract('moda'));
    const options = { world, behaviour: correctFor(world), now: () => 0, secret: '', retriesMs: [] };
    const webhooks = new Webhooks(options);
    const resources = new Resources({ runningAfterMs: 0, finishedAfterMs: 0 }, world.newId);
    const urls = [
      'https://a.example/',
      'https://localhost.a.example/',
      'https://192.168.0.1/',
      'https://[::2]/',
      'no URL',
    ];
    for (const url of urls) webhooks.watch(resources.create('create', 'owner', {}, 0), url);
    expect(webhooks.withheld).toEqual(urls);
    await webhooks.close();
  });
});

describe('closing', () => {
  it('does not wait for tasks, retries or receivers, and sends nothing more', async () => {
    const silent = await openReceiver(() => {});
    const refusing = await openReceiver(answers(...Array(9).fill(500)));
    await withReference({ timing: { runningAfterMs: 0, finishedAfterMs: 30 }, webhookRetriesMs: [50] }, async (api) => {
      for (const { url } of [silent, refusing]) await api.post({ prompt: 'a', callback_url: url });
      await Promise.all([silent.wait(1), refusing.wait(1)]);
      await api.post({ prompt: 'late', callback_url: refusing.url });
      const from = performance.now();
      await api.reference?.close();
      expect(performance.now() - from).toBeLessThan(1000);
    });
    await sleep(150);
    expect([silent.deliveries.length, refusing.deliveries.length]).toEqual([1, 1]);
    await Promise.all([silent.close(), refusing.close()]);
  });

  it('works from a thread of its own, which tells its secret', async () => {
    await withReceiver(takes, async (receiver) => {
      const reference = await startReference({ timing });
      const headers = { authorization: `Bearer ${reference.keys[0]}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ prompt: 'a', callback_url: receiver.url });
      await (await fetch(`${reference.url}/v1/tasks`, { method: 'POST', headers, body })).json();
      const [delivery] = await receiver.wait(1);
      expect(reference.webhookSecret).toMatch(/^demo_secret_[0-9a-f]+$/);
      expect(delivery?.event.type).toBe('task.succeeded');
      await reference.close();
    });
  });
});
