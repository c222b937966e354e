/** Rewrites: the same meaning in other bytes. */

import { bodyIn, isTyped, spell, spellingsOf, withMember } from '../contracts/codec.js';
import { ownMembers } from '../contracts/companions.js';
import type { Contract, Json, JsonObject } from '../contracts/contract.js';
import { isObject } from '../contracts/json.js';
import type { Body, KeyUse } from '../history/plan.js';
import { templateOf } from '../history/text.js';
import { type BodySource, isValid } from './bodies.js';

export interface Rewrite {
  name: string;
  pointer: string;
  /** The exact text, with tokens. */
  text: string;
}

/** All rewrites of a body under a key, one of each kind that applies. */
export function rewritesOf(body: Body, key: KeyUse, source: BodySource): Rewrite[] {
  const { contract } = source;
  if (contract.create.body === 'none') return [];
  const keepsTypes = isTyped(contract);
  const plain = templateOf(body, key, contract);
  const value = bodyIn(contract, plain, source.requestSchema as JsonObject) as JsonObject;
  const write = (other: JsonObject) => spell(contract, other, undefined);
  const rewrites: Rewrite[] = [
    { name: 'members in another order', pointer: '', text: write(reverse(value)) },
    ...nestedOrder(value, write),
    ...spellingsOf(contract, plain).map((one) => ({ ...one, pointer: '' })),
    ...(keepsTypes ? jsonSpellings(plain, value) : []),
    ...explicitDefaults(body.value, source).map(({ name, pointer, value: other }) => ({
      name,
      pointer,
      text: templateOf({ ...body, value: other }, key, contract),
    })),
    // Many servers take a name that a form has twice for an array.
    ...(keepsTypes ? memberTwice(plain, value, contract) : []),
    { name: 'unknown member', pointer: '/x_idem_unknown', text: withMember(contract, plain, 'x_idem_unknown') },
  ];
  return rewrites.filter(({ text }) => text !== plain);
}

function jsonSpellings(plain: string, value: JsonObject): Rewrite[] {
  return [
    { name: 'white space between tokens', pointer: '', text: JSON.stringify(value, null, 2) },
    { name: 'white space around the body', pointer: '', text: ` ${plain}\n` },
    { name: 'letters as \\u escapes', pointer: '', text: escapeLetters(plain) },
    { name: 'solidus escaped', pointer: '', text: plain.replaceAll('/', '\\/') },
    ...numberSpelled(value),
  ];
}

function reverse(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).reverse());
}

function nestedOrder(value: JsonObject, write: (value: JsonObject) => string): Rewrite[] {
  const entry = Object.entries(value).find(([, inner]) => isObject(inner) && Object.keys(inner).length > 1);
  if (entry === undefined) return [];
  const [name, inner] = entry as [string, JsonObject];
  const text = write({ ...value, [name]: reverse(inner) });
  return [{ name: 'nested members in another order', pointer: `/${name}`, text }];
}

/** The last letter of the last text value that has one; tokens and member names keep theirs. */
function escapeLetters(text: string): string {
  return text.replace(
    /(?<=[ :"][^\\"\uE000]*)[a-z](?=[^\\"a-z\uE000]*"[,}])/,
    (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`,
  );
}

function numberSpelled(value: JsonObject): Rewrite[] {
  const entry = Object.entries(value).find(([, inner]) => Number.isSafeInteger(inner));
  if (entry === undefined) return [];
  const [name, number] = entry as [string, number];
  const spell = (spelling: string) => JSON.stringify(value).replace(`"${name}":${number}`, `"${name}":${spelling}`);
  return [
    { name: 'number with a fraction', pointer: `/${name}`, text: spell(`${number}.0`) },
    { name: 'number with an exponent', pointer: `/${name}`, text: spell(`${number}e0`) },
  ];
}

/** The nonce's member, or else any, stands twice with the same value: whichever of the two counts. */
function memberTwice(plain: string, value: JsonObject, contract: Contract): Rewrite[] {
  const own = ownMembers(contract);
  const nonce = contract.create.nonce?.split('/')[1];
  const name = nonce ?? Object.keys(value).find((one) => !own.includes(one));
  if (name === undefined || value[name] === undefined) return [];
  const text = `${plain.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value[name])}}`;
  return [{ name: 'member twice', pointer: `/${name}`, text }];
}

/** Members that are tried until one can be written out. */
const MOST_TRIED = 200;

/** A default written out, a null where nothing stood. */
function explicitDefaults(
  body: JsonObject,
  source: BodySource,
): { name: string; pointer: string; value: JsonObject }[] {
  const { contract, requestSchema } = source;
  const properties = (requestSchema.properties ?? {}) as Record<string, JsonObject>;
  const own = ownMembers(contract);
  const absent = Object.entries(properties).filter(([name]) => !(name in body) && !own.includes(name));
  const excluded = new Set(contract.create.exclusive.flat().map((pointer) => pointer.slice(1)));
  const add = (name: string, value: Json) => ({ ...body, [name]: value });
  const free = absent.filter(([name]) => !excluded.has(name));
  const defaults = free.flatMap(([name, schema]) =>
    'default' in schema
      ? [{ name: 'explicit default', pointer: `/${name}`, value: add(name, schema.default as Json) }]
      : [],
  );
  const nulls = free
    .slice(0, MOST_TRIED)
    .map(([name]) => ({ name: 'explicit null', pointer: `/${name}`, value: add(name, null) }));
  // The first of each; schemas may have thousands.
  return [defaults, nulls].flatMap(
    (list) => list.slice(0, MOST_TRIED).find(({ value }) => isValid(value, source)) ?? [],
  );
}
