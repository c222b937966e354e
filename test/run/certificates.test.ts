/** Client certificates, by each protocol and through a proxy: they are shown, and two of them are two accounts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { serveReference } from '../../reference/server/server.js';
import { type RunOptions, settle } from '../../run/options.js';
import { check, checkUntil, idsWith } from './check.js';

const certificates = join(import.meta.dirname, '..', 'cli', 'certificates');
const pem = (name: string) => join(certificates, `${name}.pem`);
const read = (name: string) => readFileSync(pem(name), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'idem-certificates-'));
const open: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
afterAll(() => Promise.all(open.map((close) => close())));

const contract = join(folder, 'contract.yaml');
writeFileSync(contract, 'extends: ietf\nscope: credential\nauthentication: { scheme: certificate }\n');
const plain = join(folder, 'plain.yaml');
writeFileSync(plain, 'extends: ietf\nscope: credential\nauthentication: {}\n');

/** The reference behind TLS: whoever shows a certificate has the account of that name. */
async function gateway(fault?: string, server = 'server'): Promise<{ url: string; port: number; seen: Set<string> }> {
  const reference = await serveReference({ contract: plain, ...(fault === undefined ? {} : { fault }) });
  const seen = new Set<string>();
  const tls = { key: read('server-key'), cert: read(server), requestCert: true, allowHTTP1: true };
  const secure = createSecureServer(
    { ...tls, ca: [read('client-1'), read('client-2')] },
    async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const socket = (incoming.stream?.session?.socket ?? incoming.socket) as TLSSocket;
      const name = String(socket.getPeerCertificate().subject?.CN);
      seen.add(`${incoming.httpVersion} ${name}`);
      const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...given } = incoming.headers;
      const headers = Object.entries(given).filter(([header]) => !header.startsWith(':')) as [string, string][];
      const key = reference.keys[name === 'client-2' ? 1 : 0];
      const answer = await fetch(`${reference.url}${incoming.url}`, {
        method: incoming.method,
        headers: [...headers, ['authorization', `Bearer ${key}`]],
        ...(chunks.length > 0 ? { body: new Uint8Array(Buffer.concat(chunks)) } : {}),
      });
      outgoing.writeHead(answer.status, { 'content-type': String(answer.headers.get('content-type')) });
      outgoing.end(await answer.text());
    },
  );
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  open.push(() => secure.close(), reference.close);
  const { port } = secure.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, port, seen };
}

/** A proxy that opens tunnels to this machine. */
async function proxy(): Promise<string> {
  const server = createServer((socket: Socket) =>
    socket.once('data', (head: Buffer) => {
      const port = /^CONNECT [^:]+:(\d+) /.exec(head.toString('latin1'))?.[1];
      const far = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(far).pipe(socket);
      });
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const two = { cert: [pem('client-1'), pem('client-2')], certKey: [pem('client-1-key'), pem('client-2-key')] };
const small: RunOptions = { contract, ca: pem('ca'), profile: 'smoke', stormWidth: 3, noEffects: true };

describe.concurrent('two accounts by two certificates', () => {
  test.each(['h1', 'h2'] as const)('over %s', async (transport) => {
    const { url, seen } = await gateway();
    const only = ['SCOPE', 'REJECT-4', 'STORM-5'];
    const results = await check({ ...small, ...two, targets: [url], transport, only });
    expect([idsWith(results, 'failed', 'inconclusive'), results.stop]).toEqual([[], null]);
    expect(idsWith(results, 'passed')).toEqual(['SCOPE-1', 'SCOPE-2', 'SCOPE-3', 'STORM-5']);
    const version = transport === 'h1' ? '1.1' : '2.0';
    expect([...seen].sort()).toEqual([`${version} client-1`, `${version} client-2`]);
  });

  test('through a proxy', async () => {
    const { port, seen } = await gateway(undefined, 'elsewhere');
    const targets = [`https://api.invalid:${port}`];
    const more = { ...two, ca: pem('second-ca'), proxy: await proxy(), rate: 100_000 };
    const results = await check({ ...small, ...more, targets, only: ['SCOPE-1'] });
    expect(idsWith(results, 'passed')).toEqual(['SCOPE-1']);
    expect([...seen].sort()).toEqual(['1.1 client-1', '1.1 client-2']);
  });

  test.each([
    ['keys-global', 'SCOPE-1'],
    ['never-replays', 'REPLAY-1'],
    ['conflicts-leak', 'SCOPE-2'],
  ])('%s is failed by %s', async (fault, id) => {
    const { url } = await gateway(fault);
    const results = await checkUntil({ ...small, ...two, targets: [url], only: [id] }, [], { small: false });
    expect(idsWith(results, 'failed')).toContain(id);
  });
});

test('without one, or with two keys for one, nothing is sent', () => {
  const targets = ['https://127.0.0.1:1'];
  const [cert] = two.cert;
  expect(() => settle({ ...small, targets })).toThrow(
    /needs a client certificate\. Give cert and certKey, and once more/,
  );
  expect(() => settle({ ...small, targets, cert: [cert as string] })).toThrow(/^cert and certKey go together/);
  const wrong = { cert: [cert as string], certKey: [pem('client-2-key')] };
  expect(() => settle({ ...small, targets, ...wrong })).toThrow(/cannot be used together \(.*mismatch\)\. Give a PEM/);
});
