import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Api, openSocket, rawHead, withReference } from './server-caller.js';

const body = JSON.stringify({ prompt: 'Größe', idempotency_key: 'k' });

interface Answered {
  status: number;
  arrivedAt: number;
  id: string;
}

function headOf(api: Api): Record<string, string> {
  const authorization = `Bearer ${api.keys[0]}`;
  return { ':method': 'POST', ':path': '/v1/tasks', authorization, 'content-type': 'application/json' };
}

async function post(session: ClientHttp2Session, api: Api): Promise<Answered> {
  const stream = session.request(headOf(api));
  let head: Record<string, unknown> = {};
  stream.on('response', (headers) => {
    head = { ...headers };
  });
  stream.end(body);
  let text = '';
  for await (const chunk of stream) text += chunk;
  return { status: Number(head[':status']), arrivedAt: Number(head['x-arrived-at']), id: JSON.parse(text).id };
}

describe('HTTP/2 with prior knowledge, on the same port', () => {
  it('is answered as HTTP/1.1 is, and over both the arrival is stamped', async () => {
    await withReference({}, async (api) => {
      const session = connect(api.url);
      const before = performance.timeOrigin + performance.now();
      const answers = await Promise.all([post(session, api), post(session, api), post(session, api)]);
      const first = await api.post(body);
      const after = performance.timeOrigin + performance.now();
      for (const { status, id } of answers) expect([status, id]).toEqual([200, first.body.id]);
      for (const at of [...answers.map((one) => one.arrivedAt), Number(first.headers['x-arrived-at'])]) {
        expect(at).toBeGreaterThan(before);
        expect(at).toBeLessThan(after);
      }
      session.destroy();
    });
  });

  it('is told apart however the first bytes come', async () => {
    await withReference({}, async (api) => {
      const http2 = await openSocket(api);
      // The preface and empty settings; the answer begins with settings, too: frame type 4.
      const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
      for (const byte of preface) {
        http2.write(Buffer.from([byte]));
        await sleep(2);
      }
      const [frame] = (await once(http2, 'data')) as [Buffer];
      expect(frame[3]).toBe(4);
      http2.destroy();
      for (const part of [1, 2, 3, 20]) {
        const raw = await openSocket(api);
        const request = rawHead(api, Buffer.byteLength(body), 'Connection: close') + body;
        raw.write(request.slice(0, part));
        await sleep(20);
        raw.write(request.slice(part));
        let text = '';
        for await (const chunk of raw) text += chunk;
        expect(text).toMatch(/^HTTP\/1\.1 200 OK/);
      }
      const hasty = await openSocket(api);
      hasty.end('PRI');
      await new Promise((resolve) => hasty.resume().once('close', resolve));
      expect((await api.post(body)).status).toBe(200);
    });
  });

  it('knows who hangs up and who has the answer', async () => {
    await withReference({ fault: 'hang-up-forgets' }, async (api) => {
      const session = connect(api.url);
      const first = await post(session, api);
      await sleep(20);
      expect((await post(session, api)).id).toBe(first.id);
      const lost = session.request(headOf(api));
      lost.on('error', () => {}).end(body);
      await sleep(5);
      session.destroy();
      await sleep(40);
      expect(await api.ids()).toHaveLength(1);
    });
  });

  it('knows connections from streams, and closes with sessions open', async () => {
    await withReference({ fault: 'records-per-connection' }, async (api) => {
      const [one, two] = [connect(api.url), connect(api.url)];
      for (const session of [one, two]) session.on('error', () => {});
      const ids = [await post(one, api), await post(one, api), await post(two, api)].map(({ id }) => id);
      expect(ids[1]).toBe(ids[0]);
      expect(ids[2]).not.toBe(ids[0]);
    });
  });
});
