/** Loads contracts: by name those that come with the suite, by path any other. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Contract, Json, JsonObject } from './contract.js';
import { ContractError, type Problem, readDocument } from './document.js';
import { explain } from './explain.js';
import { formatPointer } from './pointer.js';
import { newAjv, readSchema, schemasAt } from './schemas.js';

export { ContractError } from './document.js';

/** Name of the contract that holds where none is given. */
export const DEFAULT_CONTRACT = 'moda';

export interface LoadedContract {
  contract: Contract;
  /** Path of the contract file. */
  file: string;
  schemas: {
    request: ValidateFunction;
    /** The request schema itself, for generators. */
    requestSchema: JsonObject;
    /** `null` where the contract names no schema. */
    resource: ValidateFunction | null;
    error: ValidateFunction | null;
  };
}

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('idem-conformance/contracts/contract.schema.json'));

/** Names of the contracts that come with the suite. */
export function contractNames(): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Loads a contract by its name, or from a YAML or JSON file. Throws `ContractError`. */
export function loadContract(nameOrFile: string): LoadedContract {
  const isName = /^[a-z0-9-]+$/.test(nameOrFile);
  if (isName && !contractNames().includes(nameOrFile)) {
    const known = contractNames().join(', ');
    throw new ContractError(
      `There is no contract ${nameOrFile}. Known: ${known}. A file needs its ending: ./my-api.yaml`,
    );
  }
  const known = bundled.get(nameOrFile);
  if (known !== undefined) return known;
  const file = isName ? join(folder, nameOrFile, 'contract.yaml') : nameOrFile;
  const document = readDocument(file, isName ? `${nameOrFile}/contract.yaml` : nameOrFile);
  const validate = contractValidator();
  if (!validate(document.value)) throw document.error(explain(validate.errors ?? []));
  const contract = document.value as unknown as Contract;
  const problems: Problem[] = [];
  const schemas = readSchemas(contract, dirname(file), problems);
  if (schemas !== null) problems.push(...unknownMembers(contract, schemas.requestSchema));
  if (schemas === null || problems.length > 0) throw document.error(problems);
  const loaded = { contract, file, schemas };
  if (isName) bundled.set(nameOrFile, loaded);
  return loaded;
}

/** Contracts that come with the suite stay as they are while it runs; those of users may change between two runs. */
const bundled = new Map<string, LoadedContract>();

let validator: ValidateFunction<Json> | undefined;

function contractValidator(): ValidateFunction<Json> {
  validator ??= newAjv().compile<Json>(require(join(folder, 'contract.schema.json')));
  return validator;
}

function readSchemas(contract: Contract, from: string, problems: Problem[]): LoadedContract['schemas'] | null {
  const read = (member: string, name: string | null) => {
    try {
      return name === null ? null : readSchema(from, name);
    } catch (error) {
      problems.push({ member, text: (error as Error).message });
      return null;
    }
  };
  const request = read('/create/request', contract.create.request);
  const resource = read('/create/resource', contract.create.resource)?.validate ?? null;
  const error = read('/errors/schema', contract.errors.schema)?.validate ?? null;
  return request && { request: request.validate, requestSchema: request.schema, resource, error };
}

/** Members that the contract speaks of and the request schema does not know. */
function unknownMembers({ key, create, webhooks, fixtures }: Contract, schema: JsonObject): Problem[] {
  const named: [member: string, pointer: string][] = [
    ...create.references.map((pointer, n): [string, string] => [`/create/references/${n}`, pointer]),
    ...create.exclusive.flatMap((group, n) =>
      group.map((pointer, m): [string, string] => [`/create/exclusive/${n}/${m}`, pointer]),
    ),
    ...Object.keys(fixtures).map((pointer): [string, string] => [formatPointer(['fixtures', pointer]), pointer]),
  ];
  if (key.in === 'body') named.push(['/key/name', formatPointer([key.name])]);
  if (webhooks !== null) named.push(['/webhooks/callback', webhooks.callback]);
  const problems = named
    .filter(([, pointer]) => schemasAt(schema, pointer).length === 0)
    .map(([member, pointer]) => ({ member, text: `must name a member of ${create.request}; ${pointer} is none` }));
  if (create.nonce !== null && !schemasAt(schema, create.nonce).some(({ type }) => [type].flat().includes('string'))) {
    const text = `must name a string member of ${create.request}; ${create.nonce || "''"} is none`;
    problems.push({ member: '/create/nonce', text });
  }
  return problems;
}
