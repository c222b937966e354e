/** One text for each JSON value, whatever the order of its members, and what faults make of values before that. */
import { type Json, type JsonObject, canonical as plain } from '../../contracts/json.js';

/** `scalar` may blur strings, numbers, booleans and null before they are compared. */
export function canonical(value: Json | undefined, scalar: (value: Json) => Json = (same) => same): string {
  return plain(rebuilt(value ?? null, (one) => (one === null || typeof one !== 'object' ? scalar(one) : one)));
}

export function without(value: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** The value rebuilt from the inside; `path` has the names of members, and `-` for elements. */
export function rebuilt(value: Json, change: (value: Json, path: string[]) => Json, path: string[] = []): Json {
  if (value === null || typeof value !== 'object') return change(value, path);
  if (Array.isArray(value)) {
    const items = value.map((item) => rebuilt(item, change, [...path, '-']));
    return change(items, path);
  }
  const members = Object.entries(value).map(([name, inner]) => [name, rebuilt(inner, change, [...path, name])]);
  return change(Object.fromEntries(members), path);
}

/** The canonical text of a value whose strings were changed. */
export function withTexts(value: Json, change: (text: string, path: string[]) => string): string {
  return canonical(rebuilt(value, (one, path) => (typeof one === 'string' ? change(one, path) : one)));
}

/** The canonical text of a value whose arrays were changed. */
export function withArrays(value: Json, change: (items: Json[]) => Json): string {
  return canonical(rebuilt(value, (one) => (Array.isArray(one) ? change(one) : one)));
}

/** Strings, numbers, booleans and nulls, in the order in which they stand. */
export function scalarsOf(value: Json): Json[] {
  if (value === null || typeof value !== 'object') return [value];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(scalarsOf);
}
