/** Finds in answers what a contract points at: ids, codes, numbers. */
import type { Json } from '../../contracts/contract.js';
import { idIn } from '../../contracts/ids.js';
import { isObject } from '../../contracts/json.js';
import { at, formatPointer } from '../../contracts/pointer.js';

export interface Leaf {
  pointer: string;
  /** Last name on the way. */
  name: string;
  value: string | number | boolean | null;
}

/** All values that hold no others, those nearest to the top first. */
export function leavesOf(json: Json | undefined, way: (string | number)[] = []): Leaf[] {
  if (json === undefined) return [];
  if (typeof json !== 'object' || json === null)
    return [{ pointer: formatPointer(way), name: String(way.at(-1) ?? ''), value: json }];
  const inner = Array.isArray(json) ? [...json.entries()] : Object.entries(json);
  const leaves = inner.flatMap(([name, value]) => leavesOf(value, [...way, name]));
  const depth = ({ pointer }: Leaf) => pointer.split('/').length;
  return leaves.sort((a, b) => depth(a) - depth(b));
}

/** Where a value stands that is written like `text`. */
export function pointerTo(json: Json | undefined, text: string): string | null {
  return leavesOf(json).find(({ value }) => value !== null && String(value) === text)?.pointer ?? null;
}

/** Where two successes show their ids: the member nearest to the top that is called so, and differs. */
export function guessId(first: Json | undefined): string | null {
  const ids = leavesOf(first).filter(
    ({ name, value }) =>
      /^_?(id|uuid|guid)$|(_id|Id|ID)$/.test(name) && value !== '' && /string|number/.test(typeof value),
  );
  return (ids.find(({ name }) => /^_?(id|uuid|guid)$/.test(name)) ?? ids[0])?.pointer ?? null;
}

/** A header that leads to what was made; `null` where there is none. */
export function guessIdHeader(headers: Record<string, string>): { header: string; pattern: null } | null {
  const place = { header: 'Location', pattern: null };
  return idIn(place, { headers, json: undefined }) === null ? null : place;
}

const CODE_NAMES = [/^(error_?)?code$/i, /^type$/i, /^(reason|kind|name|slug)$/i, /^error$/i];

/**
 * The value by which refusals of one kind are told from all others: the same in each of them, and elsewhere another.
 * @param words whether a sentence will do
 */
export function guessCode(
  refusals: Json[],
  others: Json[],
  words: boolean,
): { pointer: string; values: string[] } | null {
  const [first, ...rest] = refusals;
  const fits = ({ pointer, value }: Leaf) =>
    typeof value === 'string' &&
    (words ? value !== '' : /^[\w.:/#-]{2,120}$/.test(value) && value !== 'about:blank') &&
    rest.every((one) => at(one, pointer) === value) &&
    others.every((one) => at(one, pointer) !== value);
  const leaves = leavesOf(first).filter(fits);
  const named = CODE_NAMES.map((names) => leaves.find(({ name }) => names.test(name))).find((one) => one !== undefined);
  const leaf = named ?? (words ? leaves[0] : undefined);
  return leaf === undefined ? null : { pointer: leaf.pointer, values: [leaf.value as string] };
}

/** Every array in an answer, with its pointer. */
export function arraysOf(json: Json | undefined, way: string[] = []): { pointer: string; items: Json[] }[] {
  if (Array.isArray(json)) return [{ pointer: formatPointer(way), items: json }];
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([name, value]) => arraysOf(value, [...way, name]));
}
