/** https targets: a private authority, and the way through a proxy. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, expectRun, withKey } from './command.js';
import { frontOf, servePort } from './targets.js';

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

test.concurrent('3: a certificate that is not trusted, with the advice', async () => {
  const target = await frontOf({ tls });
  const ended = await command(['--target', target.url, ...second, ...smoke], target);
  expectRun(ended, 3, /was not sent: .*\. The certificate is not trusted: give its authority with --ca\. /);
  expect(target.requests).toEqual([]);
});

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

test.concurrent('3: a proxy that opens no way, without its password', async () => {
  const proxy = await servePort((socket) => socket.once('data', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')));
  const env = { ...withKey.env, HTTPS_PROXY: proxy.url.replace('//', '//someone:s3cret-of-proxy@') };
  const ended = await command(far(1), { env });
  expectRun(
    ended,
    3,
    /Proxy response \(502\).* That is the proxy 127\.\S+ \(HTTPS_PROXY\), which opens no way to the target: allow it there, or reach the target without it: NO_PROXY=api\.invalid\.$/m,
  );
  expect(ended.stdout + ended.stderr).not.toContain('s3cret-of-proxy');
});
