/** One text for each JSON value, whatever the order of its members. */
import type { Json, JsonObject } from '../../contracts/contract.js';

/** `scalar` may blur strings, numbers, booleans and null before they are compared. */
export function canonical(value: Json | undefined, scalar: (value: Json) => Json = (same) => same): string {
  if (value === null || value === undefined || typeof value !== 'object') return JSON.stringify(scalar(value ?? null));
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, scalar)).join()}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name], scalar)}`).join()}}`;
}

export function without(value: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}
