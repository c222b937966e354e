import { execFile, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { curlScript, usualVariables } from '../../reports/curl.js';
import type { CaseRecord, ExchangeRecord, IdPlaceRecord, SetUpRecord } from '../../results/results.js';
import { type ExchangeOptions, exchange as sample } from './exchange.js';

interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['rawHeaders'];
  body: Buffer;
  atMs: number;
  /** How many requests were under way when this one was answered. */
  together: number;
}

let server: Server;
let origin = '';
let received: Received[] = [];
let open = 0;
let holdMs = 0;
let answer: (n: number) => string;
let more: (n: number) => Record<string, string>;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    open += 1;
    const atMs = performance.now();
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    await new Promise((done) => setTimeout(done, holdMs));
    const { method = '', url = '', rawHeaders } = request;
    received.push({ method, url, headers: rawHeaders, body: Buffer.concat(parts), atMs, together: open });
    open -= 1;
    response.writeHead(201, { 'content-type': 'application/json', ...more(received.length) });
    response.end(answer(received.length));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => {
  received = [];
  holdMs = 0;
  more = () => ({});
  answer = (n) => JSON.stringify({ files: [{ id: 'file_1' }], id: `order_${n}` }, null, 1);
});

function exchange(name: string, sentMs: number, doneMs: number | null, options: ExchangeOptions = {}): ExchangeRecord {
  const made = sample(name, sentMs, doneMs, options);
  const { pathname, search } = new URL(made.request.url);
  return { ...made, request: { ...made.request, url: `${origin}${pathname}${search}` } };
}

function record(exchanges: ExchangeRecord[]): CaseRecord {
  return {
    plan: { keys: [], steps: [] },
    steps: ['one\nrm -rf /', 'two', 'three'],
    attempts: exchanges.length,
    exchanges,
    effects: [],
    deliveries: [],
  };
}

async function run(
  exchanges: ExchangeRecord[],
  env: Record<string, string> = {},
  id: IdPlaceRecord = '/id',
  setUp: SetUpRecord[] = [],
): Promise<string> {
  const script = curlScript({ ...record(exchanges), ...(setUp.length > 0 ? { setUp } : {}) }, { id });
  const path = process.env.PATH ?? '';
  const secrets = { IDEM_API_KEY: "it's $ecret", IDEM_API_KEY_2: 'other' };
  const child = execFile('sh', { env: { PATH: path, ...secrets, ...env } });
  child.stdin?.end(script);
  const text = async (stream: Readable | null) => (stream === null ? '' : String(await buffer(stream)));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/** A read, one step after the write. */
function read(path: string): ExchangeRecord {
  const made = exchange('B', 2, 3, { step: 1, outcome: 'read', key: null });
  return { ...made, request: { ...made.request, method: 'GET', url: `${origin}${path}`, body: '' } };
}

function header(request: Received | undefined, name: string): string | undefined {
  const at = request?.headers.findIndex((other, index) => index % 2 === 0 && other.toLowerCase() === name) ?? -1;
  return at < 0 ? undefined : request?.headers[at + 1];
}

const keyOf = (request: Received | undefined): string => JSON.parse(String(request?.body)).idempotency_key;

describe('the script, run', () => {
  beforeAll(() => {
    if (spawnSync('curl', ['--version']).status !== 0)
      throw new Error('curl is missing: install it, e.g. apt-get install curl');
  });

  test('makes set-up steps first, and puts what they answer where the old values stood', async () => {
    const customer: SetUpRecord = {
      ...{ step: 'customer', credential: 'first', status: 201 },
      request: { method: 'POST', url: `${origin}/customers`, headers: [], body: '' },
      saved: [{ name: 'customer', place: '/id', value: 'old_customer' }],
    };
    const order: SetUpRecord = {
      ...{ step: 'order', credential: 'first', status: 201 },
      request: {
        ...{ method: 'POST', url: `${origin}/customers/old_customer/orders` },
        ...{
          headers: [['content-type', 'application/json']],
          body: '{"of":"old_customer","others":"very_old_customer"}',
        },
      },
      saved: [{ name: 'order', place: { header: 'Location', pattern: null }, value: 'old/order' }],
    };
    more = (n) => ({ location: `/orders/new_${n}?a=b` });
    const made = exchange('A', 0, 10);
    const { request } = made;
    const [url, body] = [`${origin}/orders/old%2Forder/capture`, '{"customer":"old_customer"}'];
    const headers: [string, string][] = [...request.headers, ['X-Consent', 'of old/order']];
    const output = await run([{ ...made, request: { ...request, url, headers, body } }], {}, '/id', [customer, order]);
    expect(output).toContain('set-up customer: 201');
    expect(received.map(({ method, url: to, body: said }) => [method, to, String(said)])).toEqual([
      ['POST', '/customers', ''],
      ['POST', '/customers/order_1/orders', '{"of":"order_1","others":"very_old_customer"}'],
      ['POST', '/orders/new_2/capture', '{"customer":"order_1"}'],
    ]);
    expect(header(received[2], 'x-consent')).toBe('of new_2');
  });

  test('sends the same bytes with a fresh key, equal where it was equal', async () => {
    const output = await run([exchange('A', 0, 10), exchange('B', 20, 30, { step: 1 })]);
    expect(output).toMatch(/^A: 201 after [\d.]+ s\n/);
    expect(received).toHaveLength(2);
    expect(keyOf(received[0])).toMatch(/^w\d{12,}eekly-deck:2026-W17:k7f3$/);
    expect(keyOf(received[1])).toBe(keyOf(received[0]));
    const sent = exchange('A', 0, 1).request;
    expect(String(received[0]?.body).replace(/(?<="w)\d+/, '')).toBe(sent.body);
    expect(received[0]?.headers.filter((_, index) => index % 2 === 0)).toEqual([
      'Host',
      'Authorization',
      'Content-Type',
      'X-Version',
      'Content-Length',
    ]);
    expect(header(received[0], 'authorization')).toBe("Bearer it's $ecret");
  });

  test.each([
    ['quotes and shell words', `'"$HOME" \`id\` \\n \\\\ !! %s %% $(id) ; rm -rf ~`],
    ['a file name', '@/etc/passwd'],
    ['an option', '--help'],
    ['every control character', String.fromCharCode(...Array(32).keys(), 127, 133)],
    ['line breaks at both ends', '\n\r\n x \n\n'],
    ['characters from everywhere', 'é e\u0301 😀 \u202e \u2028 \ufeff 日本'],
    ['nothing', ''],
    ['megabytes', `${'x'.repeat(2_000_000)}'`],
  ])('exact bytes: %s', async (_, body) => {
    expect(await run([exchange('A', 0, 10, { key: null, body })])).toContain('A: 201');
    expect(received[0]?.body.equals(Buffer.from(body))).toBe(true);
  });

  test('a key in the address is fresh there, and a resource that is called like it is not taken for another', async () => {
    const put = (name: string, at: number, path: string, key: string): ExchangeRecord => {
      const made = exchange(name, at, at + 1, { key, resource: key, step: at });
      return { ...made, request: { ...made.request, method: 'PUT', url: `${origin}${path}`, body: '{}' } };
    };
    answer = () => '{}';
    await run([
      put('A', 0, '/payments/k1?x=1', 'k1'),
      put('B', 2, '/payments/k1?x=1', 'k1'),
      put('C', 4, '/orders?id=a%2F1', 'a/1'),
    ]);
    const [first = '', second, third] = received.map(({ url }) => url);
    expect(first).toMatch(/^\/payments\/k\d{12,}1\?x=1$/);
    expect(second).toBe(first);
    expect(third).toMatch(/^\/orders\?id=a\d{12,}%2F1$/);
  });

  test('a large body is sent whole, with its key fresh, from a short script', async () => {
    const body = (pad: string) => `{"idempotency_key":"Key1","prompt":"a 'b' ${pad}y${pad}"}`;
    const kept = exchange('A', 0, 10, { key: 'Key1', body: body('\uE000pad:120000\uE001') });
    expect(curlScript(record([kept]), { id: '/id' }).length).toBeLessThan(2_000);
    await run([kept]);
    const sent = String(received[0]?.body);
    expect(sent.replace(/(?<="K)\d+/, '')).toBe(body('x'.repeat(120_000)));
    expect(keyOf(received[0])).toMatch(/^K\d{12,}ey1$/);
  });

  test('near misses stay near: case, white space, and a key spelled with escapes', async () => {
    const body = (literal: string) => `{"prompt":"Key1","idempotency_key" : ${literal}}`;
    await run([
      exchange('A', 0, 1, { key: 'Key1', body: body('"Key1"') }),
      exchange('B', 2, 3, { key: 'KEY1', body: body('"KEY1"') }),
      exchange('C', 4, 5, { key: ' Key1', body: body('" Key1"') }),
      exchange('D', 6, 7, { key: 'Key1', body: body('"\\u004bey1"') }),
      exchange('E', 8, 9, { key: '', body: body('""') }),
    ]);
    const [a = '', b = '', c = '', d = '', e] = received.map(keyOf);
    expect(a).toMatch(/^K\d{12,}ey1$/);
    expect([b, c, d, e]).toEqual([a.toUpperCase(), ` ${a}`, a, '']);
    expect(String(received[3]?.body)).toMatch(/"\\u004b\d+ey1"\}$/);
    // The same word in another member is no key.
    expect(JSON.parse(String(received[0]?.body)).prompt).toBe('Key1');
  });

  test('a key in a form is fresh, in its spelling, and other pairs stay', async () => {
    await run([
      exchange('A', 0, 1, { key: 'a key/1', body: 'note=a+key%2F1&meta[key]=a+key%2F1' }),
      exchange('B', 2, 3, { key: 'a key/1', body: 'meta%5Bkey%5D=%61%20key/1&note=x' }),
    ]);
    const [a, b] = received.map(({ body }) => String(body));
    const [, digits = ''] = /^note=a\+key%2F1&meta\[key\]=a(\d{12,})\+key%2F1$/.exec(a ?? '') ?? [];
    expect(b).toBe(`meta%5Bkey%5D=%61${digits}%20key/1&note=x`);
  });

  test('a key in a part is fresh, and all bytes around it stay', async () => {
    const part = (name: string, value: string, more = '') =>
      `--b1\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const sent = (key: string) =>
      `${part('note', 'a "key"\n1')}${part('meta[key]', key)}${part('file', "é'\r\n", '; filename="x"')}--b1--\r\n`;
    await run([exchange('A', 0, 1, { key: 'a "key"\n1', body: sent('a "key"\n1') })]);
    const body = String(received[0]?.body);
    const [, digits = ''] = /name="meta\[key\]"\r\n\r\na(\d{12,}) "key"\n1\r\n/.exec(body) ?? [];
    expect(body).toBe(sent(`a${digits} "key"\n1`));
    expect(digits).not.toBe('');
  });

  test('a key in a header, credentials of every kind, other headers as they were', async () => {
    const one = exchange('A', 0, 10, { key: 'abc', body: '{}' });
    const headers = (authorization: string | null): [string, string][] => [
      ...(authorization === null ? [] : ([['authorization', authorization]] as [string, string][])),
      ['Idempotency-Key', '"abc"'],
      ['X-Empty', ''],
      ['Transfer-Encoding', 'chunked'],
      ['User-Agent', 'suite'],
    ];
    const make = (name: string, at: number, credential: string, authorization: string | null) => {
      const request = { ...one.request, headers: headers(authorization) };
      return { ...one, name, sentMs: at, doneMs: at + 1, credential, request };
    };
    await run([
      make('A', 0, 'first', 'Bearer ‹secret 3f9a›'),
      make('B', 2, 'second', 'Bearer ‹secret 77b0›'),
      make('C', 4, 'wrong', 'Bearer ‹secret 3f9a›'),
      make('D', 6, 'none', null),
    ]);
    expect(received.map((request) => header(request, 'authorization'))).toEqual([
      "Bearer it's $ecret",
      'Bearer other',
      'Bearer not-an-api-key',
      undefined,
    ]);
    expect(new Set(received.map((request) => header(request, 'idempotency-key'))).size).toBe(1);
    expect(header(received[0], 'idempotency-key')).toMatch(/^"a\d{12,}bc"$/);
    expect(header(received[0], 'x-empty')).toBe('');
    expect(header(received[0], 'transfer-encoding')).toBe('chunked');
    expect(header(received[0], 'content-type')).toBeUndefined();
    expect(header(received[0], 'user-agent')).toBe('suite');
  });

  test('a credential in the query, and as Basic', async () => {
    const one = exchange('A', 0, 10, { body: '{}' });
    const query = { ...one.request, url: `${one.request.url}?a=1&key=‹secret 3f9a›` };
    const basic = { ...one.request, headers: [['Authorization', 'Basic ‹secret 77b0/1234›==']] as [string, string][] };
    await run([
      { ...one, credential: 'second', request: query },
      { ...one, name: 'B', sentMs: 20, doneMs: 30, credential: 'first', request: basic },
    ]);
    expect(received.map(({ url }) => url)).toEqual(['/v1/orders?a=1&key=other', '/v1/orders']);
    expect(header(received[1], 'authorization')).toBe(`Basic ${Buffer.from("it's $ecret").toString('base64')}`);
  });

  test('what overlapped is sent together, and pauses are kept', async () => {
    holdMs = 300;
    await run([
      exchange('A', 0, 10),
      exchange('B', 0.1, null, { outcome: 'unknown' }),
      exchange('C', 0.2, 12),
      exchange('D', 320, 330, { step: 2 }),
    ]);
    expect(received.map(({ together }) => together).sort()).toEqual([1, 1, 2, 3]);
    const [a, , , d] = received;
    // The answer took 300 ms, the pause 308 ms.
    expect((d?.atMs ?? 0) - (a?.atMs ?? 0)).toBeGreaterThan(600);
  });

  test('a read asks for the new id, not for the old one', async () => {
    const made = exchange('A', 0, 1, { resource: 'order_9' });
    await run([made, read('/v1/orders/order_9?full=1')]);
    expect(received[1]).toMatchObject({ method: 'GET', url: '/v1/orders/order_1?full=1' });
    expect(received[1]?.body).toHaveLength(0);
  });

  test.each<[string, string, (n: number) => string, string]>([
    ['below another id', '/data/id', (n) => `{"id":"no","data":{"list":[{"id":"no"}],"id":"yes_${n}"},"z":1}`, 'yes_1'],
    ['a number', '/order_number', (n) => `{"note":"\\"order_number\\": 7","order_number": 100${n}}`, '1001'],
    ['a number larger than a double holds', '/n', () => '{"n":9007199254740993\n}', '9007199254740993'],
    ['in an array', '/1/id', (n) => `[ {"id":"no"}, { "id" : "yes_${n}" } ]`, 'yes_1'],
    ['the whole answer', '', (n) => `"yes_${n}"`, 'yes_1'],
    ['a member with a slash', '/a~1b/~0', (n) => `{"a":{"b":1},"a/b":{"~":"yes_${n}"}}`, 'yes_1'],
    ['over several lines, after empty ones', '/b', (n) => `{\n "e": [],\n "f": {},\n "b":\n"yes_${n}"}\n`, 'yes_1'],
    ['after text in many languages', '/b', (n) => `{"日本😀":"é\\u00e9\\\\","b":"yes_${n}"}`, 'yes_1'],
    ['where a program escapes slashes', '/u', () => '{"u":"a\\/b"}', 'a/b'],
  ])('the id is taken from the pointer of the contract: %s', async (_, pointer, answers, id) => {
    answer = answers;
    await run([exchange('A', 0, 1, { resource: '1041' }), read('/v1/orders/1041/items')], {}, pointer);
    expect(received[1]?.url).toBe(`/v1/orders/${id}/items`);
  });

  test.each<[string, string]>([
    ['/v1/orders/new_1', 'new_1'],
    ['https://api.example/v1/orders/a%20b/?expand=x#y', 'a%20b'],
    ['new_1', 'new_1'],
  ])('the id is taken from a header: %s', async (location, id) => {
    more = () => ({ Location: location, 'X-Location': '/no' });
    const sent = [exchange('A', 0, 1, { resource: '1041' }), read('/v1/orders/1041/items')];
    await run(sent, {}, { header: 'Location', pattern: null });
    expect(received[1]?.url).toBe(`/v1/orders/${id}/items`);
  });

  test('where nothing is named that a shell can take, the old id is asked for', async () => {
    const sent = [exchange('A', 0, 1, { resource: '1041' }), read('/v1/orders/1041')];
    await run(sent, {}, null);
    await run(sent, {}, { header: 'X-Made', pattern: 'order=(.*)' });
    expect(received.map(({ url }) => url).filter((url) => url.endsWith('/1041'))).toHaveLength(2);
  });

  test('an id in the query is taken, too; one that only looks like it is not', async () => {
    await run([exchange('A', 0, 1, { resource: '1041' }), read('/v1/orders?number=1041&page=10411')]);
    expect(received[1]?.url).toBe('/v1/orders?number=order_1&page=10411');
  });

  test.each(['', 'no JSON', '{"id":', '[}', '{"a":[1,2'])(
    'an answer that names nothing ends the wait: %j',
    async (text) => {
      answer = () => text;
      await run([exchange('A', 0, 1, { resource: 'order_9' }), read('/v1/orders/order_9')]);
      expect(received[1]?.url).toBe('/v1/orders/');
    },
  );

  test('says which variable is missing', async () => {
    await expect(run([exchange('A', 0, 1)], { IDEM_API_KEY: '' })).rejects.toThrow('set it to the API key');
  });
});

test.each<[url: string, transport: string | undefined, option: string, authority: boolean]>([
  ['http://127.0.0.1:1/orders', 'HTTP/1.1', '--path-as-is --http1.1 --request', false],
  ['http://127.0.0.1:1/orders', 'HTTP/2', '--path-as-is --http2-prior-knowledge --request', false],
  ['https://api.example.com/orders', 'HTTP/2', '--path-as-is --http2 --request', true],
  ['https://api.example.com/orders', undefined, '--path-as-is --request', true],
])('speaks the protocol of the run: %s, %s', (url, transport, option, authority) => {
  const made = sample('A', 0, 1);
  const one = { ...made, request: { ...made.request, url } };
  const script = curlScript(record([one]), { id: '/id', ...(transport === undefined ? {} : { transport }) });
  expect(script).toContain(option);
  expect(script.includes('CURL_CA_BUNDLE')).toBe(authority);
});

test('says that it cannot sign, and sends no signature that was masked', () => {
  const made = sample('A', 0, 1);
  const headers: [string, string][] = [...made.request.headers, ['X-Signature', '‹signature ab12›']];
  const script = curlScript(record([{ ...made, request: { ...made.request, headers } }]), {
    id: '/id',
    sign: './s\n.mjs',
  });
  expect(script).toMatch(
    /^# Each request was signed by \.\/s.*\.mjs, which this script cannot do: put new signatures in\.$/m,
  );
  expect(script).toContain("--header 'X-Signature: a-signature'");
});

test('reads like something a person would write', () => {
  const one = sample('A', 0, 12, { body: '{"prompt":"it\'s","idempotency_key":"k1"}', key: 'k1' });
  const two = sample('B', 0.2, 13, { body: '{"prompt":"b","idempotency_key":"k1"}', key: 'k1' });
  const script = curlScript(
    {
      plan: { keys: [], steps: [] },
      steps: ['two at once'],
      attempts: 2,
      exchanges: [one, two],
      effects: [],
      deliveries: [],
    },
    { id: '/id' },
    { ...usualVariables, first: 'SHOP_KEY' },
  );
  expect(script).toMatchInlineSnapshot(`
    "#!/bin/sh
    # Sends 2 requests again, with fresh idempotency keys. Needs curl 7.68 or later.
    set -u
    : "\${SHOP_KEY:?set it to the API key}"
    dir=$(mktemp -d) || exit 1
    trap 'rm -rf "$dir"' EXIT

    # Keys that were equal are equal; each has new digits in it.
    fresh=$(date +%s)$$
    key_1=k"$fresh"1

    # A, B: two at once
    printf '%s' '{"prompt":"it'\\''s","idempotency_key":"'"$key_1"'"}' > "$dir/1.body"
    printf '%s' '{"prompt":"b","idempotency_key":"'"$key_1"'"}' > "$dir/2.body"
    curl --parallel --parallel-immediate --parallel-max 2 --no-progress-meter --silent --show-error --globoff --path-as-is --request POST \\
      --header 'Authorization: Bearer '"$SHOP_KEY" \\
      --header 'Content-Type: application/json' \\
      --header 'X-Version: 2026-05-01' \\
      --header Accept: \\
      --header User-Agent: \\
      --header Expect: \\
      --data-binary @"$dir/1.body" \\
      --output "$dir/1.answer" --write-out 'A: %{http_code} after %{time_total} s\\n' \\
      --url http://127.0.0.1:4010/v1/orders \\
      --next --silent --show-error --globoff --path-as-is --request POST \\
      --header 'Authorization: Bearer '"$SHOP_KEY" \\
      --header 'Content-Type: application/json' \\
      --header 'X-Version: 2026-05-01' \\
      --header Accept: \\
      --header User-Agent: \\
      --header Expect: \\
      --data-binary @"$dir/2.body" \\
      --output "$dir/2.answer" --write-out 'B: %{http_code} after %{time_total} s\\n' \\
      --url http://127.0.0.1:4010/v1/orders
    cat "$dir/1.answer" 2>/dev/null; echo
    cat "$dir/2.answer" 2>/dev/null; echo
    "
  `);
});
