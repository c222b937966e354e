/** An OpenAPI document: read from YAML or JSON, with references that are followed inside it and nowhere else. */
import type { Validator } from '@seriousme/openapi-schema-validator';
import { ContractError } from '../document.js';
import { isObject, type Json, type JsonObject } from '../json.js';
import { notPlain } from '../nesting.js';
import { parsePointer } from '../pointer.js';
import { readYaml } from '../yaml.js';

/** Bytes of the longest document in JSON. */
export const MOST_BYTES = 16 << 20;

/** Reading YAML takes about three seconds for each MiB. */
const MOST_YAML = 4 << 20;

/** References that lead to references. */
const MOST_HOPS = 50;

/** What cannot be used of a document, in a sentence that names it. */
export class OpenApiError extends ContractError {
  override name = 'OpenApiError';

  /** @param text what is wrong, without the document's name and the full stop */
  constructor(
    message: string,
    readonly text = message,
  ) {
    super(message);
  }
}

export class OpenApiDocument {
  /** @param shown its name in messages; @param problem why it is not valid by the schema of its version, or `null` */
  constructor(
    readonly value: JsonObject,
    readonly shown: string,
    readonly problem: string | null,
  ) {}

  /** Whether schemas are those of OpenAPI 3.0, which are not JSON Schema. */
  get isOld(): boolean {
    return String(this.value.openapi).startsWith('3.0');
  }

  /** The title that it gives itself. */
  get title(): string | null {
    const { info } = this.value;
    return isObject(info) && typeof info.title === 'string' ? info.title : null;
  }

  /** An object, with a reference followed to its end; `undefined` for anything else. Throws `OpenApiError`. */
  object(node: Json | undefined): JsonObject | undefined {
    let found = node;
    for (let hop = 0; isObject(found) && typeof found.$ref === 'string'; hop += 1) {
      if (hop === MOST_HOPS) throw this.error(`the reference ${found.$ref} leads back to itself`);
      found = this.#target(found.$ref);
    }
    return isObject(found) ? found : undefined;
  }

  /** A member that is an object, by its name. Throws `OpenApiError`. */
  member(node: JsonObject | undefined, name: string): JsonObject | undefined {
    return node !== undefined && Object.hasOwn(node, name) ? this.object(node[name]) : undefined;
  }

  error(text: string): OpenApiError {
    return new OpenApiError(`${this.shown}: ${text}.`, text);
  }

  #target($ref: string): Json {
    if (!$ref.startsWith('#'))
      throw this.error(
        `the reference ${$ref} leads out of the document, and only those inside it are followed: bundle it into one file`,
      );
    let found: Json | undefined = this.value;
    for (const part of parsePointer(pointerIn($ref))) {
      const isThere: boolean = typeof found === 'object' && found !== null && Object.hasOwn(found, part);
      found = isThere ? (found as JsonObject)[part] : undefined;
    }
    if (found === undefined) throw this.error(`the reference ${$ref} leads nowhere`);
    return found;
  }
}

/** The JSON Pointer in a reference; one that is badly escaped leads nowhere. */
export function pointerIn($ref: string): string {
  try {
    return decodeURIComponent($ref.slice(1));
  } catch {
    return $ref.slice(1);
  }
}

/** Reads a document. Throws `OpenApiError`. */
export async function readOpenApi(text: string, shown: string): Promise<OpenApiDocument> {
  const value = parsed(text, shown);
  const stop = (why: string) => new OpenApiError(`${shown}: ${why}.`);
  if (!isObject(value)) throw stop('must be a mapping, as an OpenAPI document is');
  const { openapi, swagger, paths } = value;
  if (swagger !== undefined) throw stop(`is Swagger ${short(swagger)}: convert it to OpenAPI 3.0 or 3.1 first`);
  if (typeof openapi !== 'string' || !/^3\.\d/.test(openapi))
    throw stop(
      openapi === undefined
        ? 'is not an OpenAPI document: it has no member openapi, such as openapi: 3.1.0'
        : `is written in OpenAPI ${short(openapi)}, and 3.0 and 3.1 are read`,
    );
  if (!isObject(paths)) throw stop('has no paths, so there is nothing to test');
  return new OpenApiDocument(value, shown, await problemOf(value));
}

function parsed(text: string, shown: string): Json {
  const stop = (why: string) => new OpenApiError(`${shown}: ${why}.`);
  if (Buffer.byteLength(text) > MOST_BYTES) throw stop(`is longer than ${MOST_BYTES >> 20} MiB`);
  if (/^\s*[{[]/.test(text)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      // Of YAML, `{` is a mapping, too.
      if (text.length > MOST_YAML) throw stop(`is not JSON: ${(error as Error).message}`);
    }
    if (value !== undefined) {
      const wrong = notPlain(value);
      if (wrong !== null) throw stop(wrong);
      return value as Json;
    }
  }
  if (Buffer.byteLength(text) > MOST_YAML)
    throw stop(`is longer than ${MOST_YAML >> 20} MiB in YAML: convert it to JSON, which is read much faster`);
  const { value, problems, lines } = readYaml(text);
  const [problem] = problems;
  if (problem === undefined) return value;
  const { line, col } = lines.linePos(problem.offset);
  throw new OpenApiError(`${shown}:${line || 1}:${col || 1}: ${problem.text.replace(/\.?$/, '.')}`);
}

let validator: Validator | undefined;

/** What is wrong with it by the published schema of its version: it is read all the same, as far as it goes. */
async function problemOf(value: JsonObject): Promise<string | null> {
  try {
    // Loaded only now: most runs read no document.
    validator ??= new (await import('@seriousme/openapi-schema-validator')).Validator();
    const { valid, errors } = await validator.validate(structuredClone(value));
    if (valid) return null;
    const [first] = Array.isArray(errors) ? errors : [];
    return first === undefined ? String(errors) : `${first.instancePath || '/'} ${first.message}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function short(value: Json): string {
  return String(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 40);
}
