/** Set-up steps: the examples of docs/contracts.md served, judged and broken, and a small server that keeps book. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { appliesTo, findFault } from '../../reference/faults/index.js';
import { startReference } from '../../reference/server/start.js';
import { closingText } from '../../reports/terminal.js';
import { type RunOptions, settle } from '../../run/options.js';
import { forecastInTurns } from '../../run/planning.js';
import { check, checkUntil, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-setup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'contracts.md'), 'utf8');

/** The example of the documentation that has these words. */
function example(words: string): string {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks.find((text) => text.includes(words)) ?? '';
}

let files = 0;

function contractFile(text: string): string {
  files += 1;
  const file = join(folder, `contract-${files}.yaml`);
  writeFileSync(file, text);
  return file;
}

interface Api {
  name: string;
  contract: string;
  /** Faults of the reference, and what finds each. */
  broken: [fault: string, id: string][];
}

const apis: Api[] = [
  {
    name: 'an order to capture, without a body',
    contract: example('path: /orders/{order}/capture'.replace('path: ', "path: '")),
    broken: [
      ['never-replays', 'REPLAY-1'],
      ['keys-in-lower-case', 'KEY-2'],
      ['acknowledged-not-found', 'REPLAY-11'],
    ],
  },
  {
    name: 'a consent in a header and a customer in the body, also without a key',
    contract: `${example('X-Consent')}authentication: {}\nscope: credential\n`.replace(
      'key: { quoting: none }',
      'key: { quoting: none, required: false, keyless: separate }',
    ),
    broken: [
      ['conflict-creates', 'CONFLICT-5'],
      ['keyless-joined', 'CREATE-1'],
      // The body names another customer, so that it is a conflict.
      ['keys-global', 'SCOPE-2'],
      ['replay-makes-orphan', 'REPLAY-3'],
    ],
  },
  {
    name: 'a quote for each plan',
    contract: example('/quotes'),
    broken: [
      ['body-part-of-key', 'CONFLICT-1'],
      ['same-body-joined-within-a-second', 'CREATE-3'],
      ['never-replays', 'REPLAY-1'],
    ],
  },
];

const CHAPTERS = ['CREATE', 'KEY', 'REPLAY', 'CONFLICT', 'SCOPE', 'REJECT', 'HEADER', 'SCENARIO'];

/** What a run of some requirements comes to, of the reference with or without a fault. */
async function ran(text: string, only: string[], fault?: string) {
  const contract = contractFile(text);
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

describe.concurrent.each(apis)('$name', ({ contract, broken }) => {
  test('what is right passes, and nothing stays undecided', async () => {
    const results = await ran(contract, CHAPTERS);
    expect(results.stop).toBeNull();
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
    expect(idsWith(results, 'passed').length).toBeGreaterThan(18);
    expect(results.left).toBeUndefined();
  });

  test.each(broken)('%s fails %s', async (fault, id) => {
    expect(idsWith(await ran(contract, [id], fault), 'failed', 'warned')).toContain(id);
  });
});

test('a suite that acts twice on one resource would be refused by the reference', async () => {
  const served = contractFile(apis[0]?.contract ?? '');
  const { url, close } = await startReference({ contract: served });
  onTestFinished(close);
  const said = contractFile(
    `extends: ${served}\nsetup: [{ each: run, path: /orders, body: { note: an order to capture, amount: 2, reference: 'set-{unique}' }, save: { order: /id } }]`,
  );
  const results = await check({ contract: said, targets: [url], profile: 'smoke', only: ['CREATE-3'] });
  expect(idsWith(results, 'passed')).toEqual([]);
});

test('each operation has steps of its own, and the write of one may be a step of another', async () => {
  const contract = `extends: ietf
key: { quoting: none, operations: separate }
operations:
  order: { create: { path: /orders, example: { note: two of them } }, effects: { list: { path: /orders } } }
  capture:
    setup: [{ path: /orders, headers: { Idempotency-Key: '{unique}' }, body: { note: to capture }, save: { order: /id } }]
    create: { path: '/orders/{order}/capture', body: none }
    effects: { list: { path: /captures } }
`;
  const results = await ran(contract, ['CREATE-3', 'REPLAY-1', 'REPLAY-3', 'KEY-2']);
  expect(results.stop).toBeNull();
  const verdicts = results.requirements
    .filter(({ status }) => status === 'passed')
    .map(({ operation, id }) => `${operation} ${id}`);
  expect(verdicts.sort()).toEqual(
    ['order', 'capture']
      .flatMap((name) => ['CREATE-3', 'KEY-2', 'REPLAY-1', 'REPLAY-3'].map((id) => `${name} ${id}`))
      .sort(),
  );
});

interface Kept {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Digits that a double cannot hold. */
const CUSTOMER = '9007199254740993';

interface Said {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * Captures orders of customers: each order once, and a key again with what it gave before.
 * @param instead an answer in the place of its own
 */
async function shop(instead: (request: Kept, n: number) => Said | undefined = () => undefined) {
  const requests: Kept[] = [];
  const orders = new Set<string>();
  const captured = new Map<string, string>();
  const answered = new Map<string, Said>();
  const answer = ({ path, headers, body }: Kept): Said => {
    const [, order = '', action] = /^\/orders\/(o_\d+)\/(capture|void)$/.exec(path) ?? [];
    if (path === '/customers') return { status: 201, body: `{"customer":{"id":${CUSTOMER}}}` };
    if (path === '/orders' && body === `{"customer":${CUSTOMER},"of":"no. ${CUSTOMER}"}`) {
      orders.add(`o_${orders.size + 1}`);
      return { status: 201, headers: { location: `/orders/o_${orders.size}` } };
    }
    if (action === 'void') return { status: 204 };
    if (action !== 'capture' || !orders.has(order)) return { status: 404, body: '{"error":"there is no such order"}' };
    const key = String(headers['idempotency-key']);
    const known = answered.get(key);
    if (!body.includes(`"customer":${CUSTOMER}`)) return { status: 400, body: '{"error":"whose order is it?"}' };
    if (known !== undefined) return known;
    if (captured.has(order)) return { status: 400, body: '{"error":"this order was captured before"}' };
    captured.set(order, key);
    const made = { status: 201, body: JSON.stringify({ id: `c_${captured.size}` }) };
    answered.set(key, made);
    return made;
  };
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
    requests.push(request);
    const said = instead(request, requests.length) ?? answer(request);
    outgoing.writeHead(said.status, { 'content-type': 'application/json', ...said.headers }).end(said.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, orders, captured };
}

/** @param cleanUp how orders are taken away */
const capture = (cleanUp: object | null = { method: 'POST', path: '/orders/{order}/void' }) =>
  contractFile(
    JSON.stringify({
      extends: 'ietf',
      key: { quoting: 'none' },
      conflict: null,
      fingerprint: null,
      setup: [
        { each: 'run', path: '/customers', save: { customer: '/customer/id' } },
        {
          ...{ name: 'order', path: '/orders', body: { customer: '{customer}', of: 'no. {customer}' } },
          ...{ save: { order: { header: 'Location' } }, cleanUp },
        },
      ],
      companions: [{ in: 'body', name: 'customer', value: '{customer}' }],
      create: { path: '/orders/{order}/capture', example: { note: 'two of them', customer: 1 } },
    }),
  );

const options = (url: string, contract = capture()): RunOptions => ({
  ...{ contract, targets: [url], profile: 'smoke', stormWidth: 4 },
  only: ['CREATE-3', 'CREATE-4', 'KEY-2', 'REPLAY-1', 'STORM-1'],
});

describe('a server that keeps book', () => {
  test('has one order for each key, one customer, and every order voided, the newest first', async () => {
    // Asked to come again, a step does.
    const { url, requests, orders, captured } = await shop((_, n) =>
      n === 2 ? { status: 429, headers: { 'retry-after': '0' } } : undefined,
    );
    const results = await check(options(url));
    expect(results.stop).toBeNull();
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['CREATE-3', 'CREATE-4', 'REPLAY-1', 'STORM-1']));
    expect(requests.filter(({ path }) => path === '/customers')).toHaveLength(1);
    // Each key on an order of its own, and each order for one key.
    const keysOf = new Map<string, Set<unknown>>();
    for (const { path, headers } of requests.filter((one) => one.path.endsWith('/capture')))
      keysOf.set(path, (keysOf.get(path) ?? new Set()).add(headers['idempotency-key']));
    expect([...keysOf.values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(new Set(captured.values()).size).toBe(captured.size);
    expect(orders.size).toBe(keysOf.size);
    const voided = requests.filter(({ path }) => path.endsWith('/void')).map(({ path }) => path.split('/')[2]);
    expect(new Set(voided)).toEqual(orders);
    expect(voided[0]).toBe(`o_${orders.size}`);
    expect(results.left).toBeUndefined();
    // The budget knows of all of them.
    expect(results.requests.sent).toBe(requests.length);
  });

  test('a finding is minimised with its steps, and they are shown with it', async () => {
    let repeats = 0;
    const seen = new Set<unknown>();
    const { url } = await shop(({ path, headers }) => {
      const key = headers['idempotency-key'];
      if (!path.endsWith('/capture') || !seen.has(key)) return void seen.add(key);
      repeats += 1;
      return { status: 201, body: JSON.stringify({ id: `again_${repeats}` }) };
    });
    const results = await check({ ...options(url), only: ['REPLAY-1'] });
    const [finding] = results.requirements.find(({ id }) => id === 'REPLAY-1')?.findings ?? [];
    expect([finding?.smallest.attempts, finding?.confirmed]).toEqual([2, { failed: 10, of: 10 }]);
    const [customer, order] = finding?.smallest.setUp ?? [];
    expect(customer).toMatchObject({ step: 'POST /customers', saved: [{ name: 'customer', value: CUSTOMER }] });
    expect(order).toMatchObject({ step: 'order', status: 201, request: { url: `${url}/orders` } });
    const path = `/orders/${order?.saved[0]?.value}/capture`;
    expect(finding?.smallest.exchanges.map(({ request }) => request.url)).toEqual([url + path, url + path]);
    expect(closingText(results, { color: false, width: 120 })).toContain(`order: POST ${url}/orders, answered 201`);
  });

  test('is not asked for one blank key on several orders, which it may refuse', async () => {
    const { url, requests } = await shop();
    const results = await check({ ...options(url), only: ['KEY-5', 'CREATE-4'] });
    expect(idsWith(results, 'skipped', 'passed')).toEqual(expect.arrayContaining(['KEY-5', 'CREATE-4']));
    expect(idsWith(results, 'failed', 'noticed', 'inconclusive')).toEqual([]);
    const keys = requests
      .filter(({ path }) => path.endsWith('/capture'))
      .map(({ headers }) => headers['idempotency-key']);
    expect(keys.filter((key) => key?.toString().trim() === '')).toEqual([]);
  });

  test('what it does not give back is listed, and no finding', async () => {
    const { url } = await shop(({ path }) => (path === '/orders/o_1/void' ? { status: 409 } : undefined));
    const results = await check({ ...options(url), only: ['CREATE-4'] });
    expect(results.left).toEqual([{ operation: 'create', id: '/orders/o_1/void', why: 'POST was answered 409' }]);
    expect(results.exitCode).toBe(0);
  });

  test.each<[string, (request: Kept) => Said | undefined, 2 | 3, string]>([
    [
      'refused',
      ({ path }) => (path === '/orders' ? { status: 403, body: '{"error":"no more orders"}' } : undefined),
      2,
      'The set-up step \'order\' failed: POST URL/orders was answered 403 {"error":"no more orders"}: correct this step in `setup`, or what the target holds.',
    ],
    [
      'refused for want of a credential',
      ({ path }) => (path === '/orders' ? { status: 401 } : undefined),
      2,
      "The set-up step 'order' failed: POST URL/orders was answered 401 with an empty body: no API key was sent, for the contract says `authentication: null`; say there in which header it goes.",
    ],
    [
      'broken',
      ({ path }) => (path === '/customers' ? { status: 500 } : undefined),
      3,
      "The set-up step 'POST /customers' failed: POST URL/customers was answered 500 with an empty body.",
    ],
    [
      'without its value',
      ({ path }) => (path === '/orders' ? { status: 201, body: '{}' } : undefined),
      2,
      "The set-up step 'order' failed: POST URL/orders was answered 201 {}, without 'order' in the header Location: correct `save`.",
    ],
  ])('a first step that is %s stops the run with what was answered', async (_, instead, exitCode, message) => {
    const { url, requests } = await shop(instead);
    const results = await check(options(url));
    expect(results.stop).toEqual({ kind: 'obstacle', message: message.replace('URL', url) });
    expect(results.exitCode).toBe(exitCode);
    expect(requests.some(({ path }) => path.endsWith('/capture'))).toBe(false);
  });

  test('a step that fails later stops the run; what was judged stands, and nothing is found', async () => {
    let made = 0;
    const { url, requests } = await shop(({ path }) => {
      if (path === '/orders') made += 1;
      return path === '/orders' && made > 12 ? { status: 422, body: '{"error":"enough"}' } : undefined;
    });
    const results = await check({ ...options(url), profile: 'standard' });
    expect(results.stop).toEqual({
      kind: 'stopped',
      message: `The set-up step 'order' failed: POST ${url}/orders was answered 422 {"error":"enough"}: correct this step in \`setup\`, or what the target holds.`,
    });
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed')]).toEqual([3, []]);
    // What was on its way is not begun anew.
    expect(requests.filter(({ path }) => path === '/orders').length).toBeLessThan(12 + 20);
    const voided = requests.filter(({ path }) => path.endsWith('/void'));
    expect(voided).toHaveLength(12);
  });

  test('a target that does not answer a step is said to be away', async () => {
    const results = await check(options('http://127.0.0.1:9'));
    expect([results.stop?.kind, results.exitCode]).toEqual(['obstacle', 3]);
    expect(JSON.stringify(results.stop)).toContain(
      "The set-up step 'POST /customers' failed: POST http://127.0.0.1:9/customers ",
    );
  });

  test('what is announced knows of steps, and of what takes away what they made', async () => {
    // One seed: forecasts of two seeds are of other plans.
    const forecast = (contract: string) =>
      forecastInTurns(settle({ ...options('http://127.0.0.1:1', contract), seed: 7 }), new AbortController().signal);
    const withSteps = await forecast(capture());
    const without = await forecast(
      contractFile(`extends: ${capture()}\nsetup: []\ncompanions: []\ncreate: { path: /captures }`),
    );
    // A customer, and an order for each capture.
    expect(withSteps.resources).toBe(2 * without.resources + 1);
    expect(withSteps.requests).toBe(without.requests + 1 + 2 * without.resources);
  });

  test('steps count within the limits of a run', async () => {
    const { url, orders, requests } = await shop();
    const results = await check({ ...options(url), maxCreates: 9 });
    expect(results.stop).toEqual({ kind: 'stopped', message: 'the budget of 9 created resources is spent' });
    const creates = requests.filter(({ path }) => !path.endsWith('/void'));
    expect(orders.size).toBeGreaterThan(0);
    expect(creates.length).toBeLessThanOrEqual(9);
  });
});
