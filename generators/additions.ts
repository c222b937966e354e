/** Additions: a body with optional members left out, and each of them added to it again. */
import type { JsonObject } from '../contracts/contract.js';
import { type BodySource, isValid } from './bodies.js';
import { type Edit, editsOf } from './edits.js';
import { put, sitesOf } from './sites.js';

/** `choices` say which members are left out; one within another is left in. */
export function additionsOf(
  body: JsonObject,
  source: BodySource,
  choices: number[],
): { base: JsonObject; edits: Edit[] } {
  const removals = editsOf('member removed', body, source);
  const chosen = new Set<string>();
  for (const choice of removals.length === 0 ? [] : choices) {
    const { pointer } = removals[choice % removals.length] as Edit;
    if (![...chosen].some((other) => isWithin(pointer, other) || isWithin(other, pointer))) chosen.add(pointer);
  }
  const sites = sitesOf(body, source.requestSchema as JsonObject).filter(({ pointer }) => chosen.has(pointer));
  const lacking = (kept?: string) =>
    sites.reduce((left, { pointer, path }) => (pointer === kept ? left : put(left, path, undefined)), body);
  const base = lacking();
  const edits = sites.map(({ pointer }) => ({ name: 'member added', pointer, value: lacking(pointer) }));
  return { base, edits: isValid(base, source) ? edits.filter(({ value }) => isValid(value, source)) : [] };
}

function isWithin(pointer: string, outer: string): boolean {
  return `${pointer}/`.startsWith(`${outer}/`);
}
