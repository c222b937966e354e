/** No way of sending leads to a production host, however the host is written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { run } from '../../run/run.js';
import { fixture } from '../reports/fixtures.js';
import { openShop, shopContract } from '../run/shop.js';
import { start } from './command.js';
import { said } from './in-process.js';
import { serve } from './targets.js';

const body = { 'b.json': '{"note":"a"}' };
const endpoint = ['--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body', 'b.json'];
const own = (entry: string) => ({ 'c.json': JSON.stringify({ extends: 'ietf', productionHosts: [entry] }) });
const results = (target: string) => ({
  'results.json': JSON.stringify({ ...fixture('failing'), targets: [target], fault: null }),
});
const failed = fixture('failing').requirements.find(({ findings }) => findings.length > 0)?.id as string;

/** Ways to send to an address; those without a contract of their own are held to the hosts of the contracts that ship. */
const shipped: [name: string, words: (url: string) => string[], files?: (url: string) => Record<string, string>][] = [
  ['--target', (url) => ['--target', url]],
  ['a second replica', (url) => ['--target', 'http://127.0.0.1:1', '--target', url]],
  ['another contract', (url) => ['--target', url, '--contract', 'ietf']],
  ['flags', (url) => ['--target', url, ...endpoint], () => body],
  ['a contract without any', (url) => ['--target', url, '--contract', './c.json'], () => own('other.example')],
  ['--webhook-url', (url) => ['--target', 'http://127.0.0.1:1', '--webhook-url', url]],
  ['--dry-run', (url) => ['--target', url, '--dry-run']],
  ['the configuration file', () => [], (url) => ({ 'idem-conformance.yaml': `target: ${JSON.stringify(url)}\n` })],
  ['init', (url) => ['init', ...endpoint, '--target', url], () => body],
  [
    'replay --target',
    (url) => ['replay', failed, '--from', 'results.json', '--target', url],
    () => results('http://127.0.0.1:1'),
  ],
];

const spellings = fc
  .record({
    user: fc.nat(),
    dot: fc.constantFrom('', '.'),
    port: fc.constantFrom('', ':1'),
    path: fc.constantFrom('', '/v1'),
  })
  .map(({ user, dot, port, path }) => {
    const host = [...'api.moda.app'].map((one, n) => ((user >> n) & 1 ? one.toUpperCase() : one)).join('');
    return `https://${host}${dot}${port}${path}`;
  });

describe('production', () => {
  test.each(shipped)('a host of a contract that ships, by %s', async (_, words, files = () => ({})) => {
    for (const url of fc.sample(spellings, 3)) {
      const ended = await said(words(url), files(url));
      expect(ended, url).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^idem-conformance: api\.moda\.app is a production host of the contract 'moda'/),
      });
    }
  });

  test('a host of the contract itself, under a wildcard', async () => {
    const files = own('*.Shop.invalid');
    for (const url of ['http://eu.api.shop.invalid', 'http://SHOP.invalid.:8080/v1']) {
      const ended = await said(['--target', url, '--contract', './c.json'], files);
      expect(ended).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/shop\.invalid is a production host of the/),
      });
    }
    const allowed = [
      '--target',
      'http://127.0.0.1:1',
      '--contract',
      './c.json',
      '--profile',
      'smoke',
      '--only',
      'CREATE-1',
    ];
    expect((await said(allowed, files)).code).toBe(3);
    expect((await said([...allowed, '--allow-production'], own('127.0.0.1'))).code).toBe(3);
    expect((await said(allowed, own('http://127.0.0.1:8080/'))).code).toBe(2);
  });

  test('the library', async () => {
    await expect(run({ targets: ['https://API.moda.app.'], credentials: { first: 'a' } })).rejects.toThrow(
      /production host/,
    );
  });

  test('a redirect there is not followed', async () => {
    const production = await serve((_, response) => void response.writeHead(201).end('{"id":"1"}'));
    const target = await serve((incoming, response) => {
      incoming.resume().on('end', () => response.writeHead(307, { location: `${production.url}/orders` }).end());
    });
    const ended = await said(['--target', target.url, ...endpoint, '--profile', 'smoke'], body);
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('Redirects are not followed') });
    expect(target.requests).not.toEqual([]);
    expect(production.requests).toEqual([]);
  });

  test('Ctrl-C off loopback: all is cancelled, or stands in left.ndjson', async () => {
    for (const cancelled of [200, 500]) {
      const shop = await openShop({ cancelled });
      try {
        const words = ['--contract', shopContract('cancelled'), '--target', shop.url, '--profile', 'standard'];
        const running = start([...words, '--seed', '1']);
        await running.prints('profile standard');
        expect(shop.orders.size).toBeLessThan(10);
        while (shop.orders.size < 8) await new Promise((resolve) => setTimeout(resolve, 5));
        running.child.kill('SIGINT');
        const ended = await running.ended;
        expect(ended).toMatchObject({ code: 3, signal: null });
        const left = () =>
          readFileSync(join(ended.folder, 'idem-report', 'left.ndjson'), 'utf8')
            .trimEnd()
            .split('\n');
        if (cancelled === 200) {
          expect(shop.running()).toEqual([]);
          expect(left).toThrow('ENOENT');
        } else {
          const ids = left().map((line) => JSON.parse(line) as { operation: string; id: string });
          expect(ids.map(({ id }) => id).sort()).toEqual(shop.running().sort());
          expect(ended.stderr).toMatch(new RegExp(`${ids.length} resources are left on the target\\.\n$`));
          expect(ended.stdout).toContain('left.ndjson');
        }
      } finally {
        await shop.close();
      }
    }
  });

  test('replay says where it sends before it does, and cancels what it made', async () => {
    const shop = await openShop({ forgets: true });
    try {
      const where = ['--contract', shopContract('replayed'), '--target', shop.url];
      const run = await said([...where, '--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1,REPLAY-1']);
      expect(run.code, run.stdout + run.stderr).toBe(1);
      const made = shop.orders.size;
      expect(shop.running()).toEqual([]);
      const ended = await said(['replay', 'REPLAY-1', '--from', 'idem-report', ...where], {}, { folder: run.folder });
      expect(ended).toMatchObject({ code: 1, stderr: '' });
      expect(ended.stdout).toMatch(
        /^Sending the smallest case of REPLAY-1 again to http:\/\/0\.0\.0\.0:\d+\.\nREPLAY-1 still failing: [^\n]+\n$/,
      );
      expect(shop.orders.size).toBeGreaterThan(made);
      expect(shop.running()).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
