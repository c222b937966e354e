/**
 * A contract for any API, from a few flags: where the endpoint and the key are. Everything else is unknown, so only
 * some requirements are judged; or it is what a named contract says.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { sayable } from './codec.js';
import type { Contract, KeyRule } from './contract.js';
import { ContractError } from './document.js';
import { schemaOfExample } from './example.js';
import { explain } from './explain.js';
import { USUAL_PLACE } from './ids.js';
import { type Json, type JsonObject, parseJson, roundedIn } from './json.js';
import { keyPath, nameProblem } from './key.js';
import { grammarOf, type KeyGrammar, keyFormats } from './key-grammar.js';
import { type LoadedContract, loadContract, loadOperations, misplaced, NO_BODY } from './load.js';
import { notPlain } from './nesting.js';
import { formatPointer } from './pointer.js';
import { derived, withDefaults } from './resolve.js';
import { compileSchema } from './schemas.js';
import { headerNameProblem, unsendable } from './sendable.js';
import { readTextFile } from './text-file.js';

export interface GenericOptions {
  /** `POST /orders`. */
  endpoint: string;
  /** `header:Idempotency-Key`, `body:NAME`, `body:/meta/key`, a JSON Pointer, `query:NAME`, or `path`. */
  key: string;
  /** Which keys it takes: `uuid`, `uuidv4`, `uuidv7`, `ulid`, or a regular expression between slashes. */
  keyFormat?: string | undefined;
  /** Where a success shows the resource's id: a pointer, `header:Location`, or `none`. Default `/id`. */
  id?: string | undefined;
  /** A JSON file with an example of the body. */
  body?: string | undefined;
  /** How the body travels. Default `json`. */
  bodyType?: BodyType | undefined;
  /** A JSON Schema file of the body. */
  bodySchema?: string | undefined;
  /** `GET /orders`. */
  list?: string | undefined;
  /** How the credential is sent: `basic`, `query:NAME` or `header:NAME`; otherwise as `Authorization: Bearer`. */
  auth?: string | undefined;
  /** Shell commands that print an access token, one for each account. */
  tokenCommand?: string[] | undefined;
  /** Whether a credential is known. */
  authenticated: boolean;
}

type BodyType = Contract['create']['body'];

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
export function contractWith(nameOrFile: string, options: Besides): [LoadedContract, ...LoadedContract[]] {
  const authentication = authenticationOf(options);
  // A credential that is given is meant to be sent.
  const isMissing = authentication !== null && loadContract(nameOrFile).contract.authentication === null;
  return loadOperations(nameOrFile, { ...(isMissing ? { authentication } : {}), ...saidBesides(options) });
}

/** The members of a contract that flags say. Throws `DescriptionError`. */
export function saidBesides(options: Besides): JsonObject {
  const { endpoint, key, keyFormat, id, body, bodyType, bodySchema, list } = options;
  const create: JsonObject = {
    ...(bodyType === undefined ? {} : { body: bodyType }),
    ...(endpoint === undefined ? {} : endpointOf(endpoint)),
    ...(id === undefined ? {} : { id: idOf(id) }),
    ...(body === undefined && bodySchema === undefined ? {} : bodyOf({ body, bodySchema })),
  };
  const isAuthenticationSaid = options.auth !== undefined || options.tokenCommand !== undefined;
  return {
    ...(isAuthenticationSaid ? { authentication: authenticationOf(options) } : {}),
    ...(key === undefined && keyFormat === undefined
      ? {}
      : { key: { ...(key === undefined ? {} : keyOf(key)), ...formatOf(keyFormat) } }),
    ...(Object.keys(create).length === 0 ? {} : { create }),
    ...(list === undefined ? {} : { effects: { list: listOf(list) } }),
  };
}

/** How the credential is sent that flags speak of, and where it comes from; `null` where there is none. */
function authenticationOf({ auth, tokenCommand, authenticated }: Besides): JsonObject | null {
  const [command, second = null, ...more] = tokenCommand ?? [];
  if (more.length > 0)
    throw new DescriptionError(
      (nameOf) => `${nameOf('tokenCommand')} may be given twice: for one account and for a second.`,
    );
  if (auth === undefined && command === undefined)
    return authenticated === true ? { header: 'Authorization', prefix: 'Bearer ' } : null;
  const [, place, name = ''] = /^(header|query):(.+)$/.exec(auth ?? '') ?? [];
  if (auth !== undefined && auth !== 'basic' && place === undefined)
    throw wrong('auth', auth, 'give basic, query:NAME or header:NAME');
  const problem = place === 'header' ? headerNameProblem(name) : null;
  if (problem !== null) throw wrong('auth', auth as string, problem);
  return {
    ...(auth === 'basic' ? { scheme: 'basic' } : {}),
    ...(place === 'query' ? { query: name } : {}),
    ...(place === 'header' ? { header: name, prefix: '' } : {}),
    ...(command === undefined ? {} : { token: { command, second, url: null } }),
  };
}

/** `judged` are ids of requirements. Throws `ContractError`. */
export function describeGeneric(options: GenericOptions, judged: string[]): GenericContract {
  const endpoint = endpointOf(options.endpoint);
  const key = { ...keyOf(options.key), ...formatOf(options.keyFormat) };
  const path = keyPath({ name: '', ...key });
  const id = idOf(options.id ?? USUAL_PLACE);
  const authentication = authenticationOf(options);
  const { bodyType = 'json' } = options;
  const requestSchema = schemaOf(options, path, bodyType);
  const said: JsonObject = {
    judged,
    ...(authentication === null ? {} : { authentication }),
    // A body that the schema accepts has a key then.
    key: isRequired(requestSchema, path) ? { ...key, required: true } : key,
    create: {
      ...endpoint,
      ...(bodyType === 'json' ? {} : { body: bodyType }),
      ...(bodyType === 'none' ? {} : { requestSchema }),
      id,
    },
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
  const [problem] = unsendable(contract).filter(({ member }) => member.startsWith('/authentication'));
  if (problem !== undefined)
    throw new DescriptionError((nameOf) => `${nameOf('auth')} and ${nameOf('tokenCommand')} do not go together.`);
  const [misplacement] = misplaced(contract);
  if (misplacement !== undefined)
    throw new DescriptionError(
      (nameOf) => `${nameOf(misplacement.member.startsWith('/create') ? 'endpoint' : 'list')} ${misplacement.text}.`,
    );
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
  const match = /^(POST|PUT|PATCH|DELETE) (\/\S*)$/i.exec(flag.trim());
  if (match === null) throw wrong('endpoint', flag, "give method and path, e.g. 'POST /orders'");
  return { method: (match[1] as string).toUpperCase(), path: match[2] as string };
}

function idOf(flag: string): string | { header: string } | null {
  if (flag === 'none') return null;
  const [, header] = /^header:(.+)$/.exec(flag.trim()) ?? [];
  if (header !== undefined) return { header };
  if (!flag.startsWith('/'))
    throw wrong(
      'id',
      flag,
      'give a JSON Pointer into a success, e.g. /data/id, a header, e.g. header:Location, or none',
    );
  return flag;
}

/** Where a key is, from words such as `header:Idempotency-Key`. Throws `DescriptionError`. */
export function keyOf(flag: string): Pick<KeyRule, 'in'> & { name?: string } {
  if (flag.trim() === 'path') return { in: 'path' };
  const [, place, name = ''] = /^(header|body|query):(.+)$/.exec(flag.trim()) ?? [];
  if (place === undefined)
    throw wrong('key', flag, 'give its place and name, e.g. header:Idempotency-Key, body:NAME or query:NAME; or path');
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

function schemaOf(files: BodyFiles, keyPath: readonly string[] | null, bodyType: BodyType): JsonObject {
  if (bodyType === 'none') return withoutBody(files, keyPath);
  const { example, requestSchema } = bodyOf(files);
  const put = keyPath === null ? [] : [{ path: keyPath, schema: { type: 'string' } }];
  const said = sayable({ create: { body: bodyType } }, example as JsonObject);
  return requestSchema ?? compileSchema(schemaOfExample(said, put)).schema;
}

/** The schema of no body, unless flags say that there is one. */
function withoutBody({ body, bodySchema }: BodyFiles, keyPath: readonly string[] | null): JsonObject {
  if (body !== undefined || bodySchema !== undefined)
    throw new DescriptionError(
      (nameOf) =>
        `${nameOf('bodyType')} none: a write without a body has no ${nameOf(body === undefined ? 'bodySchema' : 'body')}: leave one of them out.`,
    );
  if (keyPath !== null) throw wrong('bodyType', 'none', 'the key is in the body; give another place for it');
  return NO_BODY;
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
