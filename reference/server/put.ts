/** Puts a value at a JSON Pointer (RFC 6901), in a copy: what it is put into stays as it was. */
import type { Json } from '../../contracts/contract.js';
import { parsePointer } from '../../contracts/pointer.js';

/** Missing objects and arrays on the way are made. */
export function put(value: Json, pointer: string, inner: Json): Json {
  return putAt(value, parsePointer(pointer), inner);
}

/** Each of them, one after the other. */
export function putAll(value: Json, members: Iterable<readonly [pointer: string, inner: Json]>): Json {
  let result = value;
  for (const [pointer, inner] of members) result = put(result, pointer, inner);
  return result;
}

function putAt(value: Json | undefined, names: readonly string[], inner: Json): Json {
  const [name, ...rest] = names;
  if (name === undefined) return inner;
  const isObject = typeof value === 'object' && value !== null;
  if (Array.isArray(value) || (!isObject && /^\d+$/.test(name))) {
    const items = Array.isArray(value) ? [...value] : [];
    items[Number(name)] = putAt(items[Number(name)], rest, inner);
    return items;
  }
  const members = isObject ? (value as { [name: string]: Json }) : {};
  return { ...members, [name]: putAt(members[name], rest, inner) };
}

/** The value without the member there. */
export function drop(value: Json, pointer: string): Json {
  return dropAt(value, parsePointer(pointer));
}

function dropAt(value: Json, [name, ...rest]: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || name === undefined) return value;
  const { [name]: inner, ...others } = value;
  if (inner === undefined || rest.length === 0) return others;
  return { ...value, [name]: dropAt(inner, rest) };
}
