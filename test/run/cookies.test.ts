/** Cookies whose values are words of the suite by chance: they change neither what is judged nor what results say. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { reportHtml } from '../../reports/html.js';
import { summaryMarkdown } from '../../reports/markdown.js';
import { check } from './check.js';

const schema = readFileSync(join(import.meta.dirname, '../../results/results.schema.json'), 'utf8');
const words = [...new Set(schema.match(/[A-Za-z]{6,}/g))];

/** Makes an order for every request, whatever its key. */
async function serve(cookie: string) {
  const orders: { id: string; note: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json').setHeader('set-cookie', `seen=${cookie}; Path=/`);
      if (request.method === 'GET') return response.end(JSON.stringify({ data: [...orders].reverse() }));
      const order = { ...JSON.parse(Buffer.concat(chunks).toString()), id: `order_${orders.length}` };
      orders.push(order);
      return response.writeHead(201).end(JSON.stringify(order));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const folder = mkdtempSync(join(tmpdir(), 'idem-cookies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const contract = join(folder, 'orders.yaml');
writeFileSync(
  contract,
  JSON.stringify({
    name: 'orders',
    authentication: {},
    create: { path: '/orders', example: { note: 'a note for people' } },
    effects: { list: { path: '/orders' } },
  }),
);

async function violated(cookie: string) {
  const { url, close } = await serve(cookie);
  try {
    const results = await check({
      contract,
      targets: [url],
      credentials: { first: 'key_0123456789' },
      profile: 'smoke',
      only: ['REPLAY-1', 'REPLAY-3'],
      seed: 1,
    });
    // Reports are made of what the results say, so that a word that is missing would break them.
    expect(reportHtml(results).length + summaryMarkdown(results).length).toBeGreaterThan(1000);
    return results.requirements.flatMap(({ findings }) => findings.map(({ id, rule }) => `${id} ${rule}`)).sort();
  } finally {
    close();
  }
}

test('a cookie that is a word of the results, or a part of one', async () => {
  const expected = await violated('no-word-of-the-suite');
  expect(expected).not.toEqual([]);
  const parts = fc
    .tuple(fc.constantFrom(...words), fc.nat(8))
    .map(([word, from]) => word.slice(Math.min(from, word.length - 6)));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...words), parts), async (cookie) => {
      expect(await violated(cookie)).toEqual(expected);
    }),
    { numRuns: 6, examples: [['findings'], ['answer'], ['exitCode'], ['create']] },
  );
});
