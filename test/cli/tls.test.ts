/** https targets: a private authority, and the way through a proxy. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, expectRun } from './command.js';
import { frontOf, servePort } from './targets.js';

const certificates = join(import.meta.dirname, 'certificates');
const tls = {
  key: readFileSync(join(certificates, 'server-key.pem'), 'utf8'),
  cert: readFileSync(join(certificates, 'server.pem'), 'utf8'),
};
const authority = ['--ca', join(certificates, 'ca.pem')];
const smoke = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];

test.concurrent('3: a certificate that nobody here trusts, with the advice', async () => {
  const target = await frontOf({ tls });
  const ended = await command(['--target', target.url, ...smoke], target);
  expectRun(ended, 3, /was not sent: .*\. The certificate is not trusted: give its authority with --ca\.$/m);
  expect(target.requests).toEqual([]);
});

test.concurrent('0: with its authority', async () => {
  const target = await frontOf({ tls });
  expectRun(await command(['--target', target.url, ...authority, ...smoke], target), 0);
  expect(target.requests).toContain('POST /v1/tasks');
});

test.concurrent('3: with another authority', async () => {
  const target = await frontOf({ tls });
  const other = ['--ca', join(certificates, 'server.pem')];
  const words = ['--target', target.url.replace('127.0.0.1', 'localhost'), ...smoke];
  expectRun(await command([...words, ...authority], target), 0);
  expectRun(await command([...words, ...other], target), 3, 'The certificate is not trusted');
});

/** A proxy that opens tunnels and tells to where. */
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
  const far = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(far).pipe(socket);
  });
  far.on('error', () => socket.destroy());
  socket.on('error', () => far.destroy());
}

test.concurrent.each(['HTTPS_PROXY', 'https_proxy'])('0: through the proxy that %s names', async (name) => {
  const [target, proxy] = await Promise.all([frontOf({ tls }), tunnels()]);
  const env = { ...target.env, [name]: proxy.url };
  expectRun(await command(['--target', target.url, ...authority, ...smoke], { env }), 0);
  expect(new Set(proxy.opened)).toEqual(new Set([new URL(target.url).host]));
  expect(target.requests).toContain('POST /v1/tasks');
});

test.concurrent('an http target is reached without it', async () => {
  const [target, proxy] = await Promise.all([frontOf(), tunnels()]);
  const env = { ...target.env, HTTPS_PROXY: proxy.url };
  expectRun(await command(['--target', target.url, ...smoke], { env }), 0);
  expect(proxy.opened).toEqual([]);
});

test.concurrent('3: a proxy that does not answer the call', async () => {
  const target = await frontOf({ tls });
  const silent = await servePort((socket) => socket.once('data', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')));
  const env = { ...target.env, HTTPS_PROXY: silent.url };
  expectRun(await command(['--target', target.url, ...authority, ...smoke], { env }), 3, /Proxy response \(502\)/);
  expect(target.requests).toEqual([]);
});
