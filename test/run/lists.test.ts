/** Lists of every form before a server that makes an orphan with each repeat: it is found, or nothing passes unseen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunOptions } from '../../run/options.js';
import { type Habits, type Json, serveOrders } from '../cli/orders.js';
import { check, idsWith } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-lists-'));
afterAll(() => rmSync(root, { recursive: true }));
const body = join(root, 'order.json');
writeFileSync(body, '{"note":"two of them","amount":2}');

const SIZE = 20;

/** What a run by flags comes to; with `pages`, by a contract that says how the next page is reached. */
async function outcome(habits: Habits, pages?: string, more: RunOptions = {}) {
  const { url } = await serveOrders(habits);
  const contract = join(root, `${Math.random()}.yaml`);
  writeFileSync(
    contract,
    `name: orders\njudged: [REPLAY-1, REPLAY-3]\ncreate: { path: /orders, example: { note: two of them, amount: 2 } }\neffects: { list: { path: /orders, pages: ${pages} } }\n`,
  );
  const endpoint = {
    endpoint: 'POST /orders',
    key: 'header:Idempotency-Key',
    body,
    list: 'GET /orders',
  };
  const results = await check({
    targets: [url],
    profile: 'smoke',
    only: ['REPLAY-1', 'REPLAY-3'],
    ...(pages === undefined ? { endpoint } : { contract }),
    ...more,
  });
  const statuses = Object.fromEntries(
    ['REPLAY-1', 'REPLAY-3'].map((id) => [id, results.requirements.find((one) => one.id === id)?.status]),
  );
  const reason = results.requirements.find(({ id }) => id === 'REPLAY-3')?.reason;
  return { exitCode: results.exitCode, statuses, reason, errors: idsWith(results, 'error'), verdict: results.verdict };
}

type ListOf = NonNullable<Habits['list']>;

const whole: ListOf = (orders) => ({ body: orders });

/** A page of the list, and where the next one begins, if there is one. */
function page(orders: Json[], from: number): { data: Json[]; next: number | null } {
  return { data: orders.slice(from, from + SIZE), next: from + SIZE < orders.length ? from + SIZE : null };
}

const byOffset: ListOf = (orders, query) => ({ body: page(orders, Number(query.get('offset') ?? 0)).data });
const byPage: ListOf = (orders, query) => ({ body: page(orders, (Number(query.get('page') ?? 1) - 1) * SIZE).data });
const byLink: ListOf = (orders, query) => {
  const { data, next } = page(orders, Number(query.get('from') ?? 0));
  return { body: data, headers: next === null ? {} : { link: `</orders?from=${next}>; rel="next"` } };
};
const byUrl: ListOf = (orders, query) => {
  const { data, next } = page(orders, Number(query.get('from') ?? 0));
  // Behind a proxy, links name the host inside.
  return { body: { data, links: { next: next === null ? null : `http://orders.internal/orders?from=${next}` } } };
};
const byCursor: ListOf = (orders, query) => {
  const { data, next } = page(orders, Number(query.get('cursor') ?? 0));
  return { body: { data, next_cursor: next === null ? null : String(next) } };
};
const afterLast: ListOf = (orders, query) => ({
  body: page(orders, orders.findIndex(({ id }) => id === query.get('after')) + 1).data,
});

/** Shows what carries the nonce that is asked for, and nothing to those who ask for none. */
const byNonce = (orders: Json[], query: URLSearchParams): { body: Json[] } => {
  const nonce = query.get('reference');
  return { body: nonce === null ? [] : orders.filter(({ note }) => String(note).startsWith(nonce)) };
};
const ASKS = 'null, query: { reference: "{nonce}" }';

describe.concurrent('an orphan with each repeat is found, and a correct server passes', () => {
  test.each<[name: string, before: number, list: ListOf, pages?: string]>([
    ['the oldest first, and some before', 5, whole],
    ['the oldest first, and none before', 0, whole],
    ['pages by a Link header', 50, byLink],
    ['pages by a URL in the body', 50, byUrl],
    ['pages by a cursor', 50, byCursor],
    ['pages by number', 50, byPage, '{ kind: page }'],
    ['pages by offset', 50, byOffset, '{ kind: offset }'],
    ['pages after the last id', 50, afterLast, '{ kind: after }'],
    ['asked for one nonce at a time', 50, byNonce, ASKS],
  ])('%s', async (_, before, list, pages) => {
    expect(await outcome({ hiddenSecond: true, before, list }, pages)).toMatchObject({
      exitCode: 1,
      statuses: { 'REPLAY-1': 'passed', 'REPLAY-3': 'failed' },
      errors: [],
    });
    expect(await outcome({ before, list }, pages)).toMatchObject({
      exitCode: 0,
      statuses: { 'REPLAY-1': 'passed', 'REPLAY-3': 'passed' },
      errors: [],
    });
  });
});

const paged = (list: ListOf): Habits => ({ before: 50, hiddenSecond: true, list });

describe.concurrent('nothing that effects decide passes unseen', () => {
  test.each<[name: string, habits: Habits, reason: RegExp, pages?: string]>([
    [
      'one page by number, and no word of it',
      paged(byPage),
      /^effects cannot be seen: GET \/orders answered 200 with 20 resources, 2 of 2 that were just made did not show within 2 s, and no way to the next page was found: say `effects\.list\.pages`/,
    ],
    [
      'a count beside one page',
      paged((orders) => ({ body: { data: orders.slice(0, SIZE), total: orders.length } })),
      /GET \/orders answered 200 with 20 of 53 resources and no way to the next page was found: say `effects\.list\.pages`/,
    ],
    [
      'a count in a header',
      paged((orders) => ({ body: orders.slice(0, SIZE), headers: { 'x-total-count': String(orders.length) } })),
      /with 20 of 53 resources and no way/,
    ],
    [
      'a word that there is more',
      paged((orders) => ({ body: { has_more: true, data: orders.slice(0, SIZE) } })),
      /with 20 resources, says that there are more, and no way/,
    ],
    [
      'pages by number, called otherwise',
      paged(byPage),
      /GET \/orders\?p=2 showed the resources of the first page again: say in `effects\.list\.pages`/,
      '{ kind: page, query: p }',
    ],
    [
      'the newest three only',
      { hiddenSecond: true, list: (orders) => ({ body: orders.slice(-3) }) },
      /GET \/orders answered 200 with 3 resources/,
    ],
    [
      'the oldest sixty only',
      { hiddenSecond: true, before: 50, list: (orders) => ({ body: orders.slice(0, 60) }) },
      /GET \/orders answered 200 with 60 resources/,
    ],
    [
      'the id is another member',
      { list: (orders) => ({ body: orders.map(({ id, ...rest }) => ({ ...rest, number: id })) }) },
      /none with an id at \/id: say `effects\.list\.id`/,
    ],
    [
      'the id is another id',
      { list: (orders) => ({ body: orders.map((one, n) => ({ ...one, id: `row_${n}` })) }) },
      /under other ids \(row_\d+ instead of order_\d+\): say `effects\.list\.id`/,
    ],
    [
      'nothing is ever shown',
      { hiddenSecond: true, list: () => ({ body: [] }) },
      /GET \/orders answered 200 with 0 resources: 2 of 2 that were just made did not show within 2 s/,
    ],
    [
      'a server that makes nothing',
      { forgets: true },
      /GET \/orders answered 200 with 0 resources: 2 of 2 that were just made did not show within 2 s/,
    ],
    [
      'one entry for each nonce that is asked for',
      { hiddenSecond: true, list: (orders, query) => ({ body: byNonce(orders, query).body.slice(-1) }) },
      /GET \/orders answered 200 with 1 resource, 1 of 2 that were just made did not show within 2 s/,
      ASKS,
    ],
    [
      'one entry for each body',
      { hiddenSecond: true, list: (orders) => ({ body: [...new Map(orders.map((one) => [one.note, one])).values()] }) },
      /1 of 2 that were just made did not show within 2 s/,
    ],
  ])('%s', async (_, habits, reason, pages) => {
    expect(await outcome(habits, pages)).toEqual({
      exitCode: 3,
      statuses: { 'REPLAY-1': 'passed', 'REPLAY-3': 'inconclusive' },
      reason: expect.stringMatching(reason),
      errors: [],
      verdict: expect.stringMatching(/^Undecided: conforms so far in 1 of \d+ MUSTs; \d+ not checked: REPLAY/),
    });
  });

  test('a list that leaves out what storms make is found out by control writes beside them', async () => {
    const only = { only: ['REPLAY-1', 'REPLAY-3', 'STORM-2'] };
    const habits: Habits = { workMs: 60, hiddenInStorms: true };
    expect(await outcome(habits, undefined, only)).toMatchObject({
      exitCode: 3,
      statuses: { 'REPLAY-1': 'passed', 'REPLAY-3': 'inconclusive' },
      reason: expect.stringMatching(/\d+ of \d+ that were just made did not show within 2 s/),
    });
    expect(await outcome({ workMs: 60 }, undefined, only)).toMatchObject({ exitCode: 0 });
  });

  test('unless that is wanted, and then the verdict says it', async () => {
    expect(await outcome({ list: () => ({ body: [] }) }, undefined, { noEffects: true })).toEqual({
      exitCode: 0,
      statuses: { 'REPLAY-1': 'passed', 'REPLAY-3': 'skipped' },
      reason: 'effects are not counted: noEffects',
      errors: [],
      verdict: expect.stringContaining('effects are not counted: noEffects'),
    });
  });
});
