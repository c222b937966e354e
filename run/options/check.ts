/** Checks options against the table, whichever way they came. */
import { type Entry, entries, type Table, table } from './table.js';
import { option, UsageError } from './usage.js';

/** Members that no row describes: they are credentials, or data that the command line reads from files. */
const OTHERS = ['openapiDocument', 'credentials', 'clients', 'webhooks.secret', 'baseline', 'proxy', 'noProxy'];

/** Options with each value in its final form. Throws `UsageError`. Checked options may be checked again. */
export function checkOptions<T extends object>(options: T): T {
  const result: Record<string, unknown> = {};
  for (const [member, value] of members(options)) {
    const entry = entries.find((one) => one.member === member);
    if (entry === undefined && !OTHERS.includes(member)) throw unknown(member);
    put(result, member.split('.'), entry === undefined ? value : entry.row.check(value, member));
  }
  return result as T;
}

/** Every member that is set, with the objects inside taken apart. */
function members(options: object): [member: string, value: unknown][] {
  return set(options).flatMap(([member, value]): [string, unknown][] => {
    const group = (table as Table)[member];
    if (group === undefined || entries.some((one) => one.member === member)) return [[member, value]];
    if (typeof value !== 'object' || value === null)
      throw new UsageError(`${option(member)} must be an object with ${Object.keys(group).join(', ')}.`);
    return set(value).map(([inner, one]) => [`${member}.${inner}`, one]);
  });
}

function set(object: object): [string, unknown][] {
  return Object.entries(object).filter(([, value]) => value !== undefined);
}

function unknown(member: string): UsageError {
  const known = entries.find((one) => normal(one.member) === normal(member));
  const advice = known === undefined ? '' : ` Did you mean ${known.member}?`;
  return new UsageError(`There is no option ${member}.${advice}`);
}

/** Near misses are equal: case, and a plural. */
function normal(member: string): string {
  return member.toLowerCase().replace(/s$/, '');
}

/** Value of an option, or `undefined`. */
export function valueAt(options: object, { path }: Pick<Entry, 'path'>): unknown {
  return path.reduce<unknown>((value, member) => (value as Record<string, unknown> | undefined)?.[member], options);
}

/** Sets a value, and makes the objects on the way to it. */
export function put(target: Record<string, unknown>, [first, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[first as string] = value;
    return;
  }
  const inner = (target[first as string] ?? {}) as Record<string, unknown>;
  target[first as string] = inner;
  put(inner, rest, value);
}
