/** The members of a request body wherever they stand, and what a fault can do with each. */

import { isOwnAt } from '../../contracts/companions.js';
import type { JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import { formatPointer, parsePointer } from '../../contracts/pointer.js';
import { childSchemas, isFreeForm } from '../../contracts/schemas.js';
import { branchesOf, hasType } from './where.js';

/** A schema may refer to itself. */
const DEEPEST = 6;

export interface Place {
  /** `-` stands for the elements of an array. */
  pointer: string;
  path: string[];
  schemas: JsonObject[];
  required: boolean;
}

export type Is = (place: Place, loaded: LoadedContract) => boolean;

/** Outermost first, in the order of the schema; without the key, and without ids of resources that are not there. */
export function requestPlaces({ contract, schemas }: LoadedContract): Place[] {
  const { create, fixtures } = contract;
  const absent = create.references.filter((pointer) => fixtures[pointer] === undefined);
  return placesIn(schemas.requestSchema).filter(
    ({ pointer }) => !absent.includes(pointer) && !isOwnAt(contract, pointer),
  );
}

/** The members of a schema wherever they stand. */
export function placesIn(schema: JsonObject): Place[] {
  return placesWithin(branchesOf(schema), []);
}

function placesWithin(schemas: JsonObject[], path: string[]): Place[] {
  if (path.length >= DEEPEST) return [];
  const named = schemas.flatMap(({ properties }) => Object.keys((properties ?? {}) as JsonObject));
  const needed = schemas.flatMap(({ required }) => (Array.isArray(required) ? required : []));
  return [...new Set(named), '-'].flatMap((name) => {
    const inner = childSchemas(schemas, name).flatMap(branchesOf);
    if (inner.length === 0) return [];
    const own = [...path, name];
    const place = { pointer: formatPointer(own), path: own, schemas: inner, required: needed.includes(name) };
    return [place, ...placesWithin(inner, own)];
  });
}

/** A condition that a request has a member like this, at any depth. */
export function somewhere(is: Is) {
  return (loaded: LoadedContract): boolean => requestPlaces(loaded).some((place) => is(place, loaded));
}

/** The first member of this kind at the top of a request. */
export function firstAtTop(loaded: LoadedContract, is: Is): Place | undefined {
  return requestPlaces(loaded).find((place) => place.path.length === 1 && is(place, loaded));
}

/** A string that may be anything. */
export const isText: Is = (place) => hasType(place, 'string') && place.schemas.every(isFreeForm);

export function isTextBeyond(length: number): Is {
  return (place, loaded) =>
    isText(place, loaded) && place.schemas.every(({ maxLength }) => Number(maxLength ?? Infinity) > length);
}

export const isNumber: Is = (place) => hasType(place, 'number') || hasType(place, 'integer');
export const isBoolean: Is = (place) => hasType(place, 'boolean');
export const isAddress: Is = ({ schemas }) => schemas.some(({ format }) => format === 'uri');
export const isChoice: Is = ({ schemas }) =>
  schemas.some((one) => Array.isArray(one.enum) && one.enum.filter((each) => each !== null).length > 1);
export const isTextOrNull: Is = (place, loaded) =>
  place.path.length === 1 && isText(place, loaded) && hasType(place, 'null');

/** An array with room for so many elements. */
export function isArrayOf(elements: number): Is {
  return (place) =>
    hasType(place, 'array') && place.schemas.every(({ maxItems }) => Number(maxItems ?? Infinity) >= elements);
}

export const isList = isArrayOf(2);
/** An element may stand in it twice. */
export const mayRepeat: Is = (place, loaded) =>
  isList(place, loaded) && !place.schemas.some(({ uniqueItems }) => uniqueItems === true);

/** Whether two members of one object are like this; `next`: one right after the other. */
export function neighbours(is: Is, { next = false } = {}) {
  return (loaded: LoadedContract): boolean => {
    const places = requestPlaces(loaded);
    const siblings = (one: Place) => places.filter((other) => parentOf(other) === parentOf(one));
    return places.some((one) => {
      const beside = siblings(one);
      const others = next ? [beside[beside.indexOf(one) + 1]] : beside.filter((other) => other !== one);
      return is(one, loaded) && others.some((other) => other !== undefined && is(other, loaded));
    });
  };
}

export function isNonce({ pointer }: Place, { contract }: LoadedContract): boolean {
  return pointer === contract.create.nonce;
}

/** The member at the top of a request that distinguishes requests, or the first one there. */
export function mainMember(loaded: LoadedContract): string {
  const [nonce] = parsePointer(loaded.contract.create.nonce ?? '');
  return nonce ?? firstAtTop(loaded, () => true)?.path[0] ?? '';
}

function parentOf({ path }: Place): string {
  return formatPointer(path.slice(0, -1));
}
