/** A body as servers see it that read it into an object with typed members. */

import type { JsonObject } from '../../contracts/contract.js';
import { type Json, canonical as textOf } from '../../contracts/json.js';
import { childSchemas } from '../../contracts/schemas.js';
import { branchesOf } from './where.js';

/** The value without nulls, defaults and members that its schemas do not know. */
export function typedModel(value: Json, schemas: JsonObject[]): Json {
  if (Array.isArray(value)) return value.map((item) => typedModel(item, childSchemas(schemas, '-')));
  if (value === null || typeof value !== 'object') return value;
  const describesMembers = schemas.flatMap(branchesOf).some((one) => 'properties' in one);
  const members = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    const own = childSchemas(schemas, name);
    const isUnknown = describesMembers && own.length === 0;
    const isDefault = own.some((one) => one.default !== undefined && textOf(one.default) === textOf(inner));
    return inner === null || isUnknown || isDefault ? [] : [[name, typedModel(inner, own)]];
  });
  return Object.fromEntries(members);
}
