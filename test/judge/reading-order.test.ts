/** The order in which an answer is read: refusals that a code or a header tells, successes, refusals by status alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/json.js';
import { ContractError, type LoadedContract, loadContract } from '../../contracts/load.js';
import type { Exchange } from '../../history/history.js';
import { read } from '../../judge/classify.js';
import { serveReference } from '../../reference/server/server.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said: JsonObject = {
  create: { success: [200, 201] },
  replay: { kind: 'success' },
  conflict: { statuses: [200, 409], code: { pointer: '/errors/0/code', values: ['used', 704] } },
  inFlight: { statuses: [200, 202], header: { name: 'X-Transient', values: [true] } },
  errors: {
    schema: null,
    mediaType: null,
    validation: { statuses: [203, 400] },
    rateLimited: { statuses: [200], header: { name: 'X-Slow' } },
  },
};
const loaded = loadContract('ietf', said);

function kindOf(status: number, body: unknown, headers: Record<string, string> = {}, by = loaded): string {
  const request = { method: 'POST', url: 'http://127.0.0.1/orders', headers: [], body: '{}' };
  const outcome = { kind: 'answer' as const, status, headers, body: JSON.stringify(body) };
  const at = { attempt: 0, time: 0, retry: 0, step: 0, target: 0, sent: 0, done: 1 };
  const exchange: Exchange = { ...at, operation: 'create', credential: 'first', key: 'k', request, outcome };
  return read(exchange, by).kind;
}

test.each<[string, JsonObject, string]>([
  ['by status alone, a conflict is a conflict', {}, 'conflict'],
  ['a code of the repeat decides', { code: { pointer: '/errors/0/code', values: ['again'] } }, 'refused'],
  ['a header of the repeat decides', { header: { name: 'X-Again' } }, 'refused'],
  ['another code is a conflict', { code: { pointer: '/errors/0/code', values: ['other'] } }, 'conflict'],
  ['another header is a conflict', { header: { name: 'X-Other' } }, 'conflict'],
])('of a conflict and a refused repeat with one status, %s', (_, how, kind) => {
  const by = loadContract('ietf', {
    replay: { kind: 'refusal', statuses: [409], ...how },
    conflict: { statuses: [409] },
    inFlight: null,
  });
  expect(kindOf(409, coded('again'), { 'x-again': '1' }, by)).toBe(kind);
});

const coded = (code: unknown, more = {}) => ({ errors: [{ code }], ...more });

test.each<[string, number, unknown, Record<string, string>, string]>([
  ['a success', 200, { id: 'a' }, {}, 'ok'],
  ['a success with another status', 202, { id: 'a' }, {}, 'ok'],
  ['a success without an id', 200, { data: {} }, {}, 'unknown'],
  ['a code comes before the success', 200, coded('used', { id: 'a' }), {}, 'conflict'],
  ['a number as a code', 200, coded(704), {}, 'conflict'],
  ['a string is not the number', 409, coded('704'), {}, 'none'],
  ['another code beside an id', 200, coded('partial', { id: 'a' }), {}, 'ok'],
  ['another code and no id', 200, coded('nonsense'), {}, 'none'],
  ['another code and no id, with a status without codes', 201, coded('used'), {}, 'unknown'],
  ['a header comes before the success', 200, { id: 'a' }, { 'x-transient': ' true' }, 'inflight'],
  ['a header with another value', 200, { id: 'a' }, { 'x-transient': 'false' }, 'ok'],
  ['a header with whatever value', 200, { id: 'a' }, { 'x-slow': '' }, 'none'],
  ['a status of success that is a refusal alone', 203, { id: 'a' }, {}, 'none'],
  ['a refusal by status alone', 400, {}, {}, 'none'],
  ['what the contract does not know', 302, {}, {}, 'unknown'],
])('%s', (_, status, body, headers, kind) => {
  expect(kindOf(status, body, headers)).toBe(kind);
});

test.each<[string, JsonObject, string]>([
  [
    'a refusal that is a success as well',
    { conflict: { statuses: [409, 200] } },
    '/conflict/statuses/1: must not have 200, which create.success and replay.statuses have, too: say by code or header what tells the refusal from a success, or take 200 out of one of them',
  ],
  [
    'a refusal that is a replay as well',
    { create: { success: [201] }, replay: { statuses: [208] }, inFlight: { statuses: [208] } },
    '/inFlight/statuses/0: must not have 208, which replay.statuses has, too',
  ],
  [
    'a header that no answer has',
    { errors: { validation: { statuses: [400], header: { name: 'X Code' } } } },
    '/errors/validation/header/name: a header cannot have that name',
  ],
  [
    'what tells refused repeats, where they are not refused',
    { replay: { kind: 'success', code: { pointer: '/code', values: ['again'] } } },
    '/replay/code: tells the refusal of a repeat, and repeats are not refused: write `kind: refusal` beside it',
  ],
  [
    'a header of refused repeats that no answer has',
    { replay: { kind: 'refusal', statuses: [409], header: { name: 'X Again' } } },
    '/replay/header/name: a header cannot have that name',
  ],
  ['a code of another type', { conflict: { statuses: [409], code: { pointer: '/a', values: [null] } } }, 'values/0'],
])('%s is refused when the contract is loaded', (_, change, message) => {
  expect(() => loadContract('ietf', change)).toThrow(ContractError);
  expect(() => loadContract('ietf', change)).toThrow(message);
});

/** What tells a refusal, if anything does: words that differ from one refusal to the other. */
const toldBy = (word: string) =>
  fc
    .record({
      code: fc.constantFrom<string | number | boolean | null>(null, `${word} code`, word.length, word === 'used'),
      header: fc.constantFrom<(string | number | null)[] | null>(null, [`${word}-header`], [word.length]),
    })
    .map(({ code, header }) => ({
      code: code === null ? null : { pointer: '/errors/0/code', values: [code] },
      header: header === null ? null : { name: `X-${word}`, values: header },
    }));
const statuses = fc.uniqueArray(fc.constantFrom(200, 202, 203, 208, 400, 409, 422), { minLength: 2, maxLength: 2 });

test('the reference refuses as a contract says, whatever tells its refusals, and each answer is read as what it is', async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(
      statuses,
      fc.boolean(),
      toldBy('used'),
      toldBy('wrong'),
      async ([one, two], shared, used, wrong) => {
        const isTold = [used, wrong].every(({ code, header }) => code !== null || header !== null);
        const contract = {
          extends: 'ietf',
          create: { success: [200, 201], path: '/orders', example: { note: 'a', amount: 1 } },
          replay: { kind: 'success' },
          key: { in: 'header', quoting: 'none' },
          fingerprint: 'value',
          // Its status would stand for a wrong request as well.
          inFlight: null,
          conflict: { statuses: [one], ...used },
          errors: {
            schema: null,
            mediaType: null,
            validation: { statuses: [shared && isTold ? one : two], ...wrong },
          },
        } as unknown as JsonObject;
        const refusals = [contract.conflict, (contract.errors as JsonObject).validation] as JsonObject[];
        const clashes = refusals.some(
          ({ statuses: [status] = [], code, header }: { statuses?: number[]; code?: unknown; header?: unknown }) =>
            status === 200 && code === null && header === null,
        );
        const file = join(folder, `${++files}.json`);
        writeFileSync(file, JSON.stringify(contract));
        if (clashes) return void expect(() => loadContract(file)).toThrow('must not have 200');
        expect(await kindsServed(loadContract(file))).toEqual(['ok', 'ok', 'conflict', 'none', 'none', 'ok']);
      },
    ),
    { numRuns: 20 },
  );
});

/** A write, its repeat, another body, two wrong ones, and the wrong one corrected. */
async function kindsServed(by: LoadedContract): Promise<string[]> {
  const reference = await serveReference({ contract: by.file });
  const sent: [key: string, body: string][] = [
    ['key-0000000000000001', '{"note":"a","amount":1}'],
    ['key-0000000000000001', '{"note":"a","amount":1}'],
    ['key-0000000000000001', '{"note":"b","amount":1}'],
    ['key-0000000000000002', '{"note":1,"amount":1}'],
    ['key-0000000000000002', '{"note":'],
    ['key-0000000000000002', '{"note":"a","amount":1}'],
  ];
  const kinds: string[] = [];
  for (const [key, body] of sent) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await fetch(`${reference.url}/orders`, { method: 'POST', headers, body });
    kinds.push(kindOf(answer.status, await answer.json(), Object.fromEntries(answer.headers), by));
  }
  await reference.close();
  return kinds;
}
