/** Keys in the query, in the path and in a GraphQL variable, and what goes with them: the examples of docs/contracts.md, served, judged, and broken. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { appliesTo, findFault } from '../../reference/faults/index.js';
import { startReference } from '../../reference/server/start.js';
import { check, checkUntil, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-places-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'contracts.md'), 'utf8');

/** The example of the documentation that has these words. */
function example(words: string): string {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks.find((text) => text.includes(words)) ?? '';
}

interface Api {
  name: string;
  contract: string;
  /** What says the same of endpoint, key and list. */
  flags?: { endpoint: string; key: string; list: string };
  /** Faults of the reference, and what finds each. */
  broken: [fault: string, id: string][];
}

const apis: Api[] = [
  {
    name: 'query',
    contract: example('name: requestId'),
    flags: {
      endpoint: 'POST /customers/cus_1/orders',
      key: 'query:requestId',
      list: 'GET /customers/cus_1/orders',
    },
    broken: [
      ['keys-in-lower-case', 'KEY-2'],
      ['keys-in-a-decoded-query', 'KEY-2'],
      ['never-replays', 'REPLAY-1'],
    ],
  },
  {
    name: 'path',
    contract: example('path: /payments/{key}'),
    flags: { endpoint: 'PUT /payments/{key}', key: 'path', list: 'GET /payments' },
    broken: [
      ['keys-percent-decoded', 'KEY-2'],
      ['conflict-creates', 'CONFLICT-5'],
      ['replay-makes-orphan', 'REPLAY-3'],
    ],
  },
  {
    name: 'repeatability',
    contract: example('name: Repeatability'),
    broken: [
      ['fresh-values-compared', 'REPLAY-1'],
      ['fresh-values-as-keys', 'REPLAY-1'],
      ['replay-makes-orphan', 'REPLAY-3'],
    ],
  },
  {
    name: 'graphql',
    contract: example('path: /graphql'),
    broken: [
      ['keys-trimmed', 'KEY-2'],
      ['body-part-of-key', 'CONFLICT-1'],
      ['same-body-joined-within-a-second', 'CREATE-3'],
    ],
  },
];

/** What a run of some requirements comes to, of the reference with or without a fault. */
async function ran({ name, contract: text }: Api, only: string[], fault?: string) {
  const contract = join(folder, `${name}.yaml`);
  writeFileSync(contract, text);
  if (fault !== undefined) expect(appliesTo(findFault(fault), loadContract(contract))).toBe(true);
  const { url, keys, close } = await startReference({ contract, ...(fault === undefined ? {} : { fault }) });
  const [first, second] = keys;
  try {
    const options = { contract, targets: [url], credentials: { first, second }, only, stormWidth: 4 };
    return fault === undefined
      ? await check({ ...options, profile: 'smoke' })
      : await checkUntil({ ...options, profile: 'standard' }, only, { small: false });
  } finally {
    await close();
  }
}

const body = join(folder, 'body.json');
writeFileSync(body, '{"note": "two of them", "amount": 2}');

const CHAPTERS = ['CREATE', 'KEY', 'REPLAY', 'CONFLICT', 'STORM-1', 'STORM-3', 'REJECT', 'HEADER', 'SCENARIO'];

describe.concurrent.each(apis)('$name', (api) => {
  test('what is right passes, and nothing stays undecided', async () => {
    const results = await ran(api, CHAPTERS);
    expect(results.stop).toBeNull();
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
    expect(idsWith(results, 'passed').length).toBeGreaterThan(25);
  });

  test.runIf(api.flags)('flags are enough', async () => {
    const contract = join(folder, `${api.name}-by-flags.yaml`);
    writeFileSync(contract, api.contract);
    const { url, close } = await startReference({ contract });
    try {
      const endpoint = { ...api.flags, body };
      const results = await check({
        endpoint,
        targets: [url],
        profile: 'smoke',
        only: ['CREATE-3', 'KEY-2', 'REPLAY-3'],
      });
      expect(idsWith(results, 'passed')).toEqual(['REPLAY-3']);
      expect(idsWith(results, 'failed', 'noticed', 'inconclusive')).toEqual([]);
    } finally {
      await close();
    }
  });

  test.each(api.broken)('%s fails %s', async (fault, id) => {
    expect(idsWith(await ran(api, [id], fault), 'failed', 'warned')).toContain(id);
  });
});
