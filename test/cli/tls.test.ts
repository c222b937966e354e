/** https targets: certificates, the protocol that a port speaks, and the way through a proxy. */
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer, type Http2Server } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { command, expectRun, withKey } from './command.js';
import { closedPort, frontOf, servePort } from './targets.js';

const certificates = join(import.meta.dirname, 'certificates');
const pem = (name: string) => join(certificates, `${name}.pem`);
const read = (name: string) => readFileSync(pem(name), 'utf8');
const key = read('server-key');
const withCertificate = (name: string) => ({ key, cert: read(name) });
const tls = withCertificate('server');
const authority = ['--ca', pem('ca')];
const second = ['--ca', pem('second-ca')];
const smoke = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];

test.concurrent('0: with its authority, or the certificate that is signed by itself', async () => {
  const [target, own] = [await frontOf({ tls }), await frontOf({ tls: withCertificate('self-signed') })];
  expectRun(await command(['--target', target.url, ...authority, ...smoke], target), 0);
  expect(target.requests).toContain('POST /v1/tasks');
  expectRun(await command(['--target', own.url, '--ca', pem('self-signed'), ...smoke], own), 0);
});

test.concurrent.each<[name: string, certificate: string, words: string[], advice: RegExp]>([
  [
    'of an authority that is not trusted',
    'server',
    [],
    /The certificate is not trusted: give its authority with --ca\./,
  ],
  ['of another authority than the one given', 'server', second, /is not trusted: give its authority with --ca\./],
  ['that is signed by itself', 'self-signed', [], /is signed by itself: where that is meant, .* with --ca\.$/m],
  [
    'that has run out',
    'expired',
    second,
    /CERT_HAS_EXPIRED\)\. The certificate of the target has run out: renew it\.$/m,
  ],
  ['that is not valid yet', 'future', second, /is not valid yet: check the clocks of both machines\.$/m],
  ['of another host', 'elsewhere', second, /belongs to another host: give in --target a name that it lists, or/],
])('3: a certificate %s, with what to do', async (_, certificate, words, advice) => {
  const target = await frontOf({ tls: withCertificate(certificate) });
  const ended = await command(['--target', target.url, ...words, ...smoke], target);
  expectRun(ended, 3, advice);
  expect(ended.stderr).toMatch(/POST https:\S+ was not sent: /);
  if (words === second && certificate !== 'server') expect(ended.stderr).not.toContain('--ca');
  expect(target.requests).toEqual([]);
});

test.concurrent.each(['TLSv1.2', 'TLSv1.3'] as const)('3: a client certificate is wanted, %s', async (maxVersion) => {
  const target = await frontOf({ tls: { ...tls, requestCert: true, maxVersion } });
  const ended = await command(['--target', target.url, ...authority, ...smoke], target);
  expectRun(ended, 3, /The target probably wants a client certificate, which cannot be given here: put a proxy/);
  expect(target.requests).toEqual([]);
});

/** Ports, and how they are asked wrongly. */
const protocols: [name: string, target: () => Promise<{ url: string }>, words: string[], advice: RegExp][] = [
  [
    'http to TLS',
    async () => wrongly(await frontOf({ tls })),
    [],
    /speaks TLS: give https:\/\/127\.\S+ as --target\.$/m,
  ],
  [
    'https to plain HTTP',
    async () => wrongly(await frontOf()),
    [],
    /HTTP without TLS: give http:\/\/127\.\S+ as --target/,
  ],
  ['HTTP/1.1 to HTTP/2', () => http2(createServer()), [], /speaks HTTP\/2 and not HTTP\/1\.1: say so with --h2c\./],
  ['https to HTTP/2 without TLS', async () => wrongly(await http2(createServer())), [], /HTTP without TLS: give http:/],
  ['HTTP/2 to HTTP/1.1', () => frontOf(), ['--transport', 'h2'], /HTTP\/1\.1 and not HTTP\/2: leave out --transport\./],
  [
    'HTTP/2 to TLS',
    () => frontOf({ tls }),
    ['--transport', 'h2', ...authority],
    /not HTTP\/2: leave out --transport\./,
  ],
  [
    'HTTP/1.1 to HTTP/2 over TLS',
    () => http2(createSecureServer(tls), 'https'),
    ['--transport', 'h1', ...authority],
    /speaks HTTP\/2 and not HTTP\/1\.1: leave out --transport\./,
  ],
  [
    'http to a server that answers plain HTTP with an error',
    () => servePort((socket) => socket.once('data', (bytes: Buffer) => eitherWay(socket, bytes))),
    [],
    /answered 400: The plain HTTP request was sent to HTTPS port\. That port speaks TLS: give https:/,
  ],
];

test.concurrent.each(protocols)('3: %s', async (_, target, words, advice) => {
  const { url } = await target();
  expectRun(await command(['--target', url, ...words, ...smoke], withKey), 3, advice);
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

/** A proxy that opens tunnels and says to where; names that cannot be resolved lead to this machine. */
async function tunnels(): Promise<{ url: string; opened: string[] }> {
  const opened: string[] = [];
  const { url } = await servePort((socket) =>
    socket.once('data', (head: Buffer) => open(socket, head.toString('latin1'), opened)),
  );
  return { url, opened };
}

function open(socket: Socket, head: string, opened: string[]): void {
  const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
  opened.push(`${host}:${port}`);
  const far = connect(Number(port), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(far).pipe(socket);
  });
  far.on('error', () => socket.destroy());
  socket.on('error', () => far.destroy());
}

/** A target off loopback, as far as its name says. */
const far = (port: number) => [
  ...['--target', `https://api.invalid:${port}`, ...second, ...smoke],
  ...['--rate', '100000', '--no-effects'],
];

test.concurrent.each(['HTTPS_PROXY', 'https_proxy'])('0: through the proxy that %s names', async (name) => {
  const [target, proxy] = await Promise.all([frontOf({ tls: withCertificate('elsewhere') }), tunnels()]);
  const env = { ...target.env, [name]: proxy.url, NO_PROXY: 'other.invalid' };
  expectRun(await command(far(target.port), { env }), 0);
  expect(new Set(proxy.opened)).toEqual(new Set([`api.invalid:${target.port}`]));
  expect(target.requests).toContain('POST /v1/tasks');
});

test.concurrent('what NO_PROXY names is not sent to it, and nothing of loopback or http is', async () => {
  const [target, plain, proxy] = await Promise.all([frontOf({ tls }), frontOf(), tunnels()]);
  const proxied = { HTTPS_PROXY: proxy.url };
  const secure = ['--target', target.url, ...authority, ...smoke];
  expectRun(await command(secure, { env: { ...target.env, ...proxied } }), 0);
  expectRun(await command(['--target', plain.url, ...smoke], { env: { ...plain.env, ...proxied } }), 0);
  const env = { ...target.env, ...proxied, NO_PROXY: 'example.com, .invalid' };
  expectRun(
    await command(far(target.port), { env }),
    3,
    /was not sent: getaddrinfo \S+ api\.invalid.* Nothing listens/,
  );
  expect(proxy.opened).toEqual([]);
});

const saying = (text: string) => () => servePort((socket) => socket.once('data', () => socket.end(text)));

test.concurrent.each<[name: string, proxy: () => Promise<{ url: string }>, advice: RegExp]>([
  [
    'refuses',
    saying('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
    /Proxy response \(502\).* That is the proxy 127\.\S+ of HTTPS_PROXY, which opens no way to the target: allow it there, or reach the target without it: NO_PROXY=api\.invalid\.$/m,
  ],
  [
    'wants a user',
    saying('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\n\r\n'),
    /which wants a user and a password: write them into it as http:\/\/USER:PASSWORD@127\.\S+, or/,
  ],
  ['is not there', closedPort, /ECONNREFUSED.* That is the proxy \S+ of HTTPS_PROXY, which does not answer: check/],
  ['hangs up', saying(''), /Between here and there is the proxy \S+ of HTTPS_PROXY: check that it opens tunnels/],
])('3: a proxy that %s', async (_, proxy, advice) => {
  const { url } = await proxy();
  const env = { ...withKey.env, HTTPS_PROXY: url.replace('//', '//someone:s3cret-of-proxy@') };
  const ended = await command([...far(1), '--timeout', '2'], { env });
  expectRun(ended, 3, advice);
  expect(ended.stdout + ended.stderr).not.toContain('s3cret-of-proxy');
});
