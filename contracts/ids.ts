/** Where an answer names a resource: a member of its body, a response header, or nowhere. The one reader of ids. */
import type { Contract } from './contract.js';
import type { Json } from './json.js';
import { decoded } from './paths.js';
import { formatPointer, idAt, parsePointer } from './pointer.js';

/** A pointer into the body, a header, or `null` where answers name no resource. */
export type IdPlace = Contract['create']['id'];

/** Where a contract has it that does not say: the default of `create.id`. */
export const USUAL_PLACE = '/id';

/** What of an answer may hold an id; names of headers in small letters. */
export interface Naming {
  headers: Record<string, string>;
  json: Json | undefined;
}

/** What an exchange asked for, as far as the place of its id depends on it. */
interface Asked {
  operation: string;
  endpoint?: number;
}

/** The id there, its characters as sent; `null` where there is none. */
export function idIn(place: IdPlace, { headers, json }: Naming): string | null {
  if (place === null) return null;
  if (typeof place === 'string') return idAt(json, place);
  const value = headers[place.header.toLowerCase()];
  return value === undefined ? null : idInHeader(value.trim(), place.pattern);
}

/** The first group of the pattern, or the last segment of a URL's path; percent-decoded, as in the paths that it is put into. */
function idInHeader(value: string, pattern: string | null): string | null {
  const found = pattern === null ? /([^/?#]+)\/*(?:[?#]|$)/.exec(value) : new RegExp(pattern, 'u').exec(value);
  const id = found === null ? '' : decoded(found[1] ?? found[0]);
  return id === '' ? null : id;
}

/** Where a success of this request names its resource. A read resource is named by its path, unless its body shows it as well. */
export function placeOfId({ operation, endpoint }: Asked, { create, uploads, otherEndpoints }: Contract): IdPlace {
  if (operation === 'upload') return uploads?.id ?? idPointer(create.id);
  if (operation === 'other') return (otherEndpoints[endpoint ?? 0] ?? create).id;
  return operation === 'create' ? create.id : idPointer(create.id);
}

/** The pointer where an id stands in the body; `null` where it does not. */
export function idPointer(place: IdPlace): string | null {
  return typeof place === 'string' ? place : null;
}

/** How a place is named in a sentence: 'at /id', 'in the header Location'. */
export function idPlaceWords(place: IdPlace): string {
  if (place === null) return 'anywhere';
  return typeof place === 'string' ? `at ${place}` : `in the header ${place.header}`;
}

/** The place as the option says it: '/id', 'header:Location', 'none'. */
export function idPlaceFlag(place: IdPlace): string {
  if (place === null) return 'none';
  return typeof place === 'string' ? place : `header:${place.header}`;
}

/** The last name of the pointer, as it stands in one resource of a list; `/id` where the body has none. */
export function usualListId(place: IdPlace): string {
  return typeof place === 'string' ? formatPointer(parsePointer(place).slice(-1)) : '/id';
}

/** Whether a success must have a JSON body: its id stands there, or a schema describes it. */
export function needsBody({ id, resourceSchema }: Pick<Contract['create'], 'id' | 'resourceSchema'>): boolean {
  return typeof id === 'string' || resourceSchema !== null;
}
