/** Whatever stands in options, the configuration file and a contract: a run, or exit 2 in at most ten lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { allEntries, CONFIG_FILE } from '../../cli/options.js';
import { type Said, said } from './in-process.js';

/** Nothing listens there: what is not refused ends after its first request. */
const DEAD = 'http://127.0.0.1:1';

/** Exit 2 in a screen and nothing else, or a run that had no answer. */
function expectRefusedOrRun({ code, stdout, stderr }: Said): void {
  if (code !== 2) {
    expect(code, stdout + stderr).toBe(3);
    return;
  }
  const lines = stderr.trimEnd().split('\n');
  expect(lines.length, stderr).toBeLessThanOrEqual(10);
  expect(Math.max(...lines.map(({ length }) => length)), stderr).toBeLessThanOrEqual(220);
  expect(stderr).toMatch(/^(idem-conformance|error): \S/);
  expect(stdout).toBe('');
}

/** Waiting, and commands for a shell, are no matter of spelling. */
const WAITING = new Set(['wait', 'max-wait', 'timeout', 'restart-command', 'effects-command', 'target', 'report-dir']);
const names = allEntries.map(({ row }) => row.flag).filter((name) => !WAITING.has(name));
const builtIn = ['version', 'help', 'V', 'h', 'v', 'parent', 'args', 'constructor', '__proto__', 'list', 'dry-run'];

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.constantFrom('', ' ', 'true', '1', '-1', '0', 'a\r\nb', 'a: b\r\nc: d', 'Host: x', 'content-length: 5', '--help'),
  fc.constantFrom(
    'smoke',
    'POST /a b',
    'GET /a\u0001',
    'header:Host',
    'header:K',
    'body:a/b',
    '/id',
    'CREATE',
    'http://x',
  ),
  fc.integer({ min: 200, max: 100_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 12, max: 300 }).map((lines) => 'a line\n'.repeat(lines)),
);

const value = fc.oneof(
  odd,
  fc.boolean(),
  fc.double(),
  fc.integer({ min: -2, max: 30 }),
  fc.constant(null),
  fc.array(odd, { maxLength: 3 }),
  fc.dictionary(fc.string(), odd, { maxKeys: 3 }),
);

const where = ['--target', DEAD, '--wait', '0', '--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];
const how = { numRuns: 60, seed: Date.now() % 2 ** 31 };

describe('odd input', () => {
  test('a configuration file of any names never ends green without an answer', async () => {
    const config = fc.dictionary(fc.constantFrom(...names, ...builtIn), value, { minKeys: 1, maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(config, async (members) => {
        expectRefusedOrRun(await said(where, { [CONFIG_FILE]: stringify({ ...members }) }));
      }),
      how,
    );
  });

  test.each(builtIn)('%s in the configuration file, whatever its value', async (name) => {
    for (const one of ['true', '1', "''", '[a]'])
      expectRefusedOrRun(await said(where, { [CONFIG_FILE]: `${name}: ${one}\n` }));
  });

  test('options of any values', async () => {
    const words = fc.array(fc.tuple(fc.constantFrom(...names), odd), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(words, async (given) => {
        const options = given.filter(([name]) => name !== 'dry-run').map(([name, text]) => `--${name}=${text}`);
        expectRefusedOrRun(await said([...where, ...options]));
      }),
      how,
    );
  });

  /** A contract with a member of each kind. */
  const contract = {
    basePath: '/v1',
    productionHosts: ['api.example.com'],
    headers: { 'X-One': '1' },
    key: { in: 'header', name: 'Idempotency-Key', minLength: 1, maxLength: 40, prefix: 'k' },
    authentication: { header: 'Authorization', prefix: 'Bearer ' },
    create: { method: 'POST', path: '/orders', id: '/id', example: { note: 'a' } },
    get: { path: '/orders/{id}' },
    cancel: { path: '/orders/{id}/cancel' },
    effects: { list: { path: '/orders', items: '' } },
    conflict: { statuses: [409] },
  };
  const places = Object.entries(contract).flatMap(([name, inner]) =>
    typeof inner === 'object' && !Array.isArray(inner)
      ? [[name], ...Object.keys(inner).map((one) => [name, one])]
      : [[name]],
  );

  test('contracts of any members', async () => {
    const changes = fc.array(fc.tuple(fc.constantFrom(...places), value), { minLength: 1, maxLength: 2 });
    const more = fc.dictionary(odd, value, { maxKeys: 2 });
    await fc.assert(
      fc.asyncProperty(changes, more, async (changed, besides) => {
        const copy = structuredClone(contract) as Record<string, unknown>;
        for (const [[name = '', inner], one] of changed) {
          const holder = copy[name];
          if (inner === undefined || typeof holder !== 'object' || holder === null) copy[name] = one;
          else (holder as Record<string, unknown>)[inner] = one;
        }
        const text = JSON.stringify({ ...copy, ...besides });
        expectRefusedOrRun(await said([...where, '--contract', './c.json'], { 'c.json': text }));
      }),
      how,
    );
  });

  const without = (change: object) => JSON.stringify({ ...contract, ...change });
  test.each<[string, string, RegExp]>([
    [
      '400 unknown members',
      without(Object.fromEntries([...Array(400).keys()].map((n) => [`m${n}`, n]))),
      /… and \d+ more lines/,
    ],
    ['a member name of 900 kB', without({ ['m'.repeat(9e5)]: 1 }), /is not a member of a contract/],
    ['a key of 900 kB', without({ key: { prefix: 'k'.repeat(9e5) } }), /\/key\/prefix: is longer than/],
    ['a key of 4 MB', without({ key: { prefix: 'k'.repeat(4e6) } }), /is longer than 1 MiB/],
    [
      'min above max',
      without({ key: { minLength: 9, maxLength: 8 } }),
      /\/key\/minLength: is above \/key\/maxLength \(8\)/,
    ],
    ['no length', without({ key: { maxLength: 0 } }), /\/key\/maxLength: leaves no key/],
    [
      'a length of a gigabyte',
      without({ key: { minLength: 1e9 } }),
      /is above the longest key that is sent in a header/,
    ],
    ['a line break in a key', without({ key: { prefix: 'a\r\n' } }), /\/key\/prefix: holds characters/],
    [
      'a line break in a header',
      without({ headers: { 'X-A': 'b\r\nC: d' } }),
      /\/headers\/X-A: holds characters that no/,
    ],
    ['a header Host', without({ headers: { Host: 'x' } }), /\/headers\/Host: the client sets that header itself/],
    ['a key in Content-Length', without({ key: { name: 'Content-Length' } }), /the client sets that header itself/],
    [
      'credentials in a framing header',
      without({ authentication: { header: 'TE' } }),
      /\/authentication: the client sets/,
    ],
    [
      'a space in a path',
      without({ create: { path: '/a b', example: {} } }),
      /\/create\/path: must be .* \(a space is %20\)/,
    ],
    ['a control character in a path', without({ get: { path: '/a\u0001' } }), /\/get\/path: must be a path/],
    ['a letter beyond ASCII in a prefix', without({ basePath: '/ä' }), /\/basePath: must be '' or a path/],
    ['a host that is none', without({ productionHosts: ['a b'] }), /\/productionHosts\/0: is not a host/],
  ])('2: %s', async (_, text, sentence) => {
    const ended = await said([...where, '--contract', './c.json'], { 'c.json': text });
    expectRefusedOrRun(ended);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
  });

  test.each<[string, string, RegExp]>([
    ['header', 'X: a\r\nY: b', /--header must be a header/],
    ['header', 'host: x', /--header host: the client sets that header itself/],
    ['header', 'Content-Length: 3', /--header Content-Length: the client sets that header itself/],
    ['endpoint', 'POST /a b', /--endpoint POST \/a b: give method and path/],
    ['endpoint', 'POST /a\u0007', /a path that begins with \//],
    ['profile', 'x'.repeat(100_000), /--profile must be one of/],
    ['nope', 'x'.repeat(100_000), /unknown option/],
  ])('2: --%s %j', async (name, text, sentence) => {
    const more = name === 'endpoint' ? ['--key', 'header:K', '--body', 'b.json'] : [];
    const ended = await said(['--target', DEAD, ...more, `--${name}=${text}`], { 'b.json': '{}' });
    expectRefusedOrRun(ended);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
  });
});
