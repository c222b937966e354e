/** What `init` says of a list's pages: how the next one is reached where answers show it, and otherwise what to write. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { serveReference } from '../../reference/server/server.js';
import { library } from '../../run/options/usage.js';
import { connectionOf } from '../../run/options.js';
import { probe } from '../../run/probe.js';

const root = mkdtempSync(join(tmpdir(), 'idem-probe-'));
afterAll(() => rmSync(root, { recursive: true }));

function contractWith(pages: object | null): string {
  const file = join(root, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify({ extends: 'ietf', effects: { list: { pages } } }));
  return file;
}

const unsaid =
  'It does not show all that was made: say in list how they are reached: pages: {kind: page, query: page} or {kind: offset, query: offset}.';

test.each([
  ['cursor', '/next_cursor', 'The next page is reached by the cursor at /next_cursor, as ?cursor=.'],
  ['link', null, 'The next page is reached by the Link header.'],
  ['url', '/links/next', 'The next page is reached by the URL at /links/next.'],
  ['page', null, 'The next page is asked for as ?page=.'],
  ['offset', null, 'The next page is asked for as ?offset=.'],
  ['after', null, unsaid],
])('pages by %s', async (kind, next, said) => {
  const reference = await serveReference({ contract: contractWith({ kind, query: null, next }), list: { size: 1 } });
  const loaded = loadContract(contractWith(null));
  const connection = connectionOf({ targets: [reference.url] });
  try {
    const { conclusions } = await probe(loaded, connection, library.nameOf);
    const says = conclusions.find(({ member }) => member === '/effects')?.says;
    expect(says).toContain(`GET /resources showed 1 resource, `);
    expect(says).toContain(said);
  } finally {
    await reference.close();
  }
});
