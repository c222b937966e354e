/** Compressed answers and byte order marks, over both protocols: what arrives is what was meant, and no more than the limit. */
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Outcome } from '../../history/history.js';
import { clientFor, startTarget } from './target.js';

const COMPRESS: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gzipSync(bytes),
  'X-GZip': (bytes) => gzipSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  Deflate: (bytes) => deflateRawSync(bytes),
  identity: (bytes) => bytes,
};

const MARKS: Record<string, (text: string) => Buffer> = {
  none: (text) => Buffer.from(text),
  'UTF-8': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16LE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

interface Sent {
  coding: string;
  bytes: Buffer;
}

/** What a client reads where every answer is the one that `next` holds. */
async function readers(): Promise<Record<'h1' | 'h2', (answer: Sent, limit?: number) => Promise<Outcome>>> {
  let next: Sent = { coding: '', bytes: Buffer.alloc(0) };
  const headers = () => ({ 'content-type': 'application/json', 'content-encoding': next.coding });
  const plain = await startTarget((_, __, response) => {
    response.writeHead(200, headers()).end(next.bytes);
    return undefined;
  });
  const server = createHttp2((_, response) => response.writeHead(200, headers()).end(next.bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const other = clientFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { transport: 'h2' });
  await other.open();
  onTestFinished(async () => {
    await other.close();
    server.close();
  });
  const reading = (client: typeof other) => async (answer: Sent, limit?: number) => {
    next = answer;
    return (await client.read('/tasks', 'first', undefined, limit)).outcome;
  };
  return { h1: reading(clientFor(plain.url)), h2: reading(other) };
}

const layered = (text: Buffer, codings: string[]): Sent => ({
  coding: codings.join(', '),
  bytes: codings.reduce((inner, coding) => (COMPRESS[coding] as (bytes: Buffer) => Buffer)(inner), text),
});

describe.each(['h1', 'h2'] as const)('over %s', (transport) => {
  test('text in any codings and with any mark arrives as it was meant, and its headers as sent', async () => {
    const read = (await readers())[transport];
    const codings = fc.array(fc.constantFrom(...Object.keys(COMPRESS)), { maxLength: 3 });
    const mark = fc.constantFrom(...Object.keys(MARKS));
    await fc.assert(
      fc.asyncProperty(fc.json(), codings, mark, async (text, layers, marked) => {
        const sent = layered((MARKS[marked] as (text: string) => Buffer)(text), layers);
        const outcome = await read(sent);
        expect(outcome).toMatchObject({ kind: 'answer', status: 200, body: text });
        expect(outcome).toHaveProperty(['headers', 'content-encoding'], sent.coding);
      }),
      { numRuns: 60 },
    );
  });

  test('a bomb is read up to the limit', async () => {
    const read = (await readers())[transport];
    const bomb = layered(Buffer.alloc(64 * 1024 * 1024, 'a'), ['gzip', 'gzip']);
    const before = process.memoryUsage().arrayBuffers;
    const outcome = await read(bomb);
    expect(outcome).toMatchObject({ kind: 'answer', truncated: true, body: 'a'.repeat(1024 * 1024) });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    expect(await read(bomb, 10)).toMatchObject({ kind: 'unknown' });
  });

  test('JSON under the name of an unknown coding is read as it is, and nothing else is', async () => {
    const read = (await readers())[transport];
    const coding = fc.constantFrom('UTF-8', 'none', 'application/json', 'utf-8, zstd', 'aws-chunked, x-own');
    await fc.assert(
      fc.asyncProperty(fc.json(), coding, async (text, named) => {
        expect(await read({ coding: named, bytes: Buffer.from(text) })).toMatchObject({ kind: 'answer', body: text });
        const broken = Buffer.concat([Buffer.from('["'), Buffer.from([0xff]), Buffer.from(`",${text}]`)]);
        for (const bytes of [broken, Buffer.from(`${text}]`), gzipSync(text)])
          expect(await read({ coding: named, bytes })).toMatchObject({ kind: 'unknown' });
      }),
      { numRuns: 20 },
    );
  });

  test('what cannot be read is an unknown outcome that says why', async () => {
    const read = (await readers())[transport];
    const whole = gzipSync('{"id":"task_1"}');
    const unread = async (coding: string, bytes: Buffer) => {
      const outcome = await read({ coding, bytes });
      return outcome.kind === 'unknown' ? outcome.reason : outcome;
    };
    expect(await unread('zstd', whole)).toBe(
      "answered 200 with a body in the content coding 'zstd', which was not asked for",
    );
    expect(await unread('gzip, gzip, gzip, gzip', whole)).toMatch(/in the content coding 'gzip, gzip, gzip, gzip'/);
    const broken = /^answered 200 with a body that is not what its Content-Encoding 'gzip' says \(.+\)$/;
    expect(await unread('gzip', Buffer.from('{"id":"task_1"}'))).toMatch(broken);
    expect(await unread('gzip', whole.subarray(0, -9))).toMatch(broken);
    expect(await unread('br', whole)).toMatch(/'br' says/);
  });
});
