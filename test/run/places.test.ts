/** Keys in the query, in the path and in a GraphQL variable, and what goes with them: nothing of it stays undecided. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';
import { check, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const body = join(folder, 'body.json');
writeFileSync(body, '{"note": "two of them", "amount": 2}');

const fileOf = (name: string) => join(import.meta.dirname, '..', '..', 'examples', 'contracts', `${name}.yaml`);

const CHAPTERS = ['CREATE', 'KEY', 'REPLAY', 'CONFLICT', 'STORM-1', 'STORM-3', 'REJECT', 'HEADER', 'SCENARIO'];

describe.concurrent('places', () => {
  test.each(['key-in-query', 'key-in-path', 'companions', 'graphql'])('%s: all holds', async (name) => {
    const contract = fileOf(name);
    const results = await check({ contract, only: CHAPTERS, stormWidth: 4, profile: 'smoke' });
    expect(results.stop).toBeNull();
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
    expect(idsWith(results, 'passed').length).toBeGreaterThan(25);
  });

  /** What says the same of endpoint, key and list. */
  test.each([
    ['key-in-query', 'POST /customers/cus_1/orders', 'query:requestId', 'GET /customers/cus_1/orders'],
    ['key-in-path', 'PUT /payments/{key}', 'path', 'GET /payments'],
  ])('%s: flags are enough', async (name, endpoint, key, list) => {
    const { url, close } = await startReference({ contract: fileOf(name) });
    try {
      const described = { endpoint: { endpoint, key, list, body }, targets: [url], profile: 'smoke' as const };
      const results = await check({ ...described, only: ['CREATE-3', 'KEY-2', 'REPLAY-3'] });
      expect(idsWith(results, 'passed')).toEqual(['REPLAY-3']);
      expect(idsWith(results, 'failed', 'noticed', 'inconclusive')).toEqual([]);
    } finally {
      await close();
    }
  });
});
