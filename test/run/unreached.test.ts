/** Targets that cannot be reached, or not in this way: what a run says is wrong, and what it says to do. */
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { closedPort, closeTargets, frontOf, servePort } from '../cli/targets.js';
import { check } from './check.js';

afterAll(closeTargets);

const certificates = join(import.meta.dirname, '../cli/certificates');
const pem = (name: string) => join(certificates, `${name}.pem`);
const read = (name: string) => readFileSync(pem(name), 'utf8');
const key = read('server-key');
const withCertificate = (name: string) => ({ key, cert: read(name) });
const tls = withCertificate('server');

test.concurrent.each<[name: string, certificate: string, more: RunOptions, advice: RegExp]>([
  ['of an authority that is not trusted', 'server', {}, /The certificate is not trusted: give its authority with ca\./],
  [
    'of another authority than the one given',
    'server',
    { ca: pem('second-ca') },
    /is not trusted: give its authority with ca\./,
  ],
  ['that is signed by itself', 'self-signed', {}, /is signed by itself: where that is meant, .* with ca\.$/m],
  [
    'that has run out',
    'expired',
    { ca: pem('second-ca') },
    /CERT_HAS_EXPIRED\)\. The certificate of the target has run out: renew it\.$/m,
  ],
  [
    'that is not valid yet',
    'future',
    { ca: pem('second-ca') },
    /is not valid yet: check the clocks of both machines\.$/m,
  ],
  [
    'of another host',
    'elsewhere',
    { ca: pem('second-ca') },
    /belongs to another host: give in targets a name that it lists, or/,
  ],
])('a certificate %s', async (_, certificate, more, advice) => {
  const target = await frontOf({ tls: withCertificate(certificate) });
  expect(await obstacle({ targets: [target.url], ...more })).toMatch(advice);
  expect(target.requests).toEqual([]);
});

test.concurrent.each(['TLSv1.2', 'TLSv1.3'] as const)('a client certificate is wanted, %s', async (maxVersion) => {
  const target = await frontOf({ tls: { ...tls, requestCert: true, maxVersion } });
  const said = await obstacle({ targets: [target.url], ca: pem('ca') });
  expect(said).toMatch(/The target probably wants a client certificate, or another one: give it with cert and certKey/);
  expect(target.requests).toEqual([]);
});

/** Ports, and how they are asked wrongly. */
const protocols: [name: string, target: () => Promise<{ url: string }>, more: RunOptions, advice: RegExp][] = [
  [
    'http to TLS',
    async () => wrongly(await frontOf({ tls })),
    {},
    /speaks TLS: give https:\/\/127\.\S+ as targets\.$/m,
  ],
  [
    'https to plain HTTP',
    async () => wrongly(await frontOf()),
    {},
    /HTTP without TLS: give http:\/\/127\.\S+ as targets/,
  ],
  ['HTTP/1.1 to HTTP/2', () => http2(createServer()), {}, /speaks HTTP\/2 and not HTTP\/1\.1: say so with h2c\./],
  ['https to HTTP/2 without TLS', async () => wrongly(await http2(createServer())), {}, /HTTP without TLS: give http:/],
  ['HTTP/2 to HTTP/1.1', () => frontOf(), { transport: 'h2' }, /HTTP\/1\.1 and not HTTP\/2: leave out transport\./],
  ['HTTP/2 to TLS', () => frontOf({ tls }), { transport: 'h2', ca: pem('ca') }, /not HTTP\/2: leave out transport\./],
  [
    'HTTP/1.1 to HTTP/2 over TLS',
    () => http2(createSecureServer(tls), 'https'),
    { transport: 'h1', ca: pem('ca') },
    /speaks HTTP\/2 and not HTTP\/1\.1: leave out transport\./,
  ],
  [
    'http to a server that answers plain HTTP with an error',
    () => servePort((socket) => socket.once('data', (bytes: Buffer) => eitherWay(socket, bytes))),
    {},
    /answered 400: The plain HTTP request was sent to HTTPS port\. That port speaks TLS: give https:/,
  ],
];

test.concurrent.each(protocols)('%s', async (_, target, more, advice) => {
  const { url } = await target();
  expect(await obstacle({ targets: [url], ...more })).toMatch(advice);
});

function wrongly({ url }: { url: string }): { url: string } {
  return { url: url.startsWith('https:') ? url.replace('https:', 'http:') : url.replace('http:', 'https:') };
}

async function http2(server: Http2Server, scheme = 'http'): Promise<{ url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** TLS, and an error in clear text for what is not, as some servers do. */
function eitherWay(socket: Socket, first: Buffer): void {
  if (first[0] === 0x16) {
    const far = new TLSSocket(socket, { isServer: true, ...tls });
    far.on('error', () => {});
    socket.unshift(first);
    return;
  }
  const text = 'The plain HTTP request was sent to HTTPS port';
  socket.end(`HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
}

const saying = (text: string) => () => servePort((socket) => socket.once('data', () => socket.end(text)));

test.concurrent.each<[name: string, proxy: () => Promise<{ url: string }>, advice: RegExp]>([
  [
    'refuses',
    saying('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
    /Proxy response \(502\).* That is the proxy 127\.\S+ \(proxy\), which opens no way to the target: allow it there, or reach the target without it: noProxy=api\.invalid\.$/m,
  ],
  [
    'wants a user',
    saying('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\n\r\n'),
    /which wants a user and a password: write them into its address, as USER:PASSWORD@127\.\S+, or/,
  ],
  ['is not there', closedPort, /ECONNREFUSED.* That is the proxy \S+ \(proxy\), which does not answer: check/],
  ['hangs up', saying(''), /Between here and there is the proxy \S+ \(proxy\): check that it opens tunnels/],
])('a proxy that %s', async (_, proxy, advice) => {
  const { url } = await proxy();
  const more = { proxy: url.replace('//', '//someone:s3cret-of-proxy@'), timeout: 2 };
  const said = await obstacle({ targets: ['https://api.invalid'], ...more });
  expect(said).toMatch(advice);
  expect(said).not.toContain('s3cret-of-proxy');
});

/** Of a run that sends nothing but its first requests. */
async function obstacle(options: RunOptions): Promise<string | undefined> {
  const results = await check({ credentials: { first: 'sk_0123456789abcdef' }, profile: 'smoke', ...options });
  expect([results.exitCode, results.stop?.kind]).toEqual([3, 'obstacle']);
  return results.stop?.message;
}
