/** What can be known of a request body from an example of it, or from its schema. */
import { isObject, type Json, type JsonObject } from './json.js';
import { formatPointer } from './pointer.js';

/** A member that is put into every body, and what it is. */
export interface PutIn {
  path: readonly string[];
  schema: JsonObject;
}

/**
 * A schema with every member as in the example, but one string, which may say something else each time. How long it may
 * be is found out from the target. Whether other members are allowed, an example does not say.
 * @param put key and companions, whatever the example has there
 */
export function schemaOfExample(example: JsonObject, put: readonly PutIn[]): JsonObject {
  const inside = (name: string) =>
    put.flatMap(({ path: [top, ...path], schema }) => (top === name && path.length > 0 ? [{ path, schema }] : []));
  const isPut = (name: string) => put.some(({ path: [top] }) => top === name);
  const members = Object.entries(example).filter(([name]) => !isPut(name) || inside(name).length > 0);
  const free = members.find(([name, value]) => isFree(name, value))?.[0];
  const properties = members.map(([name, value]): [string, Json] => {
    if (isPut(name)) return [name, holderOf(value, inside(name))];
    return [name, name === free ? { type: 'string', minLength: 1 } : { const: value }];
  });
  for (const { path, schema } of put) {
    const [top = ''] = path;
    if (properties.every(([name]) => name !== top))
      properties.push([top, path.length === 1 ? schema : holderOf(undefined, inside(top))]);
  }
  return {
    type: 'object',
    required: members.map(([name]) => name),
    properties: Object.fromEntries(properties),
  };
}

/** The schema of what holds something that is put in: an object, or an array of as many elements of one kind. */
function holderOf(value: Json | undefined, put: readonly PutIn[]): JsonObject {
  const [name = ''] = put[0]?.path ?? [];
  if (Array.isArray(value) || (value === undefined && /^\d+$/.test(name))) {
    const list = value ?? [];
    if (list.length > 1)
      throw new Error('holds the key in an array of several elements; give a JSON Schema of the body instead');
    const inside = put.map(({ path, schema }) => ({ path: path.slice(1), schema }));
    const items = schemaOfExample((list[Number(name)] ?? {}) as JsonObject, inside);
    const length = Math.max(list.length, Number(name) + 1);
    return { type: 'array', items, minItems: length, maxItems: length };
  }
  return schemaOfExample((isObject(value) ? value : {}) as JsonObject, put);
}

/** A string for people: by its name, or because it has words. */
export function isFree(name: string, value: Json): boolean {
  // A GraphQL document has words, too, and is fixed.
  if (typeof value !== 'string' || /^\s*(query|mutation|subscription)\b[^{]*\{/.test(value)) return false;
  return (
    /^(name|title|description|note|notes|memo|comment|message|prompt|text|subject|reference|label)$/i.test(name) ||
    / \S+ /.test(value)
  );
}

/** The first string at the top, besides key and companions, that has neither a pattern nor a format nor choices. */
export function nonceMember({ properties }: JsonObject, own: readonly string[]): string | null {
  const entry = Object.entries((properties ?? {}) as Record<string, JsonObject>).find(([name, schema]) => {
    if (own.includes(name)) return false;
    const { type, pattern, format, maxLength } = schema;
    const roomy = typeof maxLength !== 'number' || maxLength >= 40;
    return (
      [type].flat().includes('string') &&
      pattern === undefined &&
      format === undefined &&
      !('enum' in schema || 'const' in schema) &&
      roomy
    );
  });
  return entry === undefined || entry[0] === undefined ? null : formatPointer([entry[0]]);
}
