/** Options that describe any API by a few values: instead of a contract, or instead of what a contract says of the same. */
import { oneOf, text } from './kinds.js';
import { many, row } from './row.js';
import { shellCommand } from './values.js';

const all = ['run', 'replay', 'init'] as const;

export const endpoint = {
  endpoint: row(text, {
    flag: 'endpoint',
    value: '<line>',
    help: "any API, instead of a contract or of what a contract says of it: method and path, e.g. 'POST /orders'",
    verbs: all,
    rerun: true,
  }),
  key: row(text, {
    flag: 'key',
    value: '<place>',
    help: 'where its key is: header:Idempotency-Key, body:NAME, inside another member body:/meta/key, query:NAME, or path, with {key} in --endpoint',
    verbs: all,
    rerun: true,
  }),
  keyFormat: row(text, {
    flag: 'key-format',
    value: '<format>',
    help: "which keys it takes: uuid, uuidv4, uuidv7, ulid, or a regular expression, e.g. '/^ord_[a-z0-9]{10}$/'",
    usually: 'any string, or what the first requests show',
    verbs: all,
    rerun: true,
  }),
  id: row(text, {
    flag: 'id',
    value: '<place>',
    help: "where its success shows the id: a JSON Pointer, 'header:Location', or 'none'",
    default: '/id',
    verbs: all,
    rerun: true,
  }),
  body: row(text, {
    flag: 'body',
    value: '<file>',
    help: 'a JSON file with an example of its body',
    verbs: all,
    rerun: true,
  }),
  bodyType: row(oneOf('json', 'form', 'multipart', 'none'), {
    flag: 'body-type',
    value: '<json|form|multipart|none>',
    help: 'how its body travels: as JSON, as application/x-www-form-urlencoded, as multipart/form-data, or not at all',
    usually: 'json',
    verbs: all,
    rerun: true,
  }),
  bodySchema: row(text, {
    flag: 'body-schema',
    value: '<file>',
    help: 'a JSON Schema of its body',
    verbs: all,
    rerun: true,
  }),
  list: row(text, {
    flag: 'list',
    value: '<line>',
    help: "its list of resources, so that effects are counted, e.g. 'GET /orders'",
    verbs: all,
    rerun: true,
  }),
  auth: row(text, {
    flag: 'auth',
    value: '<way>',
    help: 'how its credential is sent: basic (IDEM_API_KEY is USER:PASSWORD), query:NAME or header:NAME',
    usually: 'as Authorization: Bearer',
    verbs: all,
    rerun: true,
  }),
  tokenCommand: many(shellCommand, {
    flag: 'token-command',
    value: '<cmd>',
    help: 'shell command that prints an access token, or JSON with access_token and expires_in; run again when the token is over. Once more for another account',
    verbs: all,
    rerun: true,
    notInFile: true,
  }),
};
