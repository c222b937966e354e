import { describe, expect, test } from 'vitest';
import { serveReference } from '../../reference/server/server.js';
import { ca, startHttp2, startHttps } from './http2.js';
import { clientFor, ends, exchangesOf, startTarget, storm, write } from './target.js';

async function spoken(url: string, options: Parameters<typeof clientFor>[1]): Promise<[string, (number | string)[]]> {
  const client = clientFor(url, options);
  await client.open();
  return [client.transport, ends(await exchangesOf(client, write(), storm(write(), write())))];
}

const all = [202, 202, 202];

describe('https', () => {
  test('HTTP/2 where the server offers it', async () => {
    const target = await startHttp2(undefined, { tls: true });
    expect(await spoken(target.url, { ca })).toEqual(['h2', all]);
    // One to find out, one for the plan.
    expect(target.received.map(({ session }) => session)).toEqual([1, 1, 1]);
    expect(target.received[0]?.headers[':scheme']).toBe('https');
  });

  test('HTTP/1.1 where it does not', async () => {
    for (const options of [{}, { noAlpn: true as const }]) {
      const target = await startHttps(options);
      expect(await spoken(target.url, { ca })).toEqual(['h1', all]);
      expect(target.versions).toEqual(['1.1', '1.1', '1.1']);
    }
  });

  test('HTTP/1.1 where that is wished, though both are offered', async () => {
    const target = await startHttps();
    expect(await spoken(target.url, { ca, transport: 'h1' })).toEqual(['h1', all]);
  });

  test('HTTP/2 where that is wished, though it is not spoken: nothing was sent', async () => {
    const target = await startHttps();
    const [transport, outcomes] = await spoken(target.url, { ca, transport: 'h2', timeoutMs: 2_000 });
    expect([transport, new Set(outcomes)]).toEqual(['h2', new Set(['unsent'])]);
    expect(target.versions).toEqual([]);
  });

  test('a certificate that nobody trusts opens nothing, over either protocol', async () => {
    const target = await startHttp2(undefined, { tls: true });
    for (const transport of ['auto', 'h1', 'h2'] as const) {
      const [, outcomes] = await spoken(target.url, { transport });
      expect([transport, outcomes]).toEqual([transport, ['unsent', 'unsent', 'unsent']]);
    }
    expect(target.received).toEqual([]);
  });
});

describe('http', () => {
  const ok = [200, 200, 200];

  test('HTTP/1.1, unless the caller knows better', async () => {
    const { url, keys, close } = await serveReference();
    const credentials = { first: keys[0] };
    expect(await spoken(url, { credentials })).toEqual(['h1', ok]);
    expect(await spoken(url, { credentials, h2c: true })).toEqual(['h2', ok]);
    expect(await spoken(url, { credentials, transport: 'h2' })).toEqual(['h2', ok]);
    expect(await spoken(url, { credentials, transport: 'h1', h2c: true })).toEqual(['h1', ok]);
    await close();
  });

  test('HTTP/1.1 where prior knowledge was wrong', async () => {
    const target = await startTarget();
    expect(await spoken(target.url, { h2c: true })).toEqual(['h1', all]);
  });

  test('all targets get the same protocol', async () => {
    const one = await startTarget();
    const two = await startHttp2();
    const client = clientFor('', { targets: [one.url, two.url], h2c: true });
    await client.open();
    expect(client.transport).toBe('h1');
  });
});
