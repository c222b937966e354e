/**
 * A contract for any API, from a few flags: where the endpoint and the key are. Everything else is unknown, so only
 * some requirements are judged; or it is what a named contract says.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KeyRule } from './contract.js';
import { ContractError } from './document.js';
import { schemaOfExample } from './example.js';
import { explain } from './explain.js';
import { type Json, type JsonObject, parseJson, roundedIn } from './json.js';
import { keyPath, nameProblem } from './key.js';
import { grammarOf, type KeyGrammar, keyFormats } from './key-grammar.js';
import { type LoadedContract, loadContract } from './load.js';
import { notPlain } from './nesting.js';
import { formatPointer } from './pointer.js';
import { derived, withDefaults } from './resolve.js';
import { compileSchema } from './schemas.js';
import { readTextFile } from './text-file.js';

export interface GenericOptions {
  /** `POST /orders`. */
  endpoint: string;
  /** `header:Idempotency-Key`, `body:NAME`, or `body:/meta/key`, a JSON Pointer. */
  key: string;
  /** Which keys it takes: `uuid`, `uuidv4`, `uuidv7`, `ulid`, or a regular expression between slashes. */
  keyFormat?: string | undefined;
  /** Pointer to the resource's id in a success. Default `/id`. */
  id?: string | undefined;
  /** A JSON file with an example of the body. */
  body?: string | undefined;
  /** A JSON Schema file of the body. */
  bodySchema?: string | undefined;
  /** `GET /orders`. */
  list?: string | undefined;
  /** Whether requests carry `Authorization: Bearer`. */
  authenticated: boolean;
}

/** What flags say besides a contract: any of it. */
export type Besides = { [M in keyof GenericOptions]?: GenericOptions[M] | undefined };

/** What flags say of an API: the members of a contract file, and the contract that they come to. */
export interface GenericContract {
  said: JsonObject;
  loaded: LoadedContract;
}

type Member = keyof GenericOptions;

/** A mistake in the options, in a sentence that names each as its reader wrote it. */
export class DescriptionError extends ContractError {
  constructor(readonly as: (nameOf: (member: Member) => string) => string) {
    super(as((member) => member));
  }
}

/** `judged` are ids of requirements. Throws `DescriptionError`. */
export function genericContract(options: GenericOptions, judged: string[]): LoadedContract {
  return describeGeneric(options, judged).loaded;
}

/** What a named contract says, but for the members that flags say themselves. Throws `ContractError`. */
export function contractWith(nameOrFile: string, options: Besides): LoadedContract {
  // A credential that is given is meant to be sent.
  const authenticated = options.authenticated === true && loadContract(nameOrFile).contract.authentication === null;
  return loadContract(nameOrFile, {
    ...(authenticated ? { authentication: BEARER } : {}),
    ...saidBesides(options),
  });
}

/** The members of a contract that flags say. Throws `DescriptionError`. */
export function saidBesides({ endpoint, key, keyFormat, id, body, bodySchema, list }: Besides): JsonObject {
  const create: JsonObject = {
    ...(endpoint === undefined ? {} : endpointOf(endpoint)),
    ...(id === undefined ? {} : { id: idOf(id) }),
    ...(body === undefined && bodySchema === undefined ? {} : bodyOf({ body, bodySchema })),
  };
  return {
    ...(key === undefined && keyFormat === undefined
      ? {}
      : { key: { ...(key === undefined ? {} : keyOf(key)), ...formatOf(keyFormat) } }),
    ...(Object.keys(create).length === 0 ? {} : { create }),
    ...(list === undefined ? {} : { effects: { list: listOf(list) } }),
  };
}

const BEARER: JsonObject = { header: 'Authorization', prefix: 'Bearer ' };

/** `judged` are ids of requirements. Throws `ContractError`. */
export function describeGeneric(options: GenericOptions, judged: string[]): GenericContract {
  const endpoint = endpointOf(options.endpoint);
  const key = { ...keyOf(options.key), ...formatOf(options.keyFormat) };
  const id = idOf(options.id ?? '/id');
  const requestSchema = schemaOf(options, keyPath(key));
  const said: JsonObject = {
    judged,
    ...(options.authenticated ? { authentication: BEARER } : {}),
    // A body that the schema accepts has a key then.
    key: isRequired(requestSchema, keyPath(key)) ? { ...key, required: true } : key,
    create: { ...endpoint, requestSchema, id },
    ...(options.list === undefined ? {} : { effects: { list: listOf(options.list) } }),
  };
  const filled = withDefaults(said);
  if ('errors' in filled) {
    throw new ContractError(
      explain(filled.errors)
        .map(({ member, text }) => `${member}: ${text}`)
        .join('\n'),
    );
  }
  const contract = derived(filled.contract, said, requestSchema, 'generic');
  const { validate: request } = compileSchema(requestSchema);
  const schemas = { request, requestSchema, resource: null, error: null, resourceSchema: null, errorSchema: null };
  return { said, loaded: { contract, file: 'generic', schemas } };
}

function isRequired({ required }: JsonObject, path: readonly string[] | null): boolean {
  return path?.length === 1 && Array.isArray(required) && required.includes(path[0] as string);
}

function wrong(member: Member, value: string, advice: string): DescriptionError {
  return new DescriptionError((nameOf) => `${nameOf(member)} ${value}: ${advice}.`);
}

/** Method and path of a line such as `POST /orders`. Throws `DescriptionError`. */
export function endpointOf(flag: string): { method: string; path: string } {
  const match = /^(POST|PUT|PATCH) (\/\S*)$/i.exec(flag.trim());
  if (match === null) throw wrong('endpoint', flag, "give method and path, e.g. 'POST /orders'");
  return { method: (match[1] as string).toUpperCase(), path: match[2] as string };
}

function idOf(flag: string): string {
  if (!flag.startsWith('/')) throw wrong('id', flag, 'give a JSON Pointer into a success, e.g. /data/id');
  return flag;
}

/** Where a key is, from words such as `header:Idempotency-Key`. Throws `DescriptionError`. */
export function keyOf(flag: string): Pick<KeyRule, 'in' | 'name'> {
  const [, place, name = ''] = /^(header|body):(.+)$/.exec(flag.trim()) ?? [];
  if (place === undefined)
    throw wrong('key', flag, 'give its place and name, e.g. header:Idempotency-Key or body:NAME');
  const key = { in: place as KeyRule['in'], name };
  const problem = nameProblem(key);
  const pointer = name.startsWith('/') ? '/meta/key' : formatPointer(name.split('/').filter((part) => part !== ''));
  const example = place === 'header' ? 'header:Idempotency-Key' : `body:${pointer}`;
  if (problem !== null) throw wrong('key', flag, `${problem}. Give e.g. ${example}`);
  return key;
}

function formatOf(flag: string | undefined): Partial<KeyGrammar> {
  const grammar = flag === undefined ? {} : grammarOf(flag);
  if (grammar === null)
    throw wrong(
      'keyFormat',
      flag as string,
      `give ${keyFormats.join(', ')}, or a regular expression: '/^ord_[a-z0-9]{10}$/'`,
    );
  return grammar;
}

function listOf(list: string): JsonObject {
  const match = /^GET (\/[^\s?]*)(?:\?(\S*))?$/i.exec(list.trim());
  if (match === null) throw wrong('list', list, "give method and path, e.g. 'GET /orders'");
  const query = Object.fromEntries(new URLSearchParams(match[2] ?? ''));
  return { path: match[1] as string, ...(Object.keys(query).length === 0 ? {} : { query }) };
}

function schemaOf(files: BodyFiles, keyPath: readonly string[] | null): JsonObject {
  const { example, requestSchema } = bodyOf(files);
  return requestSchema ?? compileSchema(schemaOfExample(example as JsonObject, keyPath)).schema;
}

type BodyFiles = Pick<GenericOptions, 'body' | 'bodySchema'>;

/** The member of `create` that says what a body is. */
function bodyOf({ body, bodySchema }: BodyFiles): { example?: JsonObject; requestSchema?: JsonObject } {
  if (body !== undefined && bodySchema !== undefined)
    throw new DescriptionError(
      (nameOf) => `${nameOf('body')} and ${nameOf('bodySchema')} say the same: give one of them.`,
    );
  const file = body ?? bodySchema;
  if (file === undefined)
    throw new DescriptionError(
      (nameOf) =>
        `Say what a valid body is: ${nameOf('body')} with an example in a file, or ${nameOf('bodySchema')} with a JSON Schema in a file.`,
    );
  const json = readJson(file);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new ContractError(`${file} must hold a JSON object.`);
  if (bodySchema === undefined) {
    const rounded = roundedIn(json);
    if (rounded !== null)
      throw new ContractError(`${file} holds ${rounded}, which would be sent rounded; give one of fewer digits.`);
    return { example: json };
  }
  if (json.type !== undefined && ![json.type].flat().includes('object'))
    throw new ContractError(`${file} does not describe a JSON object: its type must be object.`);
  try {
    return { requestSchema: compileSchema(json).schema };
  } catch (error) {
    throw new ContractError(`${file} ${(error as Error).message}`);
  }
}

function readJson(file: string): Json {
  let text: string;
  try {
    text = readTextFile(resolve(file));
  } catch (error) {
    if (!existsSync(resolve(file))) throw new ContractError(`There is no file ${file}.`);
    throw new ContractError(`${file} ${(error as Error).message}.`);
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new ContractError(`${file} is not JSON: ${(error as Error).message}`);
  }
  const wrong = notPlain(value);
  if (wrong !== null) throw new ContractError(`${file} ${wrong}.`);
  return parseJson(text) ?? value;
}
