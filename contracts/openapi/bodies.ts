/** Request bodies that an API is likely to accept: valid by its schema, and like the examples of its document. */
import type { KeyRule } from '../contract.js';
import { isFree, nonceMember, schemaOfExample } from '../example.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { keyMember, keyPath, schemaWithoutKey } from '../key.js';
import { formatPointer } from '../pointer.js';
import { schemasAt } from '../schemas.js';
import { accepts } from './accepts.js';
import type { OpenApiDocument } from './document.js';
import { type Media, mediaOf, own, withoutExamples } from './media.js';
import { type TakeNote, Untestable } from './notes.js';
import type { KeyPlace, Write } from './operations.js';
import { compiled, translated } from './schemas.js';

/**
 * The schema with what its examples show in place of what a generator would make up: names of other resources, codes,
 * dates. Free texts, bounded numbers and choices stay open, so that bodies differ.
 * @param whole an example of a whole body: its members are required, and of others only those stay that are so anyway
 * @param keyMember the member that is the key, which is no part of any example
 */
function likeExamples(schema: JsonObject, whole: Json | undefined, keyMember: string | null): JsonObject {
  const narrow = narrowed(schema, isObject(whole) ? whole : undefined, keyMember);
  if (nonceIn(narrow, keyMember) !== null) return narrow;
  // Something must tell bodies apart.
  const open = withoutExamples(schema);
  const nonce = nonceIn(open, keyMember);
  if (nonce === null || !isObject(narrow.properties) || !isObject(open.properties)) return narrow;
  const free = Object.keys(narrow.properties).find(
    (name) => !/id$/i.test(name) && nonceIn({ properties: { [name]: memberOf(open, name) } }, keyMember) !== null,
  );
  if (free === undefined) return narrow;
  return { ...narrow, properties: { ...narrow.properties, [free]: memberOf(open, free) } };
}

/** The member that a contract would tell bodies apart by. */
function nonceIn(schema: JsonObject, keyMember: string | null): string | null {
  return nonceMember(schema, keyMember === null ? [] : [keyMember]);
}

function memberOf({ properties }: JsonObject, name: string): Json {
  return own(properties, name) ?? {};
}

function narrowed(schema: JsonObject, given: JsonObject | undefined, keyMember: string | null): JsonObject {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  const shown = given ?? (isObject(example) ? example : {});
  if (!isObject(schema.properties)) return withoutExamples(schema);
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const isKept = (name: string) =>
    given === undefined || required.has(name) || name === keyMember || Object.hasOwn(shown, name);
  const properties = Object.entries(schema.properties)
    .filter(([name]) => isKept(name))
    .map(([name, one]): [string, Json] => [
      name,
      name === keyMember || !isObject(one) ? one : likeExample(one, own(shown, name), name),
    ]);
  // What every body of the document's has, a server may well need.
  const needed =
    given === undefined
      ? [...required]
      : properties.map(([name]) => name).filter((name) => name !== keyMember || required.has(name));
  return {
    ...withoutExamples(schema),
    properties: Object.fromEntries(properties),
    ...(needed.length === 0 ? {} : { required: needed }),
  };
}

function likeExample(schema: JsonObject, value: Json | undefined, name: string): JsonObject {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  const shown = value ?? example;
  if (isObject(schema.properties)) return narrowed(schema, isObject(value) ? value : undefined, null);
  const open = withoutExamples(schema);
  if (shown === undefined || 'enum' in open || 'const' in open || open.type === 'boolean') return open;
  if (Array.isArray(shown)) {
    if (!isObject(schema.items) || shown.length === 0) return open;
    return { ...open, items: likeExample(schema.items, shown[0], name) };
  }
  if (typeof shown === 'number' && typeof open.minimum === 'number' && typeof open.maximum === 'number') return open;
  const isText = open.format === undefined && open.pattern === undefined;
  return isText && isFree(name, shown) && nonceIn({ properties: { [name]: open } }, null) !== null
    ? open
    : { const: shown };
}

/**
 * The members of `create` that say what a body is. Throws `Untestable`, `OpenApiError`.
 * @param note takes what a reader should know
 */
export function bodyOf(document: OpenApiDocument, write: Write, note: TakeNote): JsonObject {
  const media = mediaOf(document, document.member(write.operation, 'requestBody'));
  if (media === null) {
    note('body', '/create', 'none');
    return { body: 'none' };
  }
  const { kind, type, example } = media;
  // In OpenAPI, elements are parts of one name.
  const body = kind === 'json' ? {} : { body: kind, ...(kind === 'multipart' ? { arrays: 'repeat' } : {}) };
  if (!accepts({ create: body })) throw new Untestable(`its body is ${type}, which is not sent yet`);
  const words = (text: string, guess = false) =>
    note('body', '/create/requestSchema', `${sentAs(media)}, ${text}`, guess);
  const schema = translated(document, media.schema, 'request');
  if (schema.type !== undefined && ![schema.type].flat().includes('object'))
    throw new Untestable('its body is not an object');
  const isDescribed = isObject(schema.properties) || ['allOf', 'anyOf', 'oneOf', '$ref'].some((word) => word in schema);
  if (!isDescribed && !isObject(example))
    throw new Untestable('the document does not describe its body: give --body FILE with an example of it');
  const known = withKey(schema, write.key);
  const rule = keyRule(write.key);
  const member = keyMember(rule);
  const keyless = schemaWithoutKey(rule as KeyRule, known);
  const isValid = compiled(document, keyless, 'body');
  const fits = isObject(example) && isValid(shownBody(example, keyless, member)) === true;
  if (isObject(example) && !isObject(schema.properties)) {
    words('as its example shows');
    const path = keyPath(rule);
    const put = path === null ? [] : [{ path, schema: { type: 'string' } }];
    return { ...body, requestSchema: schemaOfExample(example, put) };
  }
  if (example !== undefined && !fits) words('by its schema: the example of the document is not valid by it', true);
  else words(example === undefined ? 'by its schema' : 'like its example');
  return { ...body, requestSchema: likeExamples(known, fits ? example : undefined, member) };
}

/** A media type for people; all of JSON are sent as one. */
function sentAs({ kind, type }: Media): string {
  const isOther = kind === 'json' && !/^(application\/json\b|\*\/|application\/\*)/i.test(type);
  return isOther ? `${type} (sent as application/json)` : type;
}

/** The key as a contract has it. */
function keyRule({ in: place, name }: KeyPlace): Pick<KeyRule, 'in' | 'name'> {
  return { in: place as KeyRule['in'], name };
}

/** The schema with the member that is the key, where the user names one that it does not describe. */
function withKey(schema: JsonObject, key: KeyPlace): JsonObject {
  const path = keyPath(keyRule(key));
  if (key.in !== 'body' || path?.length !== 1 || schemasAt(schema, formatPointer(path)).length > 0) return schema;
  const properties = isObject(schema.properties) ? schema.properties : {};
  return { ...schema, properties: { ...properties, [path[0] as string]: { type: 'string' } } };
}

/** An example without the key, and without members that only answers have. */
function shownBody(
  example: JsonObject,
  { properties, additionalProperties }: JsonObject,
  key: string | null,
): JsonObject {
  const isShown = (name: string) =>
    name !== key && (additionalProperties !== false || !isObject(properties) || Object.hasOwn(properties, name));
  return Object.fromEntries(Object.entries(example).filter(([name]) => isShown(name)));
}
