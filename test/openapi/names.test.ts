/** What is found in a document by its name or its place: keys, ids, credentials, lists, refusals. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/json.js';
import { accepts } from '../../contracts/openapi/accepts.js';
import { readOpenApi } from '../../contracts/openapi/document.js';
import { openApiContract } from '../../contracts/openapi/load.js';

const text = { type: 'string' };
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const object = (properties: object) => ({ type: 'object', properties });

interface Parts {
  parameters?: object[];
  body?: object;
  answer?: object;
  responses?: object;
  get?: object;
  security?: object[];
  schemes?: object;
  path?: string;
}

const HEADER = { in: 'header', name: 'Idempotency-Key', schema: text };

function documentOf(parts: Parts): string {
  const { parameters = [HEADER], body = {}, answer = object({ id: text }), path = '/orders' } = parts;
  const post = {
    parameters,
    requestBody: json(object({ note: text, ...body })),
    responses: { 201: { description: 'Made', ...json(answer) }, ...parts.responses },
  };
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'T', version: '1' },
    ...(parts.security === undefined ? {} : { security: parts.security }),
    components: { securitySchemes: parts.schemes ?? {} },
    paths: { [path]: { post, ...(parts.get === undefined ? {} : { get: parts.get }) } },
  });
}

async function read(parts: Parts, authenticated = false) {
  const { said, reading } = openApiContract(await readOpenApi(documentOf(parts), 'doc'), { authenticated }, []);
  return { said, notes: reading.used.notes.map(({ subject, text }) => `${subject}: ${text}`) };
}

describe('the key', () => {
  const headers = [
    ...['Idempotency-Key', 'idempotency-key', 'X-Idempotency-Key', 'Idempotency-Token', 'Idempotence-Key'],
    ...['X-Client-Token', 'PayPal-Request-Id', 'Repeatability-Request-ID', 'opc-retry-token'],
  ];
  test.each(headers)('is in the header %s', async (name) => {
    expect((await read({ parameters: [{ ...HEADER, name }] })).said.key).toEqual({ in: 'header', name });
  });

  const members = ['idempotency_key', 'idempotencyKey', 'clientRequestToken', 'ClientToken', 'requestId', 'request_id'];
  test.each(members)('is the member %s', async (name) => {
    expect((await read({ parameters: [], body: { [name]: text } })).said.key).toEqual({ in: 'body', name });
  });

  const others = [
    'X-Request-Id',
    'Request-Id',
    'X-Correlation-Id',
    'Idempotency-Expiry',
    'Authorization',
    'X-Trace-Token',
  ];
  test.each(others)('is not in the header %s', async (name) => {
    const parameters = [{ ...HEADER, name }];
    await expect(read({ parameters })).rejects.toThrow('no write takes an idempotency key by any of the usual names');
  });

  test('has the grammar of its parameter', async () => {
    const schema = { type: 'string', format: 'uuid', maxLength: 36 };
    const quoted = { ...HEADER, required: true, schema, example: '"a1b2"' };
    const key = {
      in: 'header',
      name: 'Idempotency-Key',
      required: true,
      format: 'uuid',
      maxLength: 36,
      quoting: 'sf-string',
    };
    expect((await read({ parameters: [quoted] })).said.key).toEqual(key);
  });
});

describe('the id', () => {
  const answers: [name: string, answer: object, id: string, guess: boolean][] = [
    ['called so', object({ customer_id: text, id: text }), '/id', false],
    ['called after the resource', object({ customer_id: text, order_id: text }), '/order_id', true],
    ['in another spelling', object({ customerId: text, OrderID: text }), '/OrderID', true],
    ['the only one', object({ note: text, trackingId: text }), '/trackingId', true],
    ['wrapped', object({ data: object({ id: text }) }), '/data/id', false],
    [
      'wrapped in the resource',
      object({ links: object({ id: text }), order: object({ uuid: text }) }),
      '/order/uuid',
      true,
    ],
    ['in a part', { allOf: [object({ note: text }), { allOf: [object({ id: text })] }] }, '/id', false],
    ['not described', object({ one_id: text, two_id: text }), '/id', true],
  ];
  test.each(answers)('%s', async (_, answer, id, isGuess) => {
    const document = await readOpenApi(documentOf({ answer }), 'doc');
    const { said, reading } = openApiContract(document, {}, []);
    expect((said.create as JsonObject).id).toBe(id);
    expect(reading.used.notes.find(({ subject }) => subject === 'id')?.guess).toBe(isGuess);
  });

  test.each([
    ['/v1/categories', 'category'],
    ['/orders/', 'order'],
    ['/boxes', 'box'],
    ['/addresses', 'address'],
    ['/process', 'process'],
  ])('of %s is that of a %s', async (path, noun) => {
    const answer = object({ other_id: text, [`${noun}_id`]: text });
    expect((await read({ path, answer })).said).toMatchObject({ resource: noun, create: { id: `/${noun}_id` } });
  });
});

describe('tokens for client credentials', () => {
  const url = 'https://auth.example.com/token';
  const flows = (tokenUrl: string) => ({
    oauth: { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: {} } } },
  });
  const BEARER = { header: 'Authorization', prefix: 'Bearer ' };
  const all = async (parts: Parts, hasClient: boolean, authenticated = false) => {
    const document = await readOpenApi(documentOf({ security: [{ oauth: ['write', 'read'] }], ...parts }), 'doc');
    const { said, reading } = openApiContract(document, { hasClient, authenticated }, []);
    return [said.authentication, reading.used.notes.find(({ subject }) => subject === 'credential')?.text];
  };

  test('are asked for at the address of the document, for the scopes of the write', async () => {
    const asked = { ...BEARER, token: { url, scope: 'write read' } };
    const words = `tokens of ${url} for write read (oauth)`;
    expect(await all({ schemes: flows(url) }, true)).toEqual([asked, words]);
    expect(await all({ schemes: flows(url) }, true, true)).toEqual([asked, words]);
    expect(await all({ schemes: flows('/token'), security: [{ oauth: [] }] }, true)).toEqual([
      { ...BEARER, token: { url: '/token' } },
      'tokens of /token (oauth)',
    ]);
  });

  test('are given where there is no client, and what else could be is said', async () => {
    const words = `Authorization: Bearer with a token (oauth); with IDEM_CLIENT_ID and IDEM_CLIENT_SECRET it is asked for at ${url}`;
    expect(await all({ schemes: flows(url) }, false, true)).toEqual([BEARER, words]);
    const implicit = { oauth: { type: 'oauth2', flows: { implicit: { authorizationUrl: url, scopes: {} } } } };
    expect((await all({ schemes: implicit }, true))[0]).toEqual(BEARER);
    expect((await all({ schemes: flows('nowhere') }, true))[0]).toEqual(BEARER);
  });

  test('come before what a client is not for, and go where none are needed and no client is there', async () => {
    const schemes = { ...flows(url), header: { type: 'apiKey', in: 'header', name: 'X-Key' } };
    const security = [{ header: [] }, { oauth: [] }];
    const asked = { ...BEARER, token: { url } };
    expect((await all({ schemes, security }, true))[0]).toEqual(asked);
    expect((await all({ schemes, security }, true, true))[0]).toEqual({ header: 'X-Key', prefix: '' });
    expect((await all({ schemes, security: [{}, { oauth: [] }] }, true))[0]).toEqual(asked);
    expect((await all({ schemes, security: [{}, { oauth: [] }] }, false))[0]).toBeUndefined();
    expect((await all({ schemes, security: [{}, { header: [] }] }, true))[0]).toBeUndefined();
  });
});

describe('the credential', () => {
  const schemes = {
    bearer: { type: 'http', scheme: 'Bearer' },
    basic: { type: 'http', scheme: 'basic' },
    oauth: { type: 'oauth2', flows: {} },
    header: { type: 'apiKey', in: 'header', name: 'X-Key' },
    query: { type: 'apiKey', in: 'query', name: 'api_key' },
    cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
    tls: { type: 'mutualTLS' },
  };
  const BEARER = { header: 'Authorization', prefix: 'Bearer ' };
  const cases: [
    security: object[] | undefined,
    hasOne: boolean,
    authentication: JsonObject | undefined,
    note: string,
  ][] = [
    [undefined, false, undefined, 'none'],
    [undefined, true, BEARER, 'Authorization: Bearer (none is named, and one is at hand)'],
    [[{ bearer: [] }], false, BEARER, 'Authorization: Bearer (bearer)'],
    [[{ oauth: ['a'] }], true, BEARER, 'Authorization: Bearer with a token (oauth)'],
    [[{ header: [] }], true, { header: 'X-Key', prefix: '' }, 'header X-Key (header)'],
    [[{ cookie: [] }, { header: [] }], true, { header: 'X-Key', prefix: '' }, 'header X-Key (header)'],
    [[{}, { bearer: [] }], false, undefined, 'none'],
    [[{}, { bearer: [] }], true, BEARER, 'Authorization: Bearer (bearer)'],
    [
      [{ tls: [], header: [] }],
      true,
      { header: 'X-Key', prefix: '' },
      'header X-Key (header); give by --header what the scheme tls takes',
    ],
    [[{ cookie: [] }], true, undefined, 'none; give by --header what the scheme cookie takes'],
    [[{ nope: [] }], true, undefined, 'none; give by --header what the scheme nope takes'],
  ];
  test.each(cases)('%j with a credential %s', async (security, hasOne, authentication, note) => {
    const { said, notes } = await read({ ...(security === undefined ? {} : { security }), schemes }, hasOne);
    expect(said.authentication).toEqual(authentication);
    expect(notes).toContain(`credential: ${note}`);
  });

  test.each([
    ['basic', { scheme: 'basic' }],
    ['query', { query: 'api_key' }],
  ])('%s is sent as soon as a contract can say it', async (name, authentication) => {
    const { said } = await read({ security: [{ [name]: [] }], schemes }, true);
    expect(said.authentication).toEqual(accepts({ authentication }) ? authentication : undefined);
  });
});

describe('the list', () => {
  const order = object({ id: text, note: text });
  const of = (answer: object, parameters: object[] = [], headers?: object) => ({
    parameters,
    responses: { 200: { description: 'ok', ...json(answer), ...(headers === undefined ? {} : { headers }) } },
  });
  const query = (name: string, schema: object = text) => ({ in: 'query', name, schema });
  const array = { type: 'array', items: order };
  const lists: [name: string, get: object, list: object | undefined][] = [
    ['an array', of(array), { items: '' }],
    ['in a member', of(object({ total: text, data: array })), { items: '/data' }],
    ['in a member called after it', of(object({ tags: array, orders: array })), { items: '/orders' }],
    ['in the only array', of(object({ words: { type: 'array', items: text }, found: array })), { items: '/found' }],
    [
      'with the larger page',
      of(array, [query('per_page', { type: 'integer', maximum: 30 })]),
      { items: '', pageSize: { query: 'per_page', value: 30 } },
    ],
    ['by offset', of(array, [query('skip')]), { items: '', pages: { kind: 'offset', query: 'skip' } }],
    [
      'by page from 0',
      of(array, [query('page', { minimum: 0 })]),
      { items: '', pages: { kind: 'page', query: 'page', first: 0 } },
    ],
    [
      'by the last id',
      of(array, [query('starting_after')]),
      { items: '', pages: { kind: 'after', query: 'starting_after' } },
    ],
    [
      'by cursor',
      of(object({ items: array, nextCursor: text }), [query('cursor')]),
      { items: '/items', pages: { kind: 'cursor', query: 'cursor', next: '/nextCursor' } },
    ],
    ['by Link', of(array, [query('page')], { link: { schema: text } }), { items: '', pages: { kind: 'link' } }],
    [
      'with a required parameter',
      of(array, [{ ...query('shop', { enum: ['main'] }), required: true }]),
      { items: '', query: { shop: 'main' } },
    ],
    ['with one of which no value is known', of(array, [{ ...query('shop'), required: true }]), undefined],
    ['of words', of({ type: 'array', items: text }), undefined],
    ['that is none', of(order), undefined],
  ];
  test.each(lists)('%s', async (_, get, list) => {
    const wanted = list === undefined ? undefined : { list: { path: '/orders', id: '/id', ...list } };
    expect((await read({ get })).said.effects).toEqual(wanted);
  });
});

describe('where the API is', () => {
  const servers: [
    servers: JsonObject[] | undefined,
    basePath: string | undefined,
    productionHosts: string[] | undefined,
  ][] = [
    [undefined, undefined, undefined],
    [[{ url: '/' }], undefined, undefined],
    [[{ url: '/api/v2/' }], '/api/v2', undefined],
    [[{ url: 'https://api.example.com' }], undefined, undefined],
    [
      [{ url: 'https://{host}/{v}', variables: { host: { default: 'api.example.com' }, v: { default: 'v3' } } }],
      '/v3',
      undefined,
    ],
    [
      [
        { url: 'https://sandbox.example.com/v1', description: 'Sandbox' },
        { url: 'https://api.example.com/v1', description: 'Production server' },
      ],
      '/v1',
      ['api.example.com'],
    ],
    [[{ url: 'http://localhost:8080/v1', description: 'Live reload' }], '/v1', undefined],
    [[{ url: 'https://[' }], undefined, undefined],
  ];
  test.each(servers)('%j', async (list, basePath, productionHosts) => {
    const document = {
      ...(JSON.parse(documentOf({})) as JsonObject),
      ...(list === undefined ? {} : { servers: list }),
    };
    const { said } = openApiContract(await readOpenApi(JSON.stringify(document), 'doc'), {}, []);
    expect([said.basePath, said.productionHosts]).toEqual([basePath, productionHosts]);
  });
});

test('operations are called by their id or their path, each in its own way', async () => {
  const post = {
    parameters: [HEADER],
    requestBody: json(object({ note: text })),
    responses: { 201: { description: 'ok' } },
  };
  const paths = {
    '/a': { post: { ...post, operationId: 'createThing' } },
    '/b/c': { post },
    '/b-c': { post },
  };
  const document = await readOpenApi(JSON.stringify({ openapi: '3.1.0', info: {}, paths }), 'doc');
  const { used, also } = openApiContract(document, {}, []).reading;
  const names = [used, ...also].map(({ contract }) => (contract.create as JsonObject).name);
  expect(names).toEqual(['create-thing', 'post-b-c', 'post-b-c-2']);
});

test('refusals are those whose descriptions speak of the key', async () => {
  const responses = {
    400: { description: 'Not valid' },
    409: { description: 'A request with this idempotency key is still being processed' },
    422: { description: 'The Idempotency-Key was already used with a different payload' },
  };
  const { said } = await read({ responses });
  expect(said.conflict).toEqual({ statuses: [422] });
  expect(said.inFlight).toEqual({ policy: 'either', statuses: [409] });
  const silent = await read({
    responses: { 409: { description: 'There is one of that name' }, 422: { description: 'Not valid' } },
  });
  expect([silent.said.conflict, silent.said.inFlight]).toEqual([undefined, undefined]);
});
