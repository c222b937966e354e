/** Bodies and answers of an operation: which media type is read, and the example that the document shows of it. */
import { isObject, type Json, type JsonObject } from '../json.js';
import type { OpenApiDocument } from './document.js';

export interface Media {
  /** As the document writes it. */
  type: string;
  kind: 'json' | 'form' | 'multipart' | 'other';
  schema: Json | undefined;
  /** The first example of the whole value, or `undefined`. */
  example: Json | undefined;
}

const ORDER = ['json', 'form', 'multipart', 'other'] as const;

/** The media type that is used of a request body or an answer: JSON where there is a choice; `null` where it has none. */
export function mediaOf(document: OpenApiDocument, node: JsonObject | undefined): Media | null {
  const content = document.member(node, 'content') ?? {};
  const all = Object.keys(content).map((type): Media => {
    const media = document.member(content, type) ?? {};
    return { type, kind: kindOf(type), schema: media.schema, example: exampleOf(document, media) };
  });
  const [first] = ORDER.flatMap((kind) => all.filter((one) => one.kind === kind));
  return first ?? null;
}

function kindOf(type: string): Media['kind'] {
  if (/^(application\/([\w.-]+\+)?json\b|\*\/\*|application\/\*)/i.test(type)) return 'json';
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return 'form';
  return /^multipart\/form-data\b/i.test(type) ? 'multipart' : 'other';
}

function exampleOf(document: OpenApiDocument, media: JsonObject): Json | undefined {
  if (media.example !== undefined) return media.example;
  const examples = document.member(media, 'examples') ?? {};
  for (const name of Object.keys(examples)) {
    const { value } = document.member(examples, name) ?? {};
    if (value !== undefined) return value;
  }
  const schema = document.object(media.schema);
  if (schema?.example !== undefined) return schema.example;
  return Array.isArray(schema?.examples) ? schema.examples[0] : undefined;
}

/** A value that the document gives for a parameter or a member: an example, a default or the first choice. */
export function givenValue(document: OpenApiDocument, parameter: JsonObject): Json | undefined {
  const shown = exampleOf(document, parameter);
  if (shown !== undefined) return shown;
  const schema = document.object(parameter.schema) ?? {};
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  return Array.isArray(schema.enum) ? schema.enum[0] : undefined;
}

/** A member of an object by a name from outside, which may be one that every object has by its prototype. */
export function own(object: Json | undefined, name: string): Json | undefined {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What is shown in a schema of our own: the schema without its examples. */
export function withoutExamples(schema: JsonObject): JsonObject {
  const { examples: _, ...rest } = schema;
  return Object.fromEntries(
    Object.entries(rest).map(([word, value]) => {
      if (['enum', 'const', 'default', 'required', 'dependentRequired'].includes(word)) return [word, value];
      const isMap = ['properties', 'patternProperties', 'dependentSchemas', '$defs'].includes(word);
      if (isMap && isObject(value))
        return [word, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(one)]))];
      return [word, Array.isArray(value) ? value.map(inner) : inner(value)];
    }),
  );
}

function inner(value: Json): Json {
  return isObject(value) ? withoutExamples(value) : value;
}
