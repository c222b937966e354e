/** Values that set-up steps save, and the strings of a contract in which their names stand in braces. */
import type { IdPlace } from './ids.js';
import { idIn, type Naming } from './ids.js';
import { type Json, parseJson } from './json.js';
import { parsePointer } from './pointer.js';

/** A number of an answer, with its digits as they were sent. */
export class ExactNumber {
  constructor(readonly digits: string) {}

  toString(): string {
    return this.digits;
  }
}

export type SavedValue = string | ExactNumber;

/** By their names. */
export type Saved = Readonly<Record<string, SavedValue>>;

const NAME = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** Stands for a text that is new in every request. */
export const UNIQUE = 'unique';

/** The names that stand in a string, in order. */
export function savedNames(text: string): string[] {
  return [...text.matchAll(NAME)].map(([, name = '']) => name);
}

/** Whether saved values stand in a string. */
export function isTemplate(text: string): boolean {
  return savedNames(text).length > 0;
}

/** The string with the values in the place of their names. One name alone is the value itself. */
export function withSaved(text: string, values: Saved): SavedValue {
  const [name] = savedNames(text);
  if (name !== undefined && text === `{${name}}`) return values[name] ?? text;
  return text.replace(NAME, (whole, one: string) => String(values[one] ?? whole));
}

/** The value at a place of an answer; `null` where there is none. */
export function savedIn(place: NonNullable<IdPlace>, answer: Naming): SavedValue | null {
  const text = idIn(place, answer);
  if (text === null) return null;
  return typeof place === 'string' && isNumberAt(answer.json, place) ? new ExactNumber(text) : text;
}

/** What of an answer may hold a value. */
export function naming({ headers, body }: { headers: Record<string, string>; body: string }): Naming {
  return { headers, json: parseJson(body) };
}

/** A number that a double rounds is the string of its digits elsewhere; here it is what it is. */
function isNumberAt(value: Json | undefined, pointer: string): boolean {
  const found = parsePointer(pointer).reduce<Json | undefined>(
    (here, name) => (typeof here === 'object' && here !== null ? (here as Record<string, Json>)[name] : undefined),
    value,
  );
  return typeof found === 'number';
}

/** JSON of a value, in which a number has all its digits. */
export function exactJson(value: Json | ExactNumber | undefined): string {
  return value instanceof ExactNumber ? value.digits : JSON.stringify(value ?? null);
}
