/** Loads contracts: by name those that come with the suite, by path any other. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { acceptedProblems } from './accepted.js';
import { batchProblems } from './batch.js';
import { sayable } from './codec.js';
import { companionPointers, putIn } from './companions.js';
import type { Contract } from './contract.js';
import { ContractError, type Problem } from './document.js';
import { schemaOfExample } from './example.js';
import { explain } from './explain.js';
import { isObject, type JsonObject, parseJson, roundedIn } from './json.js';
import { keyPath, keySegmentProblem, nameProblem } from './key.js';
import { type Layers, readLayers, type SharedLayers, valueLayers } from './layers.js';
import { notPlain } from './nesting.js';
import { pathProblems } from './paths.js';
import { at, formatPointer } from './pointer.js';
import { unknowable } from './refusals.js';
import { derived, folder, withDefaults } from './resolve.js';
import { compileSchema, readSchema, schemasAt } from './schemas.js';
import { unsendable } from './sendable.js';
import { setUpProblems } from './set-up.js';
import { signProblems } from './signing.js';
import { readTextFile } from './text-file.js';

export { ContractError } from './document.js';

/** The contract that is used where none is named. */
export const DEFAULT_CONTRACT = 'moda';

/** One write of a contract. */
export interface LoadedContract {
  contract: Contract;
  /** Path of the contract file. */
  file: string;
  /** Path of the module that signs requests, where they are signed. */
  signFile?: string;
  schemas: {
    request: ValidateFunction;
    /** The request schema itself, for generators. */
    requestSchema: JsonObject;
    /** `null` where the contract has no such schema. */
    resource: ValidateFunction | null;
    error: ValidateFunction | null;
    /** The schemas themselves, for a server that answers by them. */
    resourceSchema: JsonObject | null;
    errorSchema: JsonObject | null;
  };
}

/** Names of the contracts that come with the suite. */
export function contractNames(): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isDirectory() && existsSync(join(folder, one.name, 'contract.yaml')))
    .map(({ name }) => name)
    .sort();
}

const isName = (nameOrFile: string) => /^[a-z0-9-]+$/.test(nameOrFile);

/**
 * Loads a contract by its name, or from a YAML or JSON file: of several operations the first. `said` are members that are
 * said besides, and hold instead of those of the file. Throws `ContractError`.
 */
export function loadContract(nameOrFile: string, said?: JsonObject): LoadedContract {
  return loadOperations(nameOrFile, said)[0];
}

/** Loads all operations of a contract, in the order of the file. Throws `ContractError`. */
export function loadOperations(nameOrFile: string, said?: JsonObject): [LoadedContract, ...LoadedContract[]] {
  const known = said === undefined ? bundled.get(nameOrFile) : undefined;
  if (known !== undefined) return known;
  const { file, shown } = isName(nameOrFile) ? shipped(nameOrFile) : { file: nameOrFile, shown: nameOrFile };
  const locate = (name: string, from: string) =>
    isName(name) ? shipped(name) : { file: resolve(from, name), shown: resolve(from, name) };
  const layers = readLayers(file, shown, locate, said);
  const [first, ...others] = layers.operations;
  const loaded: [LoadedContract, ...LoadedContract[]] =
    first === undefined
      ? [loadOne(file, layers)]
      : [loadOperation(file, layers, first), ...others.map((one) => loadOperation(file, layers, one))];
  if (isName(nameOrFile) && said === undefined) bundled.set(nameOrFile, loaded);
  return loaded;
}

/** Members that are the same for all operations. */
const SHARED = [
  ...['$schema', 'extends', 'operations', 'name', 'version', 'title', 'sources', 'levels', 'judged'],
  ...['productionHosts', 'authentication', 'sign', 'limits'],
];

const OPERATION_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/;

function loadOperation(file: string, layers: SharedLayers, name: string): LoadedContract {
  const member = formatPointer(['operations', name]);
  if (!OPERATION_NAME.test(name))
    throw layers.error([{ member, text: 'must be called by letters, digits, hyphens and underscores' }]);
  const own = at(layers.value, member);
  if (!isObject(own)) throw layers.error([{ member, text: "must be a mapping of a contract's members" }]);
  const shared = SHARED.filter((one) => Object.hasOwn(own, one));
  if (shared.length > 0) {
    const text = 'is the same for all operations: say it beside them';
    throw layers.error(shared.map((one) => ({ member: member + formatPointer([one]), text })));
  }
  return loadOne(file, layers.of(name), name);
}

/**
 * A contract that no file holds, with what is `said` besides; `shown` says where it comes from, in messages. Gives all
 * that is said together, too. Throws `ContractError`.
 */
export function loadValue(
  value: JsonObject,
  said: JsonObject,
  shown: string,
): { said: JsonObject; loaded: LoadedContract } {
  const layers = valueLayers(value, said, shown);
  return { said: layers.value, loaded: loadOne(shown, layers) };
}

function loadOne(file: string, layers: Layers, operation?: string): LoadedContract {
  const filled = withDefaults(layers.value);
  if ('errors' in filled) throw layers.error(explain(filled.errors));
  const problems: Problem[] = [];
  const schemas = readSchemas(filled.contract, layers, problems);
  if (schemas === null) throw layers.error(problems);
  const contract = derived(filled.contract, layers.value, schemas.requestSchema, nameOf(file));
  if (operation !== undefined) contract.create.name = operation;
  const name = nameProblem(contract.key);
  if (name !== null) problems.push({ member: '/key/name', text: `must be a name in its place: ${name}` });
  else problems.push(...unknownMembers(contract, schemas.requestSchema));
  problems.push(...unsendable(contract), ...unknowable(contract), ...acceptedProblems(contract));
  problems.push(...batchProblems(contract), ...unnamed(contract), ...misplaced(contract));
  const signFile = contract.sign === null ? undefined : resolve(layers.folderOf('/sign'), contract.sign);
  problems.push(...signProblems(contract, signFile, layers.value));
  if (problems.length > 0) throw layers.error(problems);
  return { contract, file, schemas, ...(signFile === undefined ? {} : { signFile }) };
}

/** What is wrong with paths, and with what stands in them. */
export function misplaced(contract: Contract): Problem[] {
  const segment = keySegmentProblem(contract.key, contract.create.path);
  if (segment !== null) return [{ member: '/create/path', text: segment }];
  return [...pathProblems(contract), ...setUpProblems(contract)];
}

/** Contracts that come with the suite stay as they are while it runs; those of users may change between two runs. */
const bundled = new Map<string, [LoadedContract, ...LoadedContract[]]>();

function shipped(name: string): { file: string; shown: string } {
  if (!contractNames().includes(name)) {
    const known = contractNames().join(', ');
    throw new ContractError(`There is no contract ${name}. Known: ${known}. A file needs its ending: ./my-api.yaml`);
  }
  return { file: join(folder, name, 'contract.yaml'), shown: `${name}/contract.yaml` };
}

/** The name of a contract that says none: its file's, or its folder's. */
function nameOf(file: string): string {
  const own = basename(file).replace(/\.[^.]*$/, '');
  const name = own === 'contract' ? basename(dirname(resolve(file))) : own;
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') || 'contract';
}

function readSchemas(contract: Contract, layers: Layers, problems: Problem[]): LoadedContract['schemas'] | null {
  const attempt = <Value>(member: string, read: () => Value): Value | null => {
    try {
      return read();
    } catch (error) {
      problems.push({ member, text: (error as Error).message });
      return null;
    }
  };
  const schema = (member: string, said: string | JsonObject | null) =>
    said === null
      ? null
      : attempt(member, () => (isObject(said) ? compileSchema(said) : readSchema(layers.folderOf(member), said)));
  const { requestSchema, example, resourceSchema } = contract.create;
  if (contract.create.body === 'none') problems.push(...saidOfNoBody(contract));
  const request =
    contract.create.body === 'none'
      ? compileSchema(NO_BODY)
      : requestSchema === null
        ? attempt('/create/example', () => compileSchema(exampleSchema(contract, layers)))
        : schema('/create/requestSchema', requestSchema);
  if (requestSchema !== null && example !== null) {
    problems.push({ member: '/create/example', text: 'describes the body, as requestSchema does: give one of them' });
  }
  const resource = schema('/create/resourceSchema', resourceSchema);
  const error = schema('/errors/schema', contract.errors.schema);
  return (
    request && {
      request: request.validate,
      requestSchema: request.schema,
      resource: resource?.validate ?? null,
      error: error?.validate ?? null,
      resourceSchema: resource?.schema ?? null,
      errorSchema: error?.schema ?? null,
    }
  );
}

/** The schema of a request without a body. */
export const NO_BODY: JsonObject = { type: 'object', properties: {}, maxProperties: 0 };

/** What a contract says of a body that it says is not there. */
function saidOfNoBody({ create, key }: Contract): Problem[] {
  const members = (['requestSchema', 'example'] as const).filter((member) => create[member] !== null);
  return [
    ...members.map((member) => ({
      member: `/create/${member}`,
      text: 'describes a body, and create.body is none: leave one of them out',
    })),
    ...(key.in === 'body'
      ? [{ member: '/key/in', text: 'must be another place than the body: create.body is none' }]
      : []),
  ];
}

/** The request schema that an example stands for. Throws an `Error` that says what to do. */
function exampleSchema(contract: Contract, layers: Layers): JsonObject {
  const { example } = contract.create;
  if (example === null) throw new Error('is missing; give an example of the body, or requestSchema, a JSON Schema');
  const value = isObject(example) ? example : readExample(layers.folderOf('/create/example'), example);
  return schemaOfExample(sayable(contract, value), putIn(contract));
}

function readExample(from: string, name: string): JsonObject {
  let text: string;
  try {
    text = readTextFile(resolve(from, name));
  } catch (error) {
    if (!existsSync(resolve(from, name)))
      throw new Error(`there is no file ${name}; write it, or correct the name (relative to the contract)`);
    throw new Error(`${name} ${(error as Error).message}`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new Error(`${name} must hold a JSON object`);
  const wrong = notPlain(value);
  if (wrong !== null) throw new Error(`${name} ${wrong}`);
  const rounded = roundedIn(value);
  if (rounded !== null)
    throw new Error(`${name} holds ${rounded}, which would be sent rounded; give one of fewer digits`);
  return value;
}

/** Members that need the id of a resource, where answers show none. */
function unnamed({ create, get, cancel, webhooks }: Contract): Problem[] {
  if (create.id !== null) return [];
  const text = 'needs the id of a resource, and create.id is null: say where a success shows it, or write null here';
  return Object.entries({ '/get': get, '/cancel': cancel, '/webhooks': webhooks }).flatMap(([member, said]) =>
    said === null ? [] : [{ member, text }],
  );
}

/** Members that the contract speaks of and the request schema does not know. */
function unknownMembers({ key, companions, create, webhooks, fixtures }: Contract, schema: JsonObject): Problem[] {
  const body = typeof create.requestSchema === 'string' ? create.requestSchema : 'the request body';
  const named: [member: string, pointer: string][] = [
    ...create.references.map((pointer, n): [string, string] => [`/create/references/${n}`, pointer]),
    ...create.exclusive.flatMap((group, n) =>
      group.map((pointer, m): [string, string] => [`/create/exclusive/${n}/${m}`, pointer]),
    ),
    ...Object.keys(fixtures).map((pointer): [string, string] => [formatPointer(['fixtures', pointer]), pointer]),
  ];
  const path = keyPath(key);
  if (path !== null) named.push(['/key/name', formatPointer(path)]);
  for (const [n, companion] of companions.entries())
    for (const pointer of companionPointers({ companions: [companion] }))
      named.push([`/companions/${n}/name`, pointer]);
  if (webhooks !== null) named.push(['/webhooks/callback', webhooks.callback]);
  const problems = named
    .filter(([, pointer]) => schemasAt(schema, pointer).length === 0)
    .map(([where, pointer]) => ({ member: where, text: `must name a member of ${body}; ${pointer} is not one` }));
  if (create.nonce !== null && !schemasAt(schema, create.nonce).some(({ type }) => [type].flat().includes('string'))) {
    const text = `must name a string member of ${body}; ${create.nonce || "''"} is not one`;
    problems.push({ member: '/create/nonce', text });
  }
  return problems;
}
