import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { serveReference } from '../../reference/server/server.js';
import type { RunOptions } from '../../run/options.js';
import { closeTargets, serve } from '../cli/targets.js';
import { check, idsWith } from './check.js';
import { filesOf } from './files.js';

const { written } = filesOf('bodies');
afterAll(closeTargets);

interface Way {
  /** What of two bodies has to be equal; the right ones compare all pairs in the order of their names. */
  fingerprint?(body: string): string;
  /** What comes of a repeat. */
  repeat?: 'again' | 'orphan' | 'slow' | undefined;
  /** The media type that a body must have; `null` where there must be none. */
  type: string | null;
  /** What is wrong with a body. */
  refuses?(body: URLSearchParams): boolean;
}

const sorted = (pairs: Iterable<[string, string]>) => [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
const allPairs = (body: string) => JSON.stringify(sorted(new URLSearchParams(body)));

/** An API whose errors say in `error.type` what they are, each with the status 400. */
async function serveCharges({ fingerprint = allPairs, repeat, type, refuses = () => false }: Way): Promise<string> {
  const charges: { id: string; object: string }[] = [];
  const known = new Map<string, { same: string; answer: Promise<object> }>();
  const isRight = ({ headers }: IncomingMessage, body: string) =>
    type === null ? headers['content-type'] === undefined && body === '' : headers['content-type'] === type;
  const make = async () => {
    // A slow server looks first and writes later.
    if (repeat === 'slow') await sleep(20);
    const charge = { id: `ch_${charges.length + 1}_${Math.random().toString(36).slice(2)}`, object: 'charge' };
    charges.unshift(charge);
    return charge;
  };
  const { url } = await serve(async (request, response) => {
    const body = await textOf(request).catch(() => null);
    if (body === null) return;
    const send = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    const refuse = (kind: string) => send(400, { error: { type: kind, message: 'No.' } });
    if (request.method === 'GET') {
      if (request.url === '/v1/count') return send(200, { count: charges.length });
      const { searchParams, pathname } = new URL(request.url ?? '', 'http://localhost');
      const one = charges.find(({ id }) => pathname.endsWith(`/${id}`));
      if (one !== undefined) return send(200, one);
      const from = charges.findIndex(({ id }) => id === searchParams.get('starting_after')) + 1;
      return send(200, { data: charges.slice(from, from + 100), has_more: charges.length > from + 100 });
    }
    if (!isRight(request, body) || refuses(new URLSearchParams(body))) return refuse('invalid_request_error');
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string') return send(200, await make());
    const same = fingerprint(body);
    const first = known.get(key);
    if (first !== undefined && first.same !== same) return refuse('idempotency_error');
    if (first !== undefined && repeat !== 'again') {
      if (repeat === 'orphan') await make();
      return send(200, await first.answer);
    }
    if (repeat !== 'slow') known.set(key, { same, answer: make() });
    const made = repeat === 'slow' ? await make() : await known.get(key)?.answer;
    if (repeat === 'slow') known.set(key, { same, answer: Promise.resolve(made as object) });
    return send(200, made);
  });
  return url;
}

const charges = {
  name: 'charges',
  resource: 'charge',
  key: { name: 'Idempotency-Key' },
  fingerprint: 'value',
  scope: 'account',
  replay: { kind: 'success' },
  conflict: { statuses: [400], code: { pointer: '/error/type', values: ['idempotency_error'] } },
  errors: { validation: { statuses: [400] } },
  effects: {
    list: {
      path: '/v1/charges',
      pageSize: { query: 'limit', value: 100 },
      items: '/data',
      pages: { kind: 'after', query: 'starting_after' },
    },
  },
};

const requestSchema = {
  type: 'object',
  required: ['amount', 'currency'],
  properties: {
    amount: { type: 'integer', minimum: 1, maximum: 999_999 },
    currency: { enum: ['eur', 'usd'] },
    description: { type: 'string', maxLength: 2_000 },
    capture: { type: 'boolean' },
    metadata: { type: 'object', properties: { order: { type: 'string', maxLength: 40 } } },
    tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 20 }, maxItems: 4 },
  },
};

const form = (arrays: string) =>
  written({
    ...charges,
    create: { path: '/v1/charges', body: 'form', arrays, requestSchema, success: [200] },
  });
const capture = written({
  ...charges,
  name: 'capture',
  create: { path: '/v1/charges/ch_1/capture', body: 'none', success: [200] },
});

const counted = written({
  ...charges,
  create: { path: '/v1/charges/ch_1/capture', body: 'none', success: [200] },
  effects: { counter: { path: '/v1/count', pointer: '/count' } },
});

const takesForms: Way = {
  type: 'application/x-www-form-urlencoded',
  refuses: (body) =>
    !/^\d+$/.test(body.get('amount') ?? '') ||
    !['eur', 'usd'].includes(body.get('currency') ?? '') ||
    !['true', 'false', null].includes(body.get('capture')),
};
const takesNothing: Way = { type: null };

const BODIES = ['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-4', 'CONFLICT-5', 'CONFLICT-7', 'CONFLICT-8', 'REJECT-1'];
const ALWAYS = ['CREATE-3', 'REPLAY-1', 'REPLAY-3', 'REPLAY-7', 'STORM-1', 'LOST-1', 'LOST-2'];

async function said(way: Way, options: RunOptions, only: string[]) {
  const targets = [await serveCharges(way)];
  // Without a text in the body, only this says whose a resource is.
  const exclusive = way.type === null;
  const results = await check({ ...options, targets, profile: 'smoke', stormWidth: 4, only, exclusive });
  expect(results.stop).toBeNull();
  return results;
}

describe.concurrent('forms', () => {
  test.each(['index', 'brackets', 'repeat'])('arrays as %s: all holds', async (arrays) => {
    const results = await said(takesForms, { contract: form(arrays) }, [...BODIES, ...ALWAYS]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining([...BODIES, ...ALWAYS]));
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
  });

  test.each<[name: string, arrays: string, fingerprint: (body: string) => string, failed: string]>([
    ['bytes are compared, not values', 'index', (body) => body, 'CONFLICT-7'],
    [
      'nested members are not compared',
      'index',
      (body) => JSON.stringify(sorted([...new URLSearchParams(body)].filter(([name]) => !name.includes('[')))),
      'CONFLICT-3',
    ],
    [
      'the last of a repeated name wins',
      'repeat',
      (body) => JSON.stringify(sorted(Object.entries(Object.fromEntries(new URLSearchParams(body))))),
      'CONFLICT-3',
    ],
    ['bodies are not compared at all', 'brackets', () => '', 'CONFLICT-3'],
  ])('%s', async (_, arrays, fingerprint, failed) => {
    const results = await said({ ...takesForms, fingerprint }, { contract: form(arrays) }, [failed]);
    expect(idsWith(results, 'failed')).toContain(failed);
  });

  test('by flags: a right server passes, and one that creates again fails', async () => {
    const endpoint = {
      endpoint: 'POST /v1/charges',
      key: 'header:Idempotency-Key',
      bodyType: 'form' as const,
      body: written({
        amount: 5,
        currency: 'eur',
        description: 'two of them',
        metadata: { order: 'o 1' },
        tags: ['a'],
      }),
      list: 'GET /v1/charges',
    };
    const results = await said(takesForms, { endpoint }, ['REPLAY-1', 'CONFLICT-1']);
    expect(idsWith(results, 'passed')).toEqual(['REPLAY-1']);
    expect(idsWith(results, 'failed', 'noticed')).toEqual([]);
    const broken = await said({ ...takesForms, repeat: 'again' }, { endpoint }, ['REPLAY-1']);
    expect(idsWith(broken, 'failed')).toContain('REPLAY-1');
  });

  test('a key inside a form is read, judged and kept apart from what stands beside it', async () => {
    const meta = { type: 'object', properties: { key: { type: 'string' }, order: { type: 'string', maxLength: 40 } } };
    const contract = written({
      ...charges,
      create: {
        path: '/v1/charges',
        body: 'form',
        arrays: 'repeat',
        requestSchema: { ...requestSchema, properties: { ...requestSchema.properties, meta } },
      },
      key: { in: 'body', name: '/meta/key' },
    });
    const only = ['KEY-2', 'CONFLICT-3', 'REPLAY-1', 'CONFLICT-7'];
    for (const [fault, failed] of [
      [undefined, []],
      ['never-replays', ['REPLAY-1']],
      ['compares-bytes-of-a-value', ['CONFLICT-7']],
      ['ignores-names-with-brackets', ['CONFLICT-3']],
      ['last-of-a-repeated-name-wins', ['CONFLICT-3']],
    ] as const) {
      const { url, close } = await serveReference({ contract, ...(fault === undefined ? {} : { fault }) });
      const results = await check({ contract, targets: [url], profile: 'smoke', only });
      await close();
      expect(idsWith(results, 'failed')).toEqual(expect.arrayContaining([...failed]));
      if (fault === undefined) expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(only));
      if (fault === undefined) expect(idsWith(results, 'failed', 'warned', 'noticed')).toEqual([]);
    }
  });
});

describe.concurrent('no body', () => {
  test('all else holds, and what speaks of bodies is skipped by name', async () => {
    const results = await said(takesNothing, { contract: capture }, [...BODIES, ...ALWAYS]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(ALWAYS));
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
    const about = results.requirements.filter(({ id }) => BODIES.includes(id));
    expect(about.map(({ status, reason }) => `${status}: ${reason}`)).toEqual(
      BODIES.map(() => 'skipped: the write has no body'),
    );
  });

  test.each<[repeat: Way['repeat'], failed: string]>([
    ['again', 'REPLAY-1'],
    ['orphan', 'REPLAY-3'],
    ['slow', 'STORM-1'],
  ])('a repeat that is %s', async (repeat, failed) => {
    const results = await said({ ...takesNothing, repeat }, { contract: counted }, [failed]);
    expect(idsWith(results, 'failed')).toContain(failed);
  });

  test('by flags', async () => {
    const endpoint = {
      endpoint: 'POST /v1/charges/ch_1/capture',
      key: 'header:Idempotency-Key',
      bodyType: 'none' as const,
      list: 'GET /v1/charges',
    };
    const results = await said(takesNothing, { endpoint }, ['REPLAY-1', 'REPLAY-3', 'CONFLICT-1']);
    expect(idsWith(results, 'passed')).toEqual(['REPLAY-1', 'REPLAY-3']);
  });
});
