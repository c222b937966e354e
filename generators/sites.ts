/** Where the values of a body stand, and what the schema says of each place. */

import type { Json, JsonObject } from '../contracts/contract.js';
import { isObject } from '../contracts/json.js';
import { at, formatPointer } from '../contracts/pointer.js';
import { childSchemas, isFreeForm } from '../contracts/schemas.js';

export interface Site {
  pointer: string;
  value: Json;
  /** Names on the way; the last is a member's name or an index. */
  path: (string | number)[];
  /** What the schema gives to this place. */
  schemas: JsonObject[];
}

/** Every value below the top, outermost first. */
export function sitesOf(body: JsonObject, schema: JsonObject): Site[] {
  const found: Site[] = [];
  const walk = (value: Json, path: (string | number)[], schemas: JsonObject[]): void => {
    if (path.length > 0) found.push({ pointer: formatPointer(path), value, path, schemas });
    if (Array.isArray(value)) {
      const items = childSchemas(schemas, '-');
      for (const [index, item] of value.entries()) walk(item, [...path, index], items);
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) walk(member, [...path, name], childSchemas(schemas, name));
    }
  };
  walk(body, [], [schema]);
  return found;
}

/** The body with another value at a place; `undefined` leaves the place out. */
export function put(body: JsonObject, path: (string | number)[], value: Json | undefined): JsonObject {
  return change(body, path, value) as JsonObject;
}

function change(here: Json, [name, ...rest]: (string | number)[], value: Json | undefined): Json {
  if (Array.isArray(here)) {
    const changed = here.map((item, index) => (index === name && rest.length > 0 ? change(item, rest, value) : item));
    if (rest.length > 0) return changed;
    if (value === undefined) return changed.filter((_, index) => index !== name);
    return changed.map((item, index) => (index === name ? value : item));
  }
  const members = Object.entries(here as JsonObject).flatMap(([member, inner]): [string, Json][] => {
    if (member !== name) return [[member, inner]];
    if (rest.length > 0) return [[member, change(inner, rest, value)]];
    return value === undefined ? [] : [[member, value]];
  });
  return Object.fromEntries(members);
}

/** A text that the schema leaves free: no pattern, format or choice. */
export function isFreeText({ value, schemas }: Site): boolean {
  return typeof value === 'string' && schemas.every(isFreeForm);
}

/** The container of a site. */
export function parentOf(body: JsonObject, site: Site): Json | undefined {
  return at(body, formatPointer(site.path.slice(0, -1)));
}
