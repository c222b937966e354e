/**
 * A contract for any API, from a few flags: where the endpoint and the key are. Everything else is unknown, so only
 * three safety rules are judged: one effect under equal requests, one effect on replay, and nothing of one account
 * shown to another.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Contract, Json, JsonObject } from './contract.js';
import { ContractError } from './document.js';
import type { LoadedContract } from './load.js';
import { formatPointer, parsePointer } from './pointer.js';
import { newAjv } from './schemas.js';

/** Requirements that hold for every API that accepts idempotency keys at all. */
export const SAFETY_RULES = [
  ...['REPLAY-1', 'REPLAY-3', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6'],
  ...['STORM-1', 'STORM-2', 'STORM-9', 'LOST-1', 'LOST-2', 'LOST-3', 'LOST-7'],
  'SCOPE-3',
];

export interface GenericOptions {
  /** `POST /orders`. */
  endpoint: string;
  /** `header:Idempotency-Key` or `body:idempotency_key`. */
  key: string;
  /** Pointer to the resource's id in a success. Default `/id`. */
  id?: string | undefined;
  /** A JSON file with an example of the body. */
  body?: string | undefined;
  /** A JSON Schema file of the body. */
  bodySchema?: string | undefined;
  /** `GET /orders`. */
  list?: string | undefined;
  /** Whether requests carry `Authorization: Bearer`. */
  authenticated: boolean;
}

/** Throws `ContractError`, whose message names members of the options in braces. */
export function genericContract(options: GenericOptions): LoadedContract {
  const { contract, requestSchema } = describeGeneric(options);
  const request = newAjv({ strict: false }).compile(requestSchema);
  return {
    contract,
    file: 'generic',
    schemas: { request, requestSchema, resource: null, error: null },
  };
}

/** The contract and the request schema, as data. Throws `ContractError`, as above. */
export function describeGeneric(options: GenericOptions): { contract: Contract; requestSchema: JsonObject } {
  const endpoint = /^(POST|PUT|PATCH) (\/\S*)$/i.exec(options.endpoint.trim());
  if (endpoint === null)
    throw new ContractError(`{endpoint} ${options.endpoint}: give method and path, e.g. 'POST /orders'.`);
  const key = /^(header|body):(.+)$/.exec(options.key.trim());
  if (key === null) {
    throw new ContractError(`{key} ${options.key}: give its place and name, e.g. header:Idempotency-Key or body:NAME.`);
  }
  if (key[1] === 'header' && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key[2] as string))
    throw new ContractError(`{key} ${options.key}: a header cannot have that name. Give e.g. header:Idempotency-Key.`);
  const id = options.id ?? '/id';
  if (!id.startsWith('/')) throw new ContractError(`{id} ${id}: give a JSON Pointer into a success, e.g. /data/id.`);
  const place = key[1] as 'header' | 'body';
  const keyMember = place === 'body' ? (key[2] as string) : null;
  const requestSchema = schemaOf(options, keyMember);
  const nonce = nonceMember(requestSchema, keyMember);
  const contract: Contract = {
    ...UNKNOWN,
    title: `${endpoint[1]?.toUpperCase()} ${endpoint[2]}`,
    authentication: options.authenticated ? { header: 'Authorization', prefix: 'Bearer ' } : null,
    key: { ...UNKNOWN.key, in: place, name: key[2] as string },
    create: {
      ...UNKNOWN.create,
      method: (endpoint[1] as string).toUpperCase(),
      path: endpoint[2] as string,
      id,
      immutable: [id],
      nonce,
    },
    errors: {
      ...UNKNOWN.errors,
      authentication: options.authenticated ? { statuses: [401, 403], code: null } : null,
    },
    effects: { list: options.list === undefined ? null : listOf(options.list, id, nonce) },
  };
  return { contract, requestSchema };
}

/** What is true of every API as far as anybody knows. */
const UNKNOWN: Contract = {
  name: 'generic',
  version: 'unknown',
  title: '',
  judged: SAFETY_RULES,
  basePath: '',
  productionHosts: [],
  authentication: null,
  headers: {},
  key: { in: 'header', name: '', required: false, minLength: null, maxLength: null, pattern: null, quoting: 'none' },
  scope: null,
  fingerprint: null,
  create: {
    method: 'POST',
    path: '',
    request: 'request.schema.json',
    resource: null,
    success: [200, 201, 202, 203],
    id: '/id',
    immutable: [],
    echo: null,
    nonce: null,
    exclusive: [],
    references: [],
    lengthen: null,
  },
  replay: { kind: null, statuses: [200, 201, 202, 203], pointer: null, marker: null },
  conflict: null,
  errors: {
    schema: null,
    requestId: null,
    retryAfterMs: null,
    validation: { statuses: [400, 422], code: null },
    authentication: null,
    rateLimited: { statuses: [429], code: null },
  },
  inFlight: null,
  finalWithin: 20,
  visibleWithin: 2,
  retention: { atLeast: null },
  limits: { perMinute: null, unfinished: null },
  effects: { list: null },
  get: null,
  cancel: null,
  status: null,
  otherEndpoints: [],
  uploads: null,
  webhooks: null,
  fixtures: {},
};

function listOf(list: string, id: string, nonce: string | null): Contract['effects']['list'] {
  const match = /^GET (\/[^\s?]*)(?:\?(\S*))?$/i.exec(list.trim());
  if (match === null) throw new ContractError(`{list} ${list}: give method and path, e.g. 'GET /orders'.`);
  const query = Object.fromEntries(new URLSearchParams(match[2] ?? ''));
  return {
    path: match[1] as string,
    query,
    pageSize: null,
    items: null,
    cursor: null,
    id: formatPointer(parsePointer(id).slice(-1)),
    kind: null,
    nonce,
  };
}

function schemaOf({ body, bodySchema }: GenericOptions, keyMember: string | null): JsonObject {
  if (body !== undefined && bodySchema !== undefined)
    throw new ContractError('{body} and {bodySchema} say the same: give one of them.');
  const file = body ?? bodySchema;
  if (file === undefined)
    throw new ContractError(
      'Say what a valid body is: {body} with an example in a file, or {bodySchema} with a JSON Schema in a file.',
    );
  const json = readJson(file);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new ContractError(`${file} must hold a JSON object.`);
  const schema = bodySchema === undefined ? schemaOfExample(json, keyMember) : json;
  if (schema.type !== undefined && ![schema.type].flat().includes('object'))
    throw new ContractError(`${file} describes no JSON object: its type must be object.`);
  try {
    newAjv({ strict: false }).compile(schema);
  } catch (error) {
    throw new ContractError(`${file} is no JSON Schema 2020-12: ${(error as Error).message}`);
  }
  return schema;
}

function readJson(file: string): Json {
  let text: string;
  try {
    text = readFileSync(resolve(file), 'utf8');
  } catch {
    throw new ContractError(`There is no file ${file}.`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new ContractError(`${file} is not JSON: ${(error as Error).message}`);
  }
}

/** Every member as in the example, but one text, which may say something else each time. */
function schemaOfExample(example: JsonObject, keyMember: string | null): JsonObject {
  const { [keyMember ?? '']: _, ...members } = example;
  const free = Object.entries(members).find(([name, value]) => isFree(name, value))?.[0];
  const properties = Object.entries(members).map(([name, value]): [string, Json] => [
    name,
    name === free ? { type: 'string', minLength: 1, maxLength: 200 } : { const: value },
  ]);
  if (keyMember !== null) properties.push([keyMember, { type: 'string' }]);
  return {
    type: 'object',
    required: Object.keys(members),
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

/** A text for people: by its name, or because it has words. */
function isFree(name: string, value: Json): boolean {
  if (typeof value !== 'string') return false;
  return (
    /^(name|title|description|note|notes|memo|comment|message|prompt|text|subject|reference|label)$/i.test(name) ||
    / \S+ /.test(value)
  );
}

/** The first text at the top, besides the key, that has neither a pattern nor a format nor choices. */
function nonceMember({ properties }: JsonObject, keyMember: string | null): string | null {
  const entry = Object.entries((properties ?? {}) as Record<string, JsonObject>).find(([name, schema]) => {
    if (name === keyMember) return false;
    const { type, pattern, format, maxLength } = schema;
    const roomy = typeof maxLength !== 'number' || maxLength >= 40;
    return (
      [type].flat().includes('string') && pattern === undefined && format === undefined && !('enum' in schema) && roomy
    );
  });
  return entry === undefined || entry[0] === undefined ? null : formatPointer([entry[0]]);
}
