/** The writes of a document that take an idempotency key, by the names that such keys have. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { formatPointer } from '../pointer.js';
import { type OpenApiDocument, OpenApiError } from './document.js';
import { mediaOf } from './media.js';

export interface Parameter {
  in: string;
  name: string;
  required: boolean;
  node: JsonObject;
}

/** Where the key of a write is. */
export interface KeyPlace {
  in: 'header' | 'query' | 'body' | 'path';
  /** A name, or in a body a JSON Pointer. */
  name: string;
  required: boolean;
  /** What the document says of its values. */
  schema: JsonObject;
  /** An example of a key, where the document has one. */
  example: Json | undefined;
  /** Why this is taken for the key, where that is a guess or no parameter. */
  because: string | null;
}

export interface Write {
  method: string;
  /** As in the document, e.g. `/customers/{customer}/orders`. */
  path: string;
  operation: JsonObject;
  parameters: Parameter[];
  key: KeyPlace;
}

const METHODS = ['post', 'put', 'patch', 'delete'] as const;

/** Names of keys in any spelling, besides all that speak of idempotency. */
const NAMES = new Set([
  ...['clienttoken', 'clientrequesttoken', 'xclienttoken', 'xclientrequesttoken', 'amzclienttoken'],
  ...['repeatabilityrequestid', 'paypalrequestid', 'uniquerequestid', 'retrytoken', 'opcretrytoken'],
]);

/** In bodies and queries this is a key (https://google.aip.dev/155); as a header it names a request in logs. */
const NAMES_BESIDE_HEADERS = new Set([...NAMES, 'requestid', 'clientrequestid']);

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

/** Whether a key is called so there. */
export function isKeyName(name: string, place: string): boolean {
  const word = plain(name);
  if (/idempoten(t|cy|ce)/.test(word)) return !/replay|expir|ttl|window|status/.test(word);
  return (place === 'header' ? NAMES : NAMES_BESIDE_HEADERS).has(word);
}

export interface Found {
  writes: Write[];
  /** Operations that could not be looked at, and why. */
  unread: string[];
}

/** A key that the user names, and the operations that take it although the document does not say so. */
export interface GivenKey extends Pick<KeyPlace, 'in' | 'name'> {
  isTakenBy(method: string, path: string): boolean;
}

/** Every write that takes a key, in the document's order. */
export function writesOf(document: OpenApiDocument, given: GivenKey | null): Found {
  const found: Found = { writes: [], unread: [] };
  const paths = document.member(document.value, 'paths') ?? {};
  for (const path of Object.keys(paths)) {
    if (!path.startsWith('/')) continue;
    for (const method of METHODS) {
      try {
        const write = writeOf(document, method, path, given);
        if (write !== null) found.writes.push(write);
      } catch (error) {
        if (!(error instanceof OpenApiError)) throw error;
        found.unread.push(error.text);
      }
    }
  }
  return found;
}

function writeOf(document: OpenApiDocument, method: string, path: string, given: GivenKey | null): Write | null {
  const item = document.member(document.member(document.value, 'paths'), path);
  const operation = document.member(item, method);
  if (operation === undefined) return null;
  const parameters = parametersOf(document, item, operation);
  const own = keyOf(document, { method, path, operation, parameters });
  const isTaken = own !== null || given?.isTakenBy(method, path) === true;
  const key = given !== null && isTaken ? givenKey(parameters, path, given) : own;
  return key === null ? null : { method: method.toUpperCase(), path, operation, parameters, key };
}

/** Parameters of an operation, with those that its path gives to all of its operations. */
export function parametersOf(
  document: OpenApiDocument,
  item: JsonObject | undefined,
  operation: JsonObject,
): Parameter[] {
  const all = new Map<string, Parameter>();
  for (const node of [item?.parameters, operation.parameters].flatMap((list) => (Array.isArray(list) ? list : []))) {
    const parameter = document.object(node) ?? {};
    const { in: place, name, required } = parameter;
    if (typeof place !== 'string' || typeof name !== 'string') continue;
    all.set(`${place} ${name}`, { in: place, name, required: required === true, node: parameter });
  }
  return [...all.values()];
}

function givenKey(parameters: Parameter[], path: string, { in: place, name: said }: GivenKey): KeyPlace {
  // In a path the key has no name of its own: it is what the path ends with.
  const name = place === 'path' ? (/\{([^{}]+)\}$/.exec(path)?.[1] ?? said) : said;
  const own = parameters.find((one) => one.in === place && plain(one.name) === plain(name));
  const because = 'as you say';
  return { in: place, name, required: own?.required === true, schema: {}, example: undefined, because };
}

function keyOf(document: OpenApiDocument, write: Omit<Write, 'key'>): KeyPlace | null {
  const parameter = write.parameters.find((one) => isKeyName(one.name, one.in));
  if (parameter !== undefined && ['header', 'query', 'path'].includes(parameter.in)) {
    const { in: place, name, required, node } = parameter;
    const schema = document.object(node.schema) ?? {};
    const [example] = [node.example, schema.example].filter((one) => one !== undefined);
    return { in: place as KeyPlace['in'], name, required, schema, example, because: null };
  }
  return fernKey(document, write.operation) ?? bodyKey(document, write.operation) ?? clientsId(document, write);
}

/** https://buildwithfern.com/learn/api-definitions/openapi/extensions/idempotency */
function fernKey({ value }: OpenApiDocument, operation: JsonObject): KeyPlace | null {
  if (operation['x-fern-idempotent'] !== true) return null;
  const headers = value['x-fern-idempotency-headers'];
  const [first] = Array.isArray(headers) ? headers.filter(isObject) : [];
  const name = typeof first?.header === 'string' ? first.header : 'Idempotency-Key';
  return { in: 'header', name, required: false, schema: {}, example: undefined, because: 'x-fern-idempotent' };
}

/** A member of the body, or of an object in it. */
function bodyKey(document: OpenApiDocument, operation: JsonObject): KeyPlace | null {
  const media = mediaOf(document, document.member(operation, 'requestBody'));
  const search = (schema: JsonObject | undefined, way: string[], deeper: number): KeyPlace | null => {
    const parts = partsOf(document, schema);
    const members = parts.flatMap((part) => Object.entries(document.member(part, 'properties') ?? {}));
    for (const [name, node] of members) {
      if (!isKeyName(name, 'body')) continue;
      const required = parts.some((part) => Array.isArray(part.required) && part.required.includes(name));
      const own = document.object(node) ?? {};
      const place = way.length === 0 ? name : formatPointer([...way, name]);
      return { in: 'body', name: place, required, schema: own, example: own.example, because: null };
    }
    if (deeper === 0) return null;
    for (const [name, node] of members) {
      const found = search(document.object(node), [...way, name], deeper - 1);
      if (found !== null) return found;
    }
    return null;
  };
  return search(document.object(media?.schema), [], 1);
}

/** Parts of `allOf` a body may have, however they are nested. */
const MOST_PARTS = 50;

/** A schema with all parts of its `allOf`. */
export function partsOf(document: OpenApiDocument, schema: JsonObject | undefined): JsonObject[] {
  const parts: JsonObject[] = [];
  const open = [schema];
  for (let next = open.pop(); next !== undefined && parts.length < MOST_PARTS; next = open.pop()) {
    parts.push(next);
    if (Array.isArray(next.allOf)) open.push(...next.allOf.map((part) => document.object(part)).reverse());
  }
  return parts;
}

/** A PUT that makes what its path names: the id is the client's, and a repeat has the same one. */
function clientsId(
  document: OpenApiDocument,
  { method, path, operation, parameters }: Omit<Write, 'key'>,
): KeyPlace | null {
  const [, collection, name] = /^(.*)\/\{([^{}/]+)\}$/.exec(path) ?? [];
  if (method !== 'put' || collection === undefined || name === undefined) return null;
  const responses = document.member(operation, 'responses') ?? {};
  const others = document.member(document.member(document.value, 'paths'), collection);
  if (!Object.hasOwn(responses, '201') || others?.post !== undefined) return null;
  const node = parameters.find((one) => one.in === 'path' && one.name === name)?.node ?? {};
  const schema = document.object(node.schema) ?? {};
  const because = 'a PUT that creates what its path names, and nothing else does';
  return { in: 'path', name, required: true, schema, example: undefined, because };
}
