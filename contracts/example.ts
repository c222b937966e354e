/** What can be known of a request body from an example of it, or from its schema. */
import type { Json, JsonObject } from './json.js';
import { formatPointer } from './pointer.js';

/**
 * A schema with every member as in the example, but one string, which may say something else each time. How long it may
 * be is found out from the target.
 */
export function schemaOfExample(example: JsonObject, keyMember: string | null): JsonObject {
  const { [keyMember ?? '']: _, ...members } = example;
  const free = Object.entries(members).find(([name, value]) => isFree(name, value))?.[0];
  const properties = Object.entries(members).map(([name, value]): [string, Json] => [
    name,
    name === free ? { type: 'string', minLength: 1 } : { const: value },
  ]);
  if (keyMember !== null) properties.push([keyMember, { type: 'string' }]);
  return {
    type: 'object',
    required: Object.keys(members),
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
}

/** A string for people: by its name, or because it has words. */
function isFree(name: string, value: Json): boolean {
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
