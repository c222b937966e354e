/** JSON Pointers (RFC 6901): where a member stands inside a JSON value. */
import { type Json, memberOf } from './json.js';

/** The names on the way; `''`, the whole value, has none. Expects a valid pointer. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer that `parsePointer` takes apart into `names`. */
export function formatPointer(names: readonly (string | number)[]): string {
  return names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at `pointer`, or `undefined` where there is none. An integer that a double rounds is the string of its digits. */
export function at(value: Json | undefined, pointer: string): Json | undefined {
  let here = value;
  for (const name of parsePointer(pointer)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    // An array's own names are its indices and `length`, which is no element.
    if (Array.isArray(here) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
    here = memberOf(here, name);
  }
  return here;
}

/** The id at `pointer`, which an API may write as a string or as a number: its characters as sent. `null` where there is none. */
export function idAt(value: Json | undefined, pointer: string): string | null {
  const id = at(value, pointer);
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id !== '' ? id : null;
}
