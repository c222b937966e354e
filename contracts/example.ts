/** What can be known of a request body from an example of it, or from its schema. */
import { isObject, type Json, type JsonObject } from './json.js';
import { formatPointer } from './pointer.js';

/**
 * A schema with every member as in the example, but one string, which may say something else each time. How long it may
 * be is found out from the target. Whether other members are allowed, an example does not say.
 */
export function schemaOfExample(example: JsonObject, keyPath: readonly string[] | null): JsonObject {
  const [top, ...rest] = keyPath ?? [];
  const holds = (name: string) => name === top && rest.length > 0;
  const members = Object.entries(example).filter(([name]) => name !== top || holds(name));
  const free = members.find(([name, value]) => isFree(name, value))?.[0];
  const properties = members.map(([name, value]): [string, Json] => {
    if (holds(name)) return [name, holderOf(value, rest)];
    return [name, name === free ? { type: 'string', minLength: 1 } : { const: value }];
  });
  if (top !== undefined && !Object.hasOwn(Object.fromEntries(properties), top))
    properties.push([top, rest.length === 0 ? { type: 'string' } : holderOf(undefined, rest)]);
  return {
    type: 'object',
    required: members.map(([name]) => name),
    properties: Object.fromEntries(properties),
  };
}

/** The schema of what holds the key: an object, or an array of as many elements of one kind. */
function holderOf(value: Json | undefined, path: readonly string[]): JsonObject {
  const [name = '', ...rest] = path;
  if (Array.isArray(value) || (value === undefined && /^\d+$/.test(name))) {
    const list = value ?? [];
    if (list.length > 1)
      throw new Error('holds the key in an array of several elements; give a JSON Schema of the body instead');
    const items = schemaOfExample((list[Number(name)] ?? {}) as JsonObject, rest);
    const length = Math.max(list.length, Number(name) + 1);
    return { type: 'array', items, minItems: length, maxItems: length };
  }
  return schemaOfExample((isObject(value) ? value : {}) as JsonObject, path);
}

/** A string for people: by its name, or because it has words. */
export function isFree(name: string, value: Json): boolean {
  if (typeof value !== 'string') return false;
  return (
    /^(name|title|description|note|notes|memo|comment|message|prompt|text|subject|reference|label)$/i.test(name) ||
    / \S+ /.test(value)
  );
}

/** The first string at the top, besides the key, that has neither a pattern nor a format nor choices. */
export function nonceMember({ properties }: JsonObject, keyMember: string | null): string | null {
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
