import { buffer } from 'node:stream/consumers';
import { Response } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { serveReference } from '../../reference/server/server.js';
import type { RunOptions } from '../../run/options.js';
import { closeTargets, serve } from '../cli/targets.js';
import { check, idsWith } from './check.js';
import { filesOf } from './files.js';

const { written } = filesOf('multipart');
afterAll(closeTargets);

/** A part as a server has it: its name, what is in it, and whether it is a file. */
type Part = [name: string, value: string, isFile: boolean];

interface Way {
  /** What of two bodies has to be equal; the right ones compare all parts in the order of their names. */
  fingerprint?(parts: Part[], bytes: Buffer, contentType: string): string;
  /** A repeat makes another document. */
  again?: boolean;
  /** Parts are looked for in what no parser could read. */
  lax?: boolean;
}

const sorted = (parts: Part[]) => JSON.stringify([...parts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

async function partsIn(bytes: Buffer, contentType: string): Promise<Part[]> {
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  return Promise.all(
    [...form.entries()].map(async ([name, value]): Promise<Part> => {
      return typeof value === 'string'
        ? [name, value, false]
        : [name, Buffer.from(await value.arrayBuffer()).toString(), true];
    }),
  );
}

/** The parts that are complete, whatever else is wrong. */
function partsAnyhow(bytes: Buffer): Part[] {
  const pattern = /name="(title|pages|document)"(; filename)?[\s\S]*?\r\n\r\n([\s\S]*?)\r\n(?=--|$)/g;
  return [...bytes.toString().matchAll(pattern)].map(([, name = '', file, value = '']) => [
    name,
    value,
    file !== undefined,
  ]);
}

/** An API that stores documents with a title. */
async function serveDocuments({ fingerprint = sorted, again = false, lax = false }: Way): Promise<string> {
  const documents: { id: string; title: string }[] = [];
  const known = new Map<string, { same: string; made: object }>();
  const { url } = await serve(async (request, response) => {
    const send = (status: number, json: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (request.method === 'GET') {
      const from = documents.findIndex(({ id }) => request.url?.endsWith(`after=${id}`)) + 1;
      return send(200, { data: documents.slice(from, from + 100), has_more: documents.length > from + 100 });
    }
    const bytes = await buffer(request).catch(() => null);
    if (bytes === null) return;
    const type = request.headers['content-type'] ?? '';
    const parts = await partsIn(bytes, type).catch(() => (lax ? partsAnyhow(bytes) : []));
    const find = (name: string) => parts.find(([one]) => one === name);
    const [title, document] = [find('title'), find('document')];
    if (title?.[2] !== false || document?.[2] !== true || !/^\d+$/.test(find('pages')?.[1] ?? '0'))
      return send(400, { error: { type: 'invalid' } });
    const key = request.headers['idempotency-key'];
    const same = fingerprint(parts, bytes, type);
    const first = typeof key === 'string' ? known.get(key) : undefined;
    if (first !== undefined && first.same !== same) return send(409, { error: { type: 'key_reused' } });
    if (first !== undefined && !again) return send(200, first.made);
    const made = { id: `doc_${documents.length + 1}`, title: title[1] };
    documents.unshift(made);
    if (typeof key === 'string') known.set(key, { same, made });
    return send(200, made);
  });
  return url;
}

const requestSchema = {
  type: 'object',
  required: ['title', 'document'],
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 2_000 },
    document: { type: 'string', format: 'binary', minLength: 1, maxLength: 100_000 },
    pages: { type: 'integer', minimum: 1, maximum: 900 },
    tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 20 }, maxItems: 4 },
    meta: { type: 'object', properties: { order: { type: 'string', maxLength: 40 } } },
  },
};

const documents = {
  name: 'documents',
  resource: 'document',
  create: { path: '/documents', body: 'multipart', arrays: 'repeat', requestSchema, success: [200] },
  key: { name: 'Idempotency-Key', quoting: 'none' },
  fingerprint: 'value',
  stored: ['success'],
  ignored: ['contentTypeParameters'],
  scope: 'account',
  replay: { kind: 'success' },
  conflict: { statuses: [409], code: { pointer: '/error/type', values: ['key_reused'] } },
  errors: { validation: { statuses: [400] } },
  effects: {
    list: {
      path: '/documents',
      items: '/data',
      pages: { kind: 'after', query: 'after' },
      pageSize: { query: 'limit', value: 100 },
    },
  },
};
const contract = written(documents);

const JUDGED = [
  ...['CREATE-3', 'REPLAY-1', 'REPLAY-3', 'REPLAY-7', 'REPLAY-15', 'STORM-1', 'LOST-1', 'LOST-2'],
  ...['CONFLICT-1', 'CONFLICT-3', 'CONFLICT-4', 'CONFLICT-5', 'CONFLICT-7', 'CONFLICT-8', 'REJECT-1', 'REJECT-3'],
];

async function said(way: Way, options: RunOptions, only: string[]) {
  const targets = [await serveDocuments(way)];
  const results = await check({ ...options, targets, profile: 'smoke', stormWidth: 4, only });
  expect(results.stop).toBeNull();
  return results;
}

describe.concurrent('multipart bodies', () => {
  test('a right server: all holds', async () => {
    const results = await said({}, { contract }, JUDGED);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(JUDGED));
    expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
  });

  test.each<[name: string, way: Way, failed: string]>([
    ['bytes are compared, with the boundary', { fingerprint: (_, bytes) => bytes.toString('latin1') }, 'CONFLICT-7'],
    [
      'only the boundary counts beside the parts',
      { fingerprint: (parts, _, type) => type + sorted(parts) },
      'CONFLICT-7',
    ],
    [
      'files are not compared',
      { fingerprint: (parts) => sorted(parts.filter(([, , isFile]) => !isFile)) },
      'CONFLICT-3',
    ],
    [
      'parts of one name are taken for one',
      { fingerprint: (parts) => sorted([...new Map(parts.map((one) => [one[0], one])).values()]) },
      'CONFLICT-3',
    ],
    ['bodies are not compared', { fingerprint: () => '' }, 'CONFLICT-3'],
    ['a repeat makes another', { again: true }, 'REPLAY-1'],
    ['a boundary that no Content-Type names is guessed', { lax: true }, 'REJECT-1'],
  ])('%s', async (_, way, failed) => {
    const results = await said(way, { contract }, [failed]);
    expect(idsWith(results, 'failed')).toContain(failed);
  });

  test('by flags: a right server passes, and one that creates again fails', async () => {
    const endpoint = {
      endpoint: 'POST /documents',
      key: 'header:Idempotency-Key',
      bodyType: 'multipart' as const,
      bodySchema: written(requestSchema),
      list: 'GET /documents',
    };
    const results = await said({}, { endpoint }, ['REPLAY-1', 'CONFLICT-1']);
    expect(idsWith(results, 'passed')).toEqual(['REPLAY-1']);
    expect(idsWith(results, 'failed', 'noticed')).toEqual([]);
    const broken = await said({ again: true }, { endpoint }, ['REPLAY-1']);
    expect(idsWith(broken, 'failed')).toContain('REPLAY-1');
  });
});

describe.concurrent('the reference', () => {
  const meta = {
    type: 'object',
    properties: { key: { type: 'string' }, order: { type: 'string', maxLength: 40 }, at: { type: 'string' } },
  };
  const keyed = written({
    ...documents,
    create: {
      ...documents.create,
      requestSchema: { ...requestSchema, properties: { ...requestSchema.properties, meta } },
    },
    key: { in: 'body', name: '/meta/key' },
    companions: [{ in: 'body', name: '/meta/at', value: 'uuid', repeats: 'fresh' }],
  });
  const only = ['CONFLICT-3', 'CONFLICT-7', 'KEY-2', 'LOST-2', 'REJECT-1', 'REPLAY-1'];

  test.each<[fault: string, failed: string[]]>([
    ['', []],
    ['never-replays', ['REPLAY-1']],
    ['compares-bytes-of-a-value', ['CONFLICT-7']],
    ['boundary-counts', ['CONFLICT-7']],
    ['ignores-files', ['CONFLICT-3']],
    ['ignores-names-with-brackets', ['CONFLICT-3']],
    ['last-of-a-repeated-name-wins', ['CONFLICT-3']],
    ['types-not-checked', ['REJECT-1']],
    ['malformed-json-crashes', ['REJECT-1']],
  ])('%s: %j fails', async (fault, failed) => {
    for (const served of [contract, keyed]) {
      const { url, close } = await serveReference({ contract: served, ...(fault === '' ? {} : { fault }) });
      const results = await check({ contract: served, targets: [url], profile: 'smoke', only });
      await close();
      expect(idsWith(results, 'failed')).toEqual(expect.arrayContaining(failed));
      if (fault !== '') continue;
      expect(idsWith(results, 'failed', 'warned', 'noticed', 'inconclusive')).toEqual([]);
      expect(idsWith(results, 'passed')).toEqual(
        expect.arrayContaining(only.filter((id) => served === keyed || id !== 'KEY-2')),
      );
    }
  });

  test('parts of a body that was cut off are carried out: LOST-2 fails', async () => {
    const loose = written({
      ...documents,
      create: { ...documents.create, requestSchema: { ...requestSchema, required: ['title'] } },
    });
    const { url, close } = await serveReference({ contract: loose, fault: 'cut-body-is-executed' });
    const results = await check({ contract: loose, targets: [url], profile: 'standard', only: ['LOST-2'] });
    await close();
    expect(idsWith(results, 'failed')).toContain('LOST-2');
  });
});
