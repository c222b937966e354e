/** Schemas of an OpenAPI document as JSON Schema 2020-12 of their own: what they refer to stands under `$defs`. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { parsePointer } from '../pointer.js';
import { compileSchema } from '../schemas.js';
import { type OpenApiDocument, pointerIn } from './document.js';

/** Who writes the values: a request has no member that is only read, an answer none that is only written. */
type Side = 'request' | 'answer';

/** Levels at which references are replaced by what they lead to, so that a reader finds the members. */
const INLINE_LEVELS = 3;

/** Schemas that are replaced in that way at most: what is shared may be shared by very many. */
const MOST_INLINE = 2_000;

/** Schemas of one body at most. */
const MOST_SCHEMAS = 50_000;

/** Keywords that say something of a value and mean the same in 2020-12. */
const KEPT = new Set([
  ...['type', 'enum', 'const', 'multipleOf', 'maximum', 'minimum', 'maxLength', 'minLength', 'maxItems', 'minItems'],
  ...['uniqueItems', 'maxContains', 'minContains', 'maxProperties', 'minProperties', 'dependentRequired', 'format'],
  ...['default', 'exclusiveMaximum', 'exclusiveMinimum', 'required', 'pattern', 'contentMediaType', 'contentEncoding'],
]);

const OF_ONE = new Set([
  ...['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
]);
const OF_MANY = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const OF_NAMED = new Set(['properties', 'patternProperties', 'dependentSchemas']);

/**
 * The schema by itself. Examples stand under `examples`, whatever the document's version calls them.
 * Throws `OpenApiError`.
 */
export function translated(document: OpenApiDocument, schema: Json | undefined, side: Side): JsonObject {
  return new Translation(document, side).of(schema);
}

/** What checks values by a translated schema; `of` says whose it is. Throws `OpenApiError` where it is wrong. */
export function compiled(document: OpenApiDocument, schema: JsonObject, of: 'body' | 'answer') {
  try {
    return compileSchema(schema).validate;
  } catch (error) {
    throw document.error(`the schema of ${of === 'body' ? 'a' : 'an'} ${of} ${(error as Error).message}`);
  }
}

class Translation {
  readonly #document: OpenApiDocument;
  readonly #side: Side;
  /** Names under `$defs`, by reference. */
  readonly #names = new Map<string, string>();
  /** References whose schemas are still to be written under `$defs`. */
  readonly #open: string[] = [];
  #inline = 0;
  #count = 0;

  constructor(document: OpenApiDocument, side: Side) {
    this.#document = document;
    this.#side = side;
  }

  of(schema: Json | undefined): JsonObject {
    const root = this.#walk(schema, 0, []);
    const defs: JsonObject = {};
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop())
      defs[this.#names.get(next) as string] = this.#walk(this.#document.object({ $ref: next }), INLINE_LEVELS, []);
    return Object.keys(defs).length === 0 ? root : { ...root, $defs: defs };
  }

  /** @param trail references that were replaced on the way here */
  #walk(schema: Json | undefined, level: number, trail: string[]): JsonObject {
    this.#count += 1;
    if (this.#count > MOST_SCHEMAS)
      throw this.#document.error(`a body has more than ${MOST_SCHEMAS.toLocaleString('en')} schemas`);
    if (schema === false) return { not: {} };
    if (!isObject(schema)) return {};
    const { $ref } = schema;
    if (typeof $ref !== 'string') return this.#plain(schema, level, trail);
    const target = this.#document.object(schema) ?? {};
    // In 3.0, what stands beside a reference is ignored.
    const { $ref: _, ...beside } = this.#document.isOld ? { $ref } : schema;
    if (level < INLINE_LEVELS && this.#inline < MOST_INLINE && !trail.includes($ref)) {
      this.#inline += 1;
      return this.#plain({ ...target, ...beside }, level, [...trail, $ref]);
    }
    const said = this.#plain(beside, level, trail);
    const shared = { $ref: `#/$defs/${this.#nameOf($ref)}` };
    return Object.keys(said).length === 0 ? shared : { ...said, ...shared };
  }

  #nameOf($ref: string): string {
    const known = this.#names.get($ref);
    if (known !== undefined) return known;
    const wanted = (parsePointer(pointerIn($ref)).at(-1) ?? 'root').replaceAll(/[^A-Za-z0-9._-]/g, '_') || '_';
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let n = 2; taken.has(name); n += 1) name = `${wanted}_${n}`;
    this.#names.set($ref, name);
    this.#open.push($ref);
    return name;
  }

  #plain(schema: JsonObject, level: number, trail: string[]): JsonObject {
    const result: JsonObject = {};
    for (const [word, value] of Object.entries(schema)) {
      if (KEPT.has(word)) result[word] = value;
      else if (OF_ONE.has(word) && typeof value === 'boolean') result[word] = value;
      else if (OF_ONE.has(word) && isObject(value)) result[word] = this.#walk(value, level + 1, trail);
      else if (OF_MANY.has(word) && Array.isArray(value)) {
        if (value.length > 0) result[word] = value.map((one) => this.#walk(one, level, trail));
      } else if (OF_NAMED.has(word) && isObject(value)) result[word] = this.#named(value, level, trail);
    }
    const [example] = examplesOf(schema);
    if (example !== undefined) result.examples = [example];
    this.#leaveOut(schema, result);
    return flattened(nullable(schema, bounds(readable(result))));
  }

  #named(schemas: JsonObject, level: number, trail: string[]): JsonObject {
    return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, this.#walk(one, level + 1, trail)]));
  }

  /** Members that the other side alone writes. */
  #leaveOut({ properties }: JsonObject, result: JsonObject): void {
    const mark = this.#side === 'request' ? 'readOnly' : 'writeOnly';
    const names = Object.entries(isObject(properties) ? properties : {})
      .filter(([, one]) => isObject(one) && (one[mark] === true || this.#document.object(one)?.[mark] === true))
      .map(([name]) => name);
    if (names.length === 0) return;
    const kept = Object.entries(result.properties as JsonObject).filter(([name]) => !names.includes(name));
    result.properties = Object.fromEntries(kept);
    if (Array.isArray(result.required))
      result.required = result.required.filter((name) => !names.includes(String(name)));
  }
}

/** Examples of a value, wherever the versions of OpenAPI put them. */
function examplesOf({ example, examples }: JsonObject): Json[] {
  if (example !== undefined) return [example];
  return Array.isArray(examples) ? examples : [];
}

/** Without what no validator of 2020-12 could read: patterns of other languages, and members of another type. */
function readable(schema: JsonObject): JsonObject {
  const { pattern, required, ...rest } = schema;
  return {
    ...rest,
    ...(typeof pattern === 'string' && isPattern(pattern) ? { pattern } : {}),
    ...(Array.isArray(required) && required.length > 0 ? { required: [...new Set(required)] } : {}),
  };
}

function isPattern(pattern: string): boolean {
  return ['u', ''].some((flags) => {
    try {
      new RegExp(pattern, flags);
      return true;
    } catch {
      return false;
    }
  });
}

/** Until 3.0, whether a bound is left out was said by a boolean beside it. */
function bounds(schema: JsonObject): JsonObject {
  const result = { ...schema };
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof result[exclusive] !== 'boolean') continue;
    const isLeftOut = result[exclusive];
    delete result[exclusive];
    if (!isLeftOut || result[bound] === undefined) continue;
    result[exclusive] = result[bound];
    delete result[bound];
  }
  return result;
}

/** Until 3.0, that a value may be null was said by a keyword of its own. */
function nullable(said: JsonObject, schema: JsonObject): JsonObject {
  if (said.nullable !== true) return schema;
  const { type, enum: values } = schema;
  if (type === undefined && values === undefined) return { anyOf: [schema, { type: 'null' }] };
  return {
    ...schema,
    ...(type === undefined ? {} : { type: [...new Set([type, 'null'].flat())] }),
    ...(Array.isArray(values) ? { enum: [...new Set([...values, null])] } : {}),
  };
}

/** Parts of `allOf` that only add members stand in the schema itself, where its readers look for them. */
function flattened(schema: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf) || rest.additionalProperties === false) return schema;
  const isSimple = (part: Json): part is JsonObject =>
    isObject(part) &&
    Object.keys(part).every((word) => ['type', 'properties', 'required', 'examples'].includes(word)) &&
    [undefined, 'object'].includes(part.type as string | undefined) &&
    Object.keys(isObject(part.properties) ? part.properties : {}).every((name) => !Object.hasOwn(properties, name));
  const properties: JsonObject = { ...(isObject(rest.properties) ? rest.properties : {}) };
  const required = Array.isArray(rest.required) ? [...rest.required] : [];
  const others: Json[] = [];
  let examples = rest.examples;
  for (const part of allOf) {
    if (!isSimple(part)) {
      others.push(part);
      continue;
    }
    Object.assign(properties, part.properties);
    required.push(...(Array.isArray(part.required) ? part.required : []));
    examples = together(examples, part.examples);
  }
  return {
    ...rest,
    ...(Object.keys(properties).length === 0 ? {} : { type: rest.type ?? 'object', properties }),
    ...(required.length === 0 ? {} : { required: [...new Set(required)] }),
    ...(examples === undefined ? {} : { examples }),
    ...(others.length === 0 ? {} : { allOf: others }),
  };
}

/** The example of a whole, from those of its parts. */
function together(...lists: (Json | undefined)[]): Json | undefined {
  const shown = lists.flatMap((list) => (Array.isArray(list) ? list.slice(0, 1) : []));
  if (shown.length === 0) return undefined;
  return [shown.every(isObject) ? Object.assign({}, ...shown) : (shown[0] as Json)];
}
