/**
 * A contract for any API, from a few flags: where the endpoint and the key are. Everything else is unknown, so only
 * some requirements are judged.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KeyRule } from './contract.js';
import { ContractError } from './document.js';
import { schemaOfExample } from './example.js';
import { explain } from './explain.js';
import type { Json, JsonObject } from './json.js';
import { keyMember, nameProblem } from './key.js';
import type { LoadedContract } from './load.js';
import { derived, withDefaults } from './resolve.js';
import { compileSchema } from './schemas.js';

export interface GenericOptions {
  /** `POST /orders`. */
  endpoint: string;
  /** `header:Idempotency-Key` or `body:NAME`. */
  key: string;
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

/** `judged` are ids of requirements. Throws `ContractError`. */
export function describeGeneric(options: GenericOptions, judged: string[]): GenericContract {
  const endpoint = /^(POST|PUT|PATCH) (\/\S*)$/i.exec(options.endpoint.trim());
  if (endpoint === null) throw wrong('endpoint', options.endpoint, "give method and path, e.g. 'POST /orders'");
  const key = keyOf(options.key);
  const id = options.id ?? '/id';
  if (!id.startsWith('/')) throw wrong('id', id, 'give a JSON Pointer into a success, e.g. /data/id');
  const requestSchema = schemaOf(options, keyMember(key));
  const said: JsonObject = {
    judged,
    ...(options.authenticated ? { authentication: { header: 'Authorization', prefix: 'Bearer ' } } : {}),
    // A body that the schema accepts has a key then.
    key: isRequired(requestSchema, keyMember(key)) ? { ...key, required: true } : key,
    create: { method: (endpoint[1] as string).toUpperCase(), path: endpoint[2] as string, requestSchema, id },
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
  const { validate: request } = compileSchema(requestSchema, { strict: false });
  const schemas = { request, requestSchema, resource: null, error: null, resourceSchema: null, errorSchema: null };
  return { said, loaded: { contract, file: 'generic', schemas } };
}

function isRequired({ required }: JsonObject, member: string | null): boolean {
  return member !== null && Array.isArray(required) && required.includes(member);
}

function wrong(member: Member, value: string, advice: string): DescriptionError {
  return new DescriptionError((nameOf) => `${nameOf(member)} ${value}: ${advice}.`);
}

function keyOf(flag: string): { in: KeyRule['in']; name: string } {
  const [, place, name = ''] = /^(header|body):(.+)$/.exec(flag.trim()) ?? [];
  if (place === undefined)
    throw wrong('key', flag, 'give its place and name, e.g. header:Idempotency-Key or body:NAME');
  const key = { in: place as KeyRule['in'], name };
  const problem = nameProblem(key);
  if (problem !== null) throw wrong('key', flag, `${problem}. Give e.g. header:Idempotency-Key`);
  return key;
}

function listOf(list: string): JsonObject {
  const match = /^GET (\/[^\s?]*)(?:\?(\S*))?$/i.exec(list.trim());
  if (match === null) throw wrong('list', list, "give method and path, e.g. 'GET /orders'");
  const query = Object.fromEntries(new URLSearchParams(match[2] ?? ''));
  return { path: match[1] as string, ...(Object.keys(query).length === 0 ? {} : { query }) };
}

function schemaOf({ body, bodySchema }: GenericOptions, keyMember: string | null): JsonObject {
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
  const schema = bodySchema === undefined ? schemaOfExample(json, keyMember) : json;
  if (schema.type !== undefined && ![schema.type].flat().includes('object'))
    throw new ContractError(`${file} does not describe a JSON object: its type must be object.`);
  try {
    compileSchema(schema, { strict: false });
  } catch (error) {
    throw new ContractError(`${file} ${(error as Error).message}`);
  }
  return schema;
}

function readJson(file: string): Json {
  let text: string;
  try {
    text = readFileSync(resolve(file), 'utf8');
  } catch {
    throw new ContractError(`There is no file ${file}.`);
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new ContractError(`${file} is not JSON: ${(error as Error).message}`);
  }
}
