/** The JSON Schemas that a contract names. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isObject, type JsonObject, parseJson } from './json.js';
import { notPlain } from './nesting.js';
import { parsePointer } from './pointer.js';
import { readTextFile } from './text-file.js';

/**
 * How a schema is compiled: `strict` refuses unknown keywords, `useDefaults` fills values in; checks collect every error,
 * or, without `allErrors`, stop at the first.
 */
interface CompileOptions {
  strict: boolean;
  useDefaults?: boolean;
  allErrors?: boolean;
}

/** Compiles a schema of the package's own, which is known to be valid. */
export function compileValid<Value = unknown>(schema: object, options: CompileOptions): ValidateFunction<Value> {
  return compileUnchecked<Value>(Ajv2020, schema, { ...options, strictTypes: false });
}

type Dialect = typeof Ajv2020 | typeof Ajv2019 | typeof Ajv;

/** What a schema may say that it is written in. */
const DIALECTS: Record<string, Dialect> = {
  'https://json-schema.org/draft/2020-12/schema': Ajv2020,
  'https://json-schema.org/draft/2019-09/schema': Ajv2019,
  'http://json-schema.org/draft-07/schema': Ajv,
  'http://json-schema.org/draft-06/schema': Ajv,
};

function compileUnchecked<Value>(dialect: Dialect, schema: object, options: Options): ValidateFunction<Value> {
  // Checking the schema and shortening the code take longer than all that is validated in a run.
  const unchecked: Options = { verbose: true, meta: false, validateSchema: false, code: { optimize: false } };
  return newAjv(dialect, { ...options, ...unchecked }).compile<Value>(schema);
}

/** Schemas of schemas, compiled when one is checked. */
const metas = new Map<Dialect, Ajv>();

function newAjv(dialect: Dialect, options: Options): Ajv {
  // Members that every object has by its prototype are not the value's own.
  // Without a precision, 0.57 would not count as a multiple of 0.01: the quotient of the two doubles is 56.99999999999999.
  const ajv = new dialect({ allErrors: true, ...options, ownProperties: true, multipleOfPrecision: 6 });
  addFormats.default(ajv);
  return ajv;
}

function metaOf(dialect: Dialect): Ajv {
  // Collecting every error takes the square of their number, and the first one is enough.
  const meta = metas.get(dialect) ?? newAjv(dialect, { allErrors: false });
  metas.set(dialect, meta);
  return meta;
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
    text = readTextFile(resolve(folder, name));
  } catch (error) {
    if (!existsSync(resolve(folder, name)))
      throw new Error(`there is no schema file ${name}; write it, or correct the name (relative to the contract)`);
    throw new Error(`${name} ${(error as Error).message}`);
  }
  const value = parseJson(text);
  try {
    if (value === undefined) throw new Error('is not JSON');
    if (!isObject(value)) throw new Error('must hold a JSON object');
    return compileSchema(value);
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message}`);
  }
}

/**
 * Compiles a schema of the user's. What JSON Schema leaves open is no mistake: keywords and formats that are not known are
 * ignored. Throws an `Error` that says what is wrong with it.
 */
export function compileSchema(schema: JsonObject): CompiledSchema {
  const wrong = notPlain(schema);
  if (wrong !== null) throw new Error(wrong);
  const named = typeof schema.$schema === 'string' ? schema.$schema.replace(/#$/, '') : null;
  const dialect = named === null ? Ajv2020 : DIALECTS[named];
  if (dialect === undefined) {
    const known = Object.keys(DIALECTS).join(', ');
    throw new Error(`is written in a JSON Schema that is not known, ${named}; $schema may be one of ${known}`);
  }
  const { $schema, ...rest } = schema;
  try {
    const meta = metaOf(dialect);
    if (meta.validateSchema(rest) === false) throw new Error(`schema is invalid: ${meta.errorsText()}`);
    return { schema, validate: compileForgiving(dialect, rest) };
  } catch (error) {
    // References that lead only to one another overflow the stack, as nesting by the thousand does.
    if (error instanceof RangeError) throw new Error('refers to itself without end, or is nested too deep');
    throw new Error(`is not a JSON Schema${named === null ? ' 2020-12' : ''}: ${(error as Error).message}`);
  }
}

/** Patterns are read as ECMA-262 has them with the flag `u`, and as most validators do where that does not allow them. */
function compileForgiving(dialect: Dialect, schema: JsonObject): ValidateFunction {
  const options: Options = { strict: false, logger: false };
  try {
    return compileUnchecked(dialect, schema, options);
  } catch (error) {
    if (!/regular expression/i.test((error as Error).message)) throw error;
    return compileUnchecked(dialect, schema, { ...options, unicodeRegExp: false });
  }
}

/** Whether a schema leaves a string free: no pattern, format or choice. The contents of a file are of any format. */
export function isFreeForm(schema: JsonObject): boolean {
  const { format = 'binary' } = schema;
  return format === 'binary' && !['pattern', 'enum', 'const'].some((word) => word in schema);
}

/** The schemas that a request schema gives to the member at `pointer`: none where it does not know the member. */
export function schemasAt(schema: JsonObject, pointer: string): JsonObject[] {
  return parsePointer(pointer).reduce<JsonObject[]>((schemas, name) => childSchemas(schemas, name), [schema]);
}

/** The schemas that the given ones give to a member, or with `-` or a number to the elements of an array. */
export function childSchemas(schemas: JsonObject[], name: string): JsonObject[] {
  return schemas.flatMap((one) => branches(one)).flatMap((one) => child(one, name));
}

/** A schema, and those of which it says that all, any or one must hold. */
export function branches(schema: JsonObject): JsonObject[] {
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (Array.isArray(schema[word]) ? schema[word] : []));
  return [schema, ...parts.filter(isObject).flatMap(branches)];
}

function child(schema: JsonObject, name: string): JsonObject[] {
  const properties = schema.properties;
  const found = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return [found, /^(-|\d+)$/.test(name) ? schema.items : undefined].filter(isObject);
}
