/** Where a fault applies: what a contract has that it can break. */
import { ownMembers } from '../../contracts/companions.js';
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import { carries, keyMember } from '../../contracts/key.js';
import { keyProblem } from '../../contracts/key-grammar.js';
import type { LoadedContract } from '../../contracts/load.js';
import { formatPointer } from '../../contracts/pointer.js';
import { isSuccessStatus, isToldByStatus } from '../../contracts/refusals.js';
import { childSchemas, schemasAt } from '../../contracts/schemas.js';

type Where = (loaded: LoadedContract) => boolean;

export function all(...conditions: Where[]): Where {
  return (loaded) => conditions.every((one) => one(loaded));
}

/** A condition on the contract alone. */
export function contractHas(is: (contract: Contract) => boolean): Where {
  return ({ contract }) => is(contract);
}

/** Another body under a key is refused. */
export const refusesOtherBodies = contractHas(
  ({ conflict, fingerprint, create }) => conflict !== null && fingerprint !== 'none' && create.body !== 'none',
);
/** Bodies hold values that are no strings, and text that is not escaped. */
export const bodiesAreJson = contractHas(({ create }) => create.body === 'json');
/** Whatever is sent as a form is one. */
export const bodiesMayBeMalformed = contractHas(({ create }) => create.body === 'json' || create.body === 'multipart');
/** A conflict cannot be taken for a refusal in flight. */
export const conflictsStandOut = contractHas(({ conflict, inFlight }) => {
  if (conflict === null) return false;
  const shared = inFlight?.statuses.some((status) => conflict.statuses.includes(status)) ?? false;
  return !shared || !isToldByStatus(conflict) || (inFlight !== null && !isToldByStatus(inFlight));
});
/** The same value in other bytes may be another body. */
export const mayCompareBytes = all(
  refusesOtherBodies,
  contractHas(({ fingerprint }) => fingerprint !== 'value'),
);
/** A conflict with a status of success has no body that is judged as an error where its code is not the contract's. */
export const conflictsAsSuccess = contractHas(({ conflict }) => conflict?.statuses.some(isSuccessStatus) === true);
export const keyIsOptional = contractHas(({ key }) => !key.required);
export const keyInBody = contractHas(({ key }) => keyMember(key) !== null);
export const answersRepeats = contractHas(({ replay }) => replay.kind !== 'refusal');
export const hasList = contractHas(({ effects }) => effects.list !== null);
export const showsEffects = contractHas(({ effects }) => effects.list !== null || effects.counter !== null);
export const hasAuthentication = contractHas(({ authentication }) => authentication !== null);
export const hasTokens = contractHas(({ authentication }) => authentication !== null && authentication.token !== null);
export const scopedByCredential = contractHas(
  ({ authentication, scope }) => authentication !== null && scope === 'credential',
);
export const hasErrorSchema: Where = ({ schemas }) => schemas.error !== null;

/** The contract takes all of these keys, and they arrive as they are sent. */
export function takesKeys(...keys: string[]): Where {
  return ({ contract: { key } }) => keys.every((one) => carries(key, one) && keyProblem(key, one) === null);
}

/** A member of a schema, and what the schema says of it. */
export interface Member {
  pointer: string;
  name: string;
  schemas: JsonObject[];
  required: boolean;
}

/** The members of the request body at its top, without the key. */
export function requestMembers({ contract, schemas }: LoadedContract): Member[] {
  const own = ownMembers(contract);
  return membersOf([schemas.requestSchema]).filter(({ name }) => !own.includes(name));
}

/** The members of a success at its top. */
export function resourceMembers({ schemas }: LoadedContract): Member[] {
  return schemas.resourceSchema === null ? [] : membersOf([schemas.resourceSchema]);
}

export function hasType({ schemas }: Pick<Member, 'schemas'>, type: string): boolean {
  return schemas.some((schema) => typesOf(schema).includes(type));
}

export function typesOf({ type }: JsonObject): Json[] {
  return type === undefined ? [] : [type].flat();
}

function membersOf(schemas: JsonObject[]): Member[] {
  const named = schemas.flatMap(branchesOf).flatMap(({ properties }) => Object.keys((properties ?? {}) as JsonObject));
  const required = schemas.flatMap((schema) => (Array.isArray(schema.required) ? schema.required : []));
  return [...new Set(named)].map((name) => ({
    pointer: formatPointer([name]),
    name,
    schemas: childSchemas(schemas, name).flatMap(branchesOf),
    required: required.includes(name),
  }));
}

export function branchesOf(schema: JsonObject): JsonObject[] {
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => (Array.isArray(schema[word]) ? schema[word] : []));
  return [schema, ...(parts as JsonObject[]).flatMap(branchesOf)];
}

/** What a success's schema says of the member there. */
export function resourceAt({ schemas }: LoadedContract, pointer: string): JsonObject[] {
  return schemas.resourceSchema === null ? [] : schemasAt(schemas.resourceSchema, pointer).flatMap(branchesOf);
}
