/** A document whose writes act on what other writes make: set-up steps are derived from it. */
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readingLines } from '../../contracts/openapi/read.js';
import { withDocument } from '../../run/openapi.js';
import { openApiOf, type RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';
import { said } from '../cli/in-process.js';
import { closeTargets, serve } from '../cli/targets.js';

afterAll(closeTargets);

const openapi = fileURLToPath(new URL('./documents/actions.yaml', import.meta.url));

/** @param forgets repeats of a capture are carried out again */
async function shop({ forgets = false } = {}) {
  const made = { customers: 0, orders: new Map<string, number>(), gone: new Set<string>() };
  const invoices: { id: string; text: unknown; customer: string }[] = [];
  const known = new Map<string, { status: number; body: object }>();
  let captures = 0;
  const { url } = await serve(async (request, response) => {
    const text = await textOf(request);
    const body = text === '' ? {} : JSON.parse(text);
    const path = request.url as string;
    const send = (status: number, answer?: object, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(answer === undefined ? '' : JSON.stringify(answer));
    const key = `${path} ${request.headers['idempotency-key']}`;
    const keyed = (status: number, make: () => object) => {
      const answer = (forgets ? undefined : known.get(key)) ?? { status, body: make() };
      known.set(key, answer);
      return send(answer.status, answer.body);
    };
    if (path === '/customers' && body.email === 'somebody@example.com') {
      made.customers += 1;
      return send(201, undefined, { location: `${url}/customers/c_${made.customers}` });
    }
    const [, customer] = /^\/customers\/(c_\d+)\/invoices$/.exec(path) ?? [];
    if (customer !== undefined && request.method === 'GET') return send(200, invoices);
    if (customer !== undefined && typeof body.text === 'string')
      return keyed(201, () => {
        const invoice = { id: `i_${invoices.length + 1}`, text: body.text, customer };
        invoices.push(invoice);
        return invoice;
      });
    const isOrder = body.currency === 'EUR' && body.lines?.[0]?.count === 2 && body.lines[0].sku.length >= 3;
    if (path === '/orders' && isOrder && request.headers['x-shop'] === 'berlin') {
      const id = `o_${made.orders.size + 1}`;
      made.orders.set(id, 0);
      return send(201, { id });
    }
    const [, order = '', capture] = /^\/orders\/(o_\d+)(\/capture)?$/.exec(path) ?? [];
    const times = made.orders.get(order);
    if (request.method === 'DELETE' && times !== undefined) {
      made.gone.add(order);
      return send(204);
    }
    if (capture === undefined || times === undefined) return send(404, { error: 'no such thing' });
    if (times > 0 && !known.has(key)) return send(400, { error: 'this order was captured' });
    return keyed(200, () => {
      made.orders.set(order, times + 1);
      captures += 1;
      return { captureId: `cap_${captures}` };
    });
  });
  return { url, made };
}

const options = (url: string): RunOptions => ({
  ...{ openapi, targets: [url], profile: 'smoke', seed: 1, stormWidth: 4, maxWait: 2 },
  only: ['REPLAY-1', 'REPLAY-3'],
});

test('what a document says of what a write needs is said as set-up, and marked as a guess', async () => {
  const { loaded, reading, operations } = openApiOf(await withDocument({ openapi, targets: ['http://127.0.0.1:1'] }));
  const lines = readingLines(loaded.file, reading).map((line) => line.trim().replace(/ {2,}/g, ' '));
  expect(lines).toContain('set-up POST /customers once, whose id by its Location is {customer} of the path (a guess)');
  expect(lines).toContain('set-up POST /orders for each key, whose id at /id is {order_id} of the path (a guess)');
  expect(lines.filter((line) => line.startsWith('Left out:'))).toEqual([
    'Left out: POST /shipments/{id}/stop: it acts on what {id} names, and needs a new one for each request: write a contract with a setup that makes it.',
  ]);
  expect(
    operations.map(
      ({
        loaded: {
          contract: { create, setup, effects },
        },
      }) => [create.path, effects.list?.path, setup],
    ),
  ).toEqual([
    [
      '/customers/{customer}/invoices',
      '/customers/{customer}/invoices',
      [
        {
          ...{ name: 'customer', each: 'run', method: 'POST', path: '/customers', headers: {} },
          ...{ body: { email: 'somebody@example.com' }, bodyType: 'json', success: null },
          ...{ save: { customer: { header: 'Location', pattern: null } }, cleanUp: null },
        },
      ],
    ],
    [
      '/orders/{order_id}/capture',
      undefined,
      [
        {
          ...{ name: 'order', each: 'operation', method: 'POST', path: '/orders', headers: { 'X-Shop': 'berlin' } },
          ...{ body: { lines: [{ sku: 'set up f', count: 2 }], currency: 'EUR' }, bodyType: 'json', success: null },
          ...{ save: { order_id: '/id' }, cleanUp: { method: 'DELETE', path: '/orders/{order_id}' } },
        },
      ],
    ],
  ]);
});

test('the writes are tested by the document alone, and what was made for them is taken away', async () => {
  const { url, made } = await shop();
  const results = await run(options(url), { small: false });
  expect(results.stop).toBeNull();
  expect(results.exitCode).toBe(0);
  const passed = results.requirements.filter(({ status }) => status === 'passed');
  expect(passed.map(({ operation, id }) => `${operation} ${id}`).sort()).toEqual([
    'capture REPLAY-1',
    'invoice REPLAY-1',
    'invoice REPLAY-3',
  ]);
  expect(made.customers).toBe(1);
  expect(Math.max(...made.orders.values())).toBe(1);
  expect(made.gone).toEqual(new Set(made.orders.keys()));
});

test('a server that captures an order twice is failed', async () => {
  const { url } = await shop({ forgets: true });
  const results = await run({ ...options(url), only: ['REPLAY-1'] }, { small: false });
  const failed = results.requirements.filter(({ status }) => status === 'failed');
  expect(failed.map(({ operation, id }) => `${operation} ${id}`)).toContain('capture REPLAY-1');
  expect(results.exitCode).toBe(1);
});

test('init writes it with a comment', async () => {
  const ended = await said([
    'init',
    '--openapi',
    openapi,
    '--endpoint',
    'POST /orders/o_1/capture',
    '--out',
    'own.yaml',
  ]);
  expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)]);
  const { stdout } = await said(['explain', `${ended.folder}/own.yaml`]);
  expect(stdout).toContain(
    'Set-up         order: POST /orders once for each key of a credential, and for each write without a key, with X-Shop: berlin',
  );
});
