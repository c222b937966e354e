/** What a contract says of what is sent, and where: sent otherwise, nothing is as before. */
import { join } from 'node:path';
import { type Passing, refusal } from './front.js';
import type { Mutated } from './members.js';

/** A front that refuses whatever is not as it should be. */
const unless = (isRight: (passing: Passing) => boolean) => (passing: Passing) =>
  isRight(passing) ? undefined : refusal(400, 'invalid_request', 'no');

/** Credentials of the reference, which a command may print. */
const [FIRST, SECOND] = [`demo_key_${'0de'.repeat(8)}`, `demo_key_${'1de'.repeat(8)}`];

const another = '{ type: object, required: [other], properties: { other: { type: string } } }';

/** What is said of a value that goes with the key, with one change. */
const sent = (change: object) =>
  `companions: [${JSON.stringify({ in: 'header', name: 'First-Sent', value: 'http-date', repeats: 'equal', ...change })}]`;

const signing = join(import.meta.dirname, 'sign-all.mjs');

/** What is said of another endpoint, with one change. */
const refunds = (change: object) =>
  `otherEndpoints: [${JSON.stringify({ method: 'POST', path: '/refunds', bodies: [{ reason: 'late' }, { reason: 'twice' }], id: '/refund/id', ...change })}]`;

export const requested: Mutated[] = [
  {
    member: 'the write and its key',
    id: 'CREATE-4',
    served: 'extends: ietf\nbasePath: /v1\nkey: { quoting: sf-string }',
    said: [
      ['', 'passed'],
      ['basePath: /v2', 'stopped'],
      ['create: { method: PUT }', 'stopped'],
      ['create: { body: form }', 'stopped'],
      ['create: { body: multipart }', 'stopped'],
      ['create: { path: /others }', 'stopped'],
      [`create: { requestSchema: ${another} }`, 'stopped'],
      ['create: { example: { other: one } }', 'stopped'],
      ['create: { resourceSchema: { type: object, required: [other], properties: { other: {} } } }', 'failed'],
      ['create: { id: /other }', 'failed'],
      ['key: { name: X-Key }', 'stopped'],
      ['key: { quoting: none }', 'stopped'],
    ],
  },
  {
    member: 'the credential, and the place of the key',
    id: 'REPLAY-1',
    served: 'extends: moda',
    said: [
      ['', 'passed'],
      ['authentication: { header: X-Key }', 'stopped'],
      ['authentication: { prefix: "Token " }', 'stopped'],
      ['key: { in: header }', 'failed'],
    ],
  },
  {
    member: 'the credential in the query',
    id: 'REPLAY-1',
    served: 'extends: ietf\nauthentication: { query: api_key }',
    said: [
      ['', 'passed'],
      ['authentication: { query: token }', 'stopped'],
    ],
  },
  {
    member: 'the credential as Basic',
    id: 'REPLAY-1',
    served: 'extends: ietf\nauthentication: { scheme: basic }',
    said: [
      ['', 'passed'],
      ['authentication: { scheme: null }', 'stopped'],
    ],
  },
  {
    member: 'the command for access tokens',
    id: 'REPLAY-1',
    served: `extends: ietf\nauthentication: { token: { command: 'echo ${FIRST}' } }`,
    said: [
      ['', 'passed'],
      ["authentication: { token: { command: 'echo another_token' } }", 'stopped'],
    ],
  },
  {
    member: 'the command for access tokens of another account',
    id: 'SCOPE-1',
    served: `extends: ietf\nscope: credential\nauthentication: { token: { command: 'echo ${FIRST}', second: 'echo ${SECOND}' } }`,
    said: [
      ['', 'passed'],
      ['authentication: { token: { second: null } }', 'skipped'],
    ],
  },
  {
    member: 'the token endpoint',
    id: 'SCOPE-6',
    served: "extends: ietf\nscope: credential\nauthentication: { token: { url: /oauth/token, scope: 'a b' } }",
    said: [
      ['', 'passed'],
      ['authentication: { token: { url: /token } }', 'stopped'],
      ['authentication: { token: { scope: a } }', 'stopped'],
      ['authentication: { token: { send: body } }', 'stopped'],
    ],
  },
  {
    member: 'parameters of the path',
    id: 'REPLAY-1',
    served: 'extends: ietf\ncreate: { path: "/customers/{customer}/orders", parameters: { customer: 7 } }',
    said: [
      ['', 'passed'],
      ['create: { parameters: { customer: 8 } }', 'stopped'],
    ],
  },
  {
    member: 'what goes with the key',
    id: 'REPLAY-1',
    served: `extends: ietf\n${sent({})}`,
    said: [
      ['', 'passed'],
      [sent({ in: 'query' }), 'stopped'],
      [sent({ name: 'Other' }), 'stopped'],
      [sent({ value: 'iso-date' }), 'stopped'],
      ['companions: []', 'stopped'],
    ],
  },
  {
    member: 'what is new in every request',
    id: 'REPLAY-1',
    served: `extends: ietf\n${sent({ value: 'uuid' })}`,
    said: [
      ['', 'passed'],
      [sent({ value: 'uuid', repeats: 'fresh' }), 'failed'],
    ],
  },
  {
    member: 'what signs requests',
    id: 'REPLAY-1',
    served: `extends: ietf\nsign: ${signing}`,
    said: [
      ['', 'passed'],
      ['sign: null', 'stopped'],
    ],
  },
  {
    member: 'the signature in the body',
    id: 'REPLAY-1',
    served: `extends: ietf\ncreate: { example: { note: two of them } }\nsign: ${signing}\n${sent({ in: 'body', name: 'signature', value: 'signature', repeats: 'fresh' })}`,
    said: [
      ['', 'passed'],
      ['companions: []', 'stopped'],
    ],
  },
  {
    member: 'arrays of a form',
    id: 'REPLAY-1',
    served: 'extends: ietf\ncreate: { body: form, arrays: brackets, example: { name: the name of it, tags: [one] } }',
    front: unless(({ method, body }) => method === 'GET' || String(body).includes('tags[]=one')),
    said: [
      ['', 'passed'],
      ['create: { arrays: repeat }', 'stopped'],
      ['create: { arrays: index }', 'stopped'],
    ],
  },
  {
    member: 'arrays of a multipart body',
    id: 'REPLAY-1',
    served:
      'extends: ietf\ncreate: { body: multipart, arrays: brackets, example: { name: the name of it, tags: [one] } }',
    front: unless(({ method, body }) => method === 'GET' || String(body).includes('name="tags[]"\r\n\r\none\r\n')),
    said: [
      ['', 'passed'],
      ['create: { arrays: repeat }', 'stopped'],
      ['create: { body: form }', 'stopped'],
    ],
  },
  {
    member: 'headers',
    id: 'REPLAY-1',
    served: 'extends: ietf\nheaders: { X-Version: "2" }',
    front: unless(({ method, headers }) => method === 'GET' || headers['x-version'] === '2'),
    said: [
      ['', 'passed'],
      ['headers: { X-Version: "3" }', 'stopped'],
    ],
  },
  {
    member: 'which keys are legal',
    id: 'KEY-1',
    served: 'extends: ietf\nkey: { minLength: 35, maxLength: 42, pattern: "^[^.]+$" }',
    said: [
      ['', 'passed'],
      ['key: { minLength: null }', 'inconclusive'],
      ['key: { maxLength: null }', 'inconclusive'],
      ['key: { pattern: null }', 'inconclusive'],
    ],
  },
  {
    member: 'the format of keys',
    id: 'KEY-1',
    served: 'extends: ietf\nkey: { format: uuidv7 }',
    said: [
      ['', 'passed'],
      ['key: { format: uuidv4 }', 'stopped'],
    ],
  },
  {
    member: 'what keys begin with',
    id: 'KEY-1',
    served: 'extends: ietf\nkey: { prefix: ord_ }',
    said: [
      ['', 'passed'],
      ['key: { prefix: null }', 'stopped'],
    ],
  },
  {
    member: 'what keys consist of',
    id: 'KEY-1',
    served: 'extends: ietf\nkey: { alphabet: 0123456789abcdef }',
    said: [
      ['', 'passed'],
      ['key: { alphabet: null }', 'stopped'],
    ],
  },
  {
    member: 'create.lengthen',
    id: 'STORM-9',
    served: 'extends: moda\ncreate: { lengthen: { Prefer: wait=1 } }',
    fault: 'held-back-not-recorded',
    said: [
      ['', 'failed'],
      ['create: { lengthen: null }', 'passed'],
    ],
  },
  {
    member: 'otherEndpoints',
    id: 'ENDPOINT-1',
    served: `extends: ietf\nkey: { operations: none }\n${refunds({})}`,
    said: [
      ['', 'passed'],
      [refunds({ method: 'PUT' }), 'inconclusive'],
      [refunds({ path: '/others' }), 'inconclusive'],
      [refunds({ id: '/other' }), 'inconclusive'],
      [refunds({ bodies: [{ reason: 'late' }] }), 'skipped'],
    ],
  },
  {
    member: 'uploads',
    id: 'UPLOAD-1',
    served: 'extends: moda\nuploads: { types: [png] }',
    said: [
      ['', 'passed'],
      ['uploads: { method: PUT }', 'inconclusive'],
      ['uploads: { path: /others }', 'inconclusive'],
      ['uploads: { part: other }', 'inconclusive'],
      ['uploads: { types: [pdf] }', 'inconclusive'],
      ['uploads: { id: /other }', 'inconclusive'],
      ['uploads: { duplicate: /other }', 'failed'],
    ],
  },
  {
    member: 'webhooks',
    id: 'WEBHOOK-1',
    served: 'extends: moda',
    said: [
      ['', 'passed'],
      ['webhooks: { callback: /prompt }', 'inconclusive'],
      ['webhooks: { id: /other }', 'inconclusive'],
      ['webhooks: { type: /other }', 'inconclusive'],
      ['webhooks: { resource: /other }', 'inconclusive'],
      ['webhooks: { types: [other] }', 'inconclusive'],
    ],
  },
  {
    member: 'webhooks.signature',
    id: 'WEBHOOK-4',
    served: 'extends: moda',
    said: [
      ['', 'passed'],
      ['webhooks: { signature: { header: X-Other } }', 'warned'],
      ['webhooks: { signature: { prefix: other } }', 'warned'],
      ['webhooks: { signature: { timestamp: X-Other } }', 'warned'],
    ],
  },
  {
    member: 'webhooks.signature.tolerance',
    id: 'WEBHOOK-4',
    served: 'extends: moda',
    fault: 'webhook-stale-timestamp',
    said: [
      ['webhooks: { signature: { tolerance: 300 } }', 'warned'],
      ['webhooks: { signature: { tolerance: 100000 } }', 'passed'],
    ],
  },
  {
    member: 'webhooks.retries',
    id: 'WEBHOOK-2',
    served: 'extends: moda\nwebhooks: { retries: [0.1] }',
    said: [
      ['', 'passed'],
      ['webhooks: { retries: [] }', 'skipped'],
    ],
  },
  {
    member: 'cancel',
    id: 'REPLAY-8',
    served: 'extends: moda',
    // Nothing ends by itself.
    serve: { timing: { runningAfterMs: 1e9, finishedAfterMs: 1e9 } },
    front: unless(({ path, body }) => !path.endsWith('/cancel') || body.toString() === '{}'),
    said: [
      ['', 'passed'],
      ['cancel: { method: PUT }', 'inconclusive'],
      ['cancel: { path: "/tasks/{id}/other" }', 'inconclusive'],
      ['cancel: { body: null }', 'inconclusive'],
    ],
  },
];
