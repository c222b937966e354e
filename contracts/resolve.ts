/** From what a contract file says to a contract in which every member is present. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { ownMembers } from './companions.js';
import type { Contract, KeyRule } from './contract.js';
import { encodingOf } from './encodings.js';
import { nonceMember } from './example.js';
import { idPointer, needsBody, usualListId } from './ids.js';
import type { Json, JsonObject } from './json.js';
import { isSeparable, keyPath } from './key.js';
import { filesIn } from './pairs.js';
import { withParameters } from './paths.js';
import { at, formatPointer } from './pointer.js';
import { compileValid, schemasAt } from './schemas.js';

const require = createRequire(import.meta.url);
const schemaFile = require.resolve('idem-conformance/contracts/contract.schema.json');

/** Where the contracts that ship are: a folder each. */
export const folder = dirname(schemaFile);

let validator: ValidateFunction<Json> | undefined;

/** The contract with the schema's defaults, or what is wrong with it. The value is left as it is. */
export function withDefaults(value: JsonObject): { contract: Contract } | { errors: ErrorObject[] } {
  validator ??= compileValid<Json>(require(schemaFile), { strict: true, useDefaults: true });
  const filled = structuredClone(value);
  if (!validator(filled)) return { errors: validator.errors ?? [] };
  return { contract: filled as unknown as Contract };
}

/** What the request schema says of the member that is the key, where the contract does not say it itself. */
function keyGrammar({ key }: Contract, said: JsonObject, requestSchema: JsonObject): Partial<KeyRule> {
  const path = keyPath(key);
  const [schema] = path === null ? [] : schemasAt(requestSchema, formatPointer(path));
  if (schema === undefined) return {};
  const { pattern, minLength, maxLength, format } = schema;
  const grammar = { pattern, minLength, maxLength, format: format === 'uuid' ? format : undefined };
  const isOpen = (member: string) => at(said, `/key/${member}`) === undefined;
  return Object.fromEntries(
    Object.entries(grammar).filter(([member, value]) => value !== undefined && isOpen(member)),
  ) as Partial<KeyRule>;
}

/** Statuses of a first success that has a body. */
const USUAL_SUCCESS = [200, 201, 202, 203];

/** The members that a contract left out and whose defaults follow from others. `said` is what it says itself. */
export function derived(filled: Contract, said: JsonObject, requestSchema: JsonObject, name: string): Contract {
  const contract = withParameters(filled);
  const { create, effects, authentication } = contract;
  const given = <Value>(pointer: string, value: Value, otherwise: Value) =>
    at(said, pointer) === undefined ? otherwise : value;
  const { list } = effects;
  const usual = create.unique?.[0] ?? nonceMember(requestSchema, ownMembers(contract));
  const nonce = given('/create/nonce', create.nonce, usual);
  const success = create.success ?? (needsBody(create) ? USUAL_SUCCESS : [...USUAL_SUCCESS, 204]);
  const id = idPointer(create.id);
  // Without an id, a repeat is compared as a whole; one in a header is compared as an id.
  const immutable = given('/create/immutable', create.immutable, create.id === null ? [''] : id === null ? [] : [id]);
  const unauthorised = authentication === null ? null : { statuses: [401, 403], code: null, header: null };
  return {
    ...contract,
    name: given('/name', contract.name, name),
    key: {
      ...contract.key,
      ...keyGrammar(contract, said, requestSchema),
      required: contract.key.required || !isSeparable(contract.key),
      ...(contract.key.in === 'body' && !encodingOf(contract).isTyped ? { inForm: true as const } : {}),
    },
    title: given('/title', contract.title, `${create.method} ${contract.basePath}${create.path}`),
    create: {
      ...create,
      nonce,
      success,
      immutable,
      ...(create.body === 'multipart' ? { files: filesIn(requestSchema) } : {}),
    },
    // Of another time, or another body, it is another one.
    companions: contract.companions.map((one) => (one.value === 'signature' ? { ...one, repeats: 'fresh' } : one)),
    replay: { ...contract.replay, statuses: given('/replay/statuses', contract.replay.statuses, success) },
    errors: {
      ...contract.errors,
      authentication: given('/errors/authentication', contract.errors.authentication, unauthorised),
    },
    effects: {
      ...effects,
      list: list && {
        ...list,
        id: given('/effects/list/id', list.id, usualListId(create.id)),
        nonce: given('/effects/list/nonce', list.nonce, nonce),
      },
    },
  };
}
