/** A set-up step from a document: the POST that makes what a write acts on. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { formatPointer } from '../pointer.js';
import { savedNames } from '../saved.js';
import { answersOf, idIn, nounsOf, successesOf } from './answers.js';
import { type OpenApiDocument, OpenApiError } from './document.js';
import { givenValue, mediaOf } from './media.js';
import { isKeyName, parametersOf } from './operations.js';
import { compiled, translated } from './schemas.js';

export interface Step {
  /** A member of `setup`, without its name and how often it is made. */
  step: JsonObject;
  /** What its answer names, in words: 'at /id'. */
  words: string;
}

/**
 * The POST on a collection, as a step that saves the id of what it makes; `null` where there is none, where it shows no
 * id, or where the document leaves open what it needs.
 * @param collection as in the document: `/customers/{customer}/orders`
 * @param path the same with values, or names of saved ones
 * @param name what the id is saved as
 */
export function stepAt(document: OpenApiDocument, collection: string, path: string, name: string): Step | null {
  try {
    return stepOf(document, collection, path, name);
  } catch (error) {
    // What is wrong with another write leaves this one as it is.
    if (error instanceof OpenApiError) return null;
    throw error;
  }
}

function stepOf(document: OpenApiDocument, collection: string, path: string, name: string): Step | null {
  const paths = document.member(document.value, 'paths');
  const item = document.member(paths, collection);
  const operation = document.member(item, 'post');
  if (operation === undefined) return null;
  const [success] = successesOf(answersOf(document, operation));
  const found = idIn(document, success?.media ?? null, nounsOf(collection))?.pointer ?? null;
  const isLocated = success?.headers.some((header) => header.toLowerCase() === 'location') === true;
  if (found === null && !isLocated) return null;
  const parameters = parametersOf(document, item, operation).filter(({ required }) => required);
  const values = parameters.map(({ in: place, name: own, node }): [string, string, string | null] => {
    const value = isKeyName(own, place) ? '{unique}' : givenValue(document, node);
    return [place, own, value === undefined || typeof value === 'object' ? null : String(value)];
  });
  const needed = values.filter(([place]) => place === 'header' || place === 'query');
  if (needed.some(([, , value]) => value === null)) return null;
  const of = (wanted: string) =>
    needed.flatMap(([place, own, value]) => (place === wanted ? [[own, value ?? '']] : []));
  const body = bodyOf(document, operation);
  if (body === null) return null;
  const query = new URLSearchParams(of('query') as [string, string][]);
  const headers = of('header').filter(([own = '']) => !/^(accept|content-type|authorization)$/i.test(own));
  const taken = document.member(document.member(paths, takenAwayAt(document, collection)), 'delete');
  return {
    words: found === null ? 'by its Location' : `at ${found}`,
    step: {
      path: query.size === 0 ? path : `${path}?${query}`,
      ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
      ...body,
      save: { [name]: found ?? { header: 'Location' } },
      ...(taken === undefined ? {} : { cleanUp: { path: `${path}/{${name}}` } }),
    },
  };
}

/** The path of one resource of a collection, as in the document; '' where it has none. */
function takenAwayAt(document: OpenApiDocument, collection: string): string {
  const paths = Object.keys(document.member(document.value, 'paths') ?? {});
  const isOne = (path: string) =>
    path.startsWith(`${collection}/{`) && /^\/\{[^{}/]+\}$/.test(path.slice(collection.length));
  return paths.find(isOne) ?? '';
}

/** Members of a step that say what its body is: an example that is valid, or what the schema needs; `null`: not known. */
function bodyOf(document: OpenApiDocument, operation: JsonObject): JsonObject | null {
  const media = mediaOf(document, document.member(operation, 'requestBody'));
  if (media === null) return {};
  const { kind, example } = media;
  if (kind !== 'json' && kind !== 'form') return null;
  const schema = translated(document, media.schema, 'request');
  const isValid = compiled(document, schema, 'body');
  const body = [example, leastOf(schema, schema)].find((one) => isObject(one) && isValid(one) === true);
  // Braces would stand for saved values.
  if (body === undefined || savedNames(JSON.stringify(body)).length > 0) return null;
  return { body, bodyType: kind };
}

/** How deep a body is followed. */
const DEEPEST = 8;

const FORMATS: Record<string, string> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  email: 'somebody@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  time: '00:00:00Z',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** A value with what a schema requires and nothing else; `undefined` where that cannot be said. */
function leastOf(schema: Json | undefined, root: JsonObject, deep = 0): Json | undefined {
  if (!isObject(schema) || deep > DEEPEST) return undefined;
  if (typeof schema.$ref === 'string') return leastOf(definition(schema.$ref, root), root, deep + 1);
  if (schema.const !== undefined) return schema.const;
  for (const given of [schema.examples, schema.enum]) if (Array.isArray(given) && given.length > 0) return given[0];
  if (schema.default !== undefined) return schema.default;
  const parts = Array.isArray(schema.allOf) ? schema.allOf : [];
  if (parts.length > 0) {
    const all = [{ ...schema, allOf: [], type: 'object' }, ...parts].map((one) => leastOf(one, root, deep + 1));
    return all.every(isObject) ? Object.assign({}, ...all) : undefined;
  }
  for (const choices of [schema.oneOf, schema.anyOf])
    if (Array.isArray(choices) && choices.length > 0) return leastOf(choices[0], root, deep + 1);
  switch ([schema.type].flat()[0] ?? (isObject(schema.properties) ? 'object' : 'string')) {
    case 'object':
      return objectOf(schema, root, deep);
    case 'array': {
      const item = leastOf(schema.items, root, deep + 1);
      const least = Number(schema.minItems ?? 0);
      return least === 0 ? [] : item === undefined ? undefined : Array.from({ length: least }, () => item);
    }
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema.minimum ?? 1), Number(schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return (
        FORMATS[String(schema.format)] ??
        'set up for a test'.padEnd(Number(schema.minLength ?? 0), '.').slice(0, Number(schema.maxLength ?? 1e3))
      );
  }
}

function objectOf(schema: JsonObject, root: JsonObject, deep: number): Json | undefined {
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  const members: [string, Json][] = [];
  for (const name of required) {
    const value = leastOf(Object.hasOwn(properties, name) ? properties[name] : undefined, root, deep + 1);
    if (value === undefined) return undefined;
    members.push([name, value]);
  }
  return Object.fromEntries(members);
}

function definition($ref: string, root: JsonObject): Json | undefined {
  const defs = isObject(root.$defs) ? root.$defs : {};
  return Object.entries(defs).find(([name]) => $ref === `#${formatPointer(['$defs', name])}`)?.[1];
}
