import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { serveReference } from '../../reference/server/server.js';
import { startReference } from '../../reference/server/start.js';
import { apiOf, openSocket, rawHead, withReference } from './server-caller.js';

const body = JSON.stringify({ prompt: 'a', idempotency_key: 'k' });

describe('concurrency', () => {
  it('makes one task of fifty equal requests, and refuses the others of another body', async () => {
    await withReference({}, async (api) => {
      const pool = new Pool(api.url, { connections: 50 });
      const bodies = Array.from({ length: 100 }, (_, i) => (i % 2 ? body : body.replace('a', 'b')));
      const answers = await Promise.all(
        bodies.map(async (each) => {
          const headers = { authorization: `Bearer ${api.keys[0]}`, 'content-type': 'application/json' };
          const answer = await pool.request({ method: 'POST', path: '/v1/tasks', headers, body: each });
          const json = (await answer.body.json()) as { id?: string };
          return { each, status: answer.statusCode, id: json.id };
        }),
      );
      await pool.close();
      const won = answers.filter(({ status }) => status === 200);
      expect(new Set(won.map(({ each }) => each)).size).toBe(1);
      expect(won).toHaveLength(50);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(50);
      expect(await api.ids()).toEqual([...new Set(won.map(({ id }) => id))]);
    });
  });
});

describe('clients that leave', () => {
  it('before the body is complete: nothing happened', async () => {
    await withReference({}, async (api) => {
      for (const part of [0, 1, body.length - 1]) {
        const socket = await openSocket(api);
        socket.write(rawHead(api, body.length) + body.slice(0, part));
        await sleep(20);
        socket.destroy();
      }
      await sleep(20);
      expect(await api.ids()).toEqual([]);
      expect((await api.post(body)).status).toBe(200);
    });
  });

  it('after the last byte, or while they wait: the task is there, once', async () => {
    await withReference({}, async (api) => {
      for (const header of [[], ['Prefer: wait=5']]) {
        const socket = await openSocket(api);
        socket.write(rawHead(api, body.length, ...header) + body);
        await sleep(20);
        socket.resetAndDestroy();
      }
      await sleep(50);
      const { id } = (await api.post(body)).body;
      expect(await api.ids()).toEqual([id]);
    });
  });

  it('answers a request that expects 100-continue', async () => {
    await withReference({}, async (api) => {
      const socket = await openSocket(api);
      socket.write(rawHead(api, body.length, 'Expect: 100-continue', 'Connection: close'));
      let text = '';
      for await (const chunk of socket) {
        if (text === '') socket.write(body);
        text += chunk;
      }
      expect(text).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/);
      expect(await api.ids()).toHaveLength(1);
    });
  });
});

describe('starting and stopping', () => {
  it('runs in a thread of its own, and frees its port', async () => {
    const reference = await startReference({
      fault: 'never-replays',
      timing: { runningAfterMs: 0, finishedAfterMs: 0 },
    });
    const client = new Client(reference.url);
    const api = apiOf(reference.url, reference.keys, client);
    expect(reference.keys[0]).toMatch(/^demo_key_[0-9a-f]+$/);
    expect((await api.post(body)).body.status).toBe('succeeded');
    expect((await api.post(body)).status).toBe(200);
    expect(await api.ids()).toHaveLength(2);
    await client.close();
    await reference.close();
    const again = await startReference({ port: Number(new URL(reference.url).port) });
    expect(again.url).toBe(reference.url);
    await again.close();
  });

  it('says in one sentence why it cannot start', async () => {
    const first = await serveReference();
    const port = Number(new URL(first.url).port);
    for (const start of [startReference, serveReference]) {
      await expect(start({ port })).rejects.toThrow(`Port ${port} is taken: choose another, or 0 for any free one.`);
      await expect(start({ port: 70_000 })).rejects.toThrow('70000 is not a port: give a whole number from 0 to 65535');
      await expect(start({ port: 1.5 })).rejects.toThrow('1.5 is not a port');
      await expect(start({ fault: 'never-replay' })).rejects.toThrow("Did you mean 'never-replays'?");
    }
    await first.close();
  });
});
