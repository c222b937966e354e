/** The JSON Schemas that a contract names. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isObject, type JsonObject } from './json.js';
import { parsePointer } from './pointer.js';

/** How a schema is compiled: `strict` refuses unknown keywords, `useDefaults` fills values in. */
interface CompileOptions {
  strict: boolean;
  useDefaults?: boolean;
}

/** Compiles a schema that is known to be valid, such as the package's own. Checks collect every error. */
export function compileValid<Value = unknown>(schema: object, options: CompileOptions): ValidateFunction<Value> {
  // Checking the schema and shortening the code take longer than all that is validated in a run.
  const ajv = newAjv({ ...options, verbose: true, meta: false, validateSchema: false, code: { optimize: false } });
  return ajv.compile<Value>(schema);
}

let meta: Ajv2020 | undefined;

function newAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({ ...options, strictTypes: false, allErrors: true });
  addFormats.default(ajv);
  return ajv;
}

/** A schema and what checks values by it. */
interface CompiledSchema {
  schema: JsonObject;
  validate: ValidateFunction;
}

/** Reads and compiles a schema file named relative to `folder`. Throws an `Error` that says what to do. */
export function readSchema(folder: string, name: string): CompiledSchema {
  let text: string;
  try {
    text = readFileSync(resolve(folder, name), 'utf8');
  } catch {
    throw new Error(`there is no schema file ${name}; write it, or correct the name (relative to the contract)`);
  }
  try {
    return compileSchema(JSON.parse(text) as JsonObject);
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message}`);
  }
}

/** Compiles a schema of the user's. Throws an `Error` that says what is wrong with it. */
export function compileSchema(schema: JsonObject, { strict } = { strict: true }): CompiledSchema {
  meta ??= newAjv({});
  try {
    if (meta.validateSchema(schema) === false) throw new Error(`schema is invalid: ${meta.errorsText()}`);
    return { schema, validate: compileValid(schema, { strict }) };
  } catch (error) {
    throw new Error(`is not a JSON Schema 2020-12: ${(error as Error).message}`);
  }
}

/** The schemas that a request schema gives to the member at `pointer`: none where it does not know the member. */
export function schemasAt(schema: JsonObject, pointer: string): JsonObject[] {
  return parsePointer(pointer).reduce<JsonObject[]>((schemas, name) => childSchemas(schemas, name), [schema]);
}

/** The schemas that the given ones give to a member, or with `-` or a number to the elements of an array. */
export function childSchemas(schemas: JsonObject[], name: string): JsonObject[] {
  return schemas.flatMap((one) => branches(one)).flatMap((one) => child(one, name));
}

function branches(schema: JsonObject): JsonObject[] {
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (Array.isArray(schema[word]) ? schema[word] : []));
  return [schema, ...parts.filter(isObject).flatMap(branches)];
}

function child(schema: JsonObject, name: string): JsonObject[] {
  const properties = schema.properties;
  const found = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return [found, /^(-|\d+)$/.test(name) ? schema.items : undefined].filter(isObject);
}
