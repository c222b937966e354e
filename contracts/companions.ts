/**
 * Companions: values that go with the key, such as the date on which it was sent first. `equal` ones are the same for all
 * requests of one key, `fresh` ones new for each.
 */
import type { Companion, Contract } from './contract.js';
import { encodingOf, type HasBody } from './encodings.js';
import type { PutIn } from './example.js';
import { type Json, type JsonObject, parseJson } from './json.js';
import { isKeyAt, keyMember, keyPath, schemaWithoutKey, withKey } from './key.js';
import { at, formatPointer, parsePointer } from './pointer.js';
import { type ExactNumber, isTemplate } from './saved.js';

/** `undefined`: it is not sent. */
export type CompanionValue = string | number | ExactNumber | undefined;

type Placed = Pick<Contract, 'companions'>;
type Own = Pick<Contract, 'key' | 'companions'>;

/** What stands for the companion of a number in a template. */
export function companionToken(n: number): string {
  return `\uE000companion${n}\uE001`;
}

/** Stands in a body for the signature until that is known: as a hexadecimal SHA-256 would, and in nothing else. */
const UNSIGNED = '1de0515a'.repeat(8);

/** What stands in a body for the signature; `null` where the contract has none there. */
export function unsignedIn({ companions }: Placed): string | null {
  return companions.some(({ value }) => value === 'signature') ? UNSIGNED : null;
}

/** A value of a companion, from 32 hex digits. In a body, Unix seconds are a number. */
export function companionValue({ value, in: place }: Companion, at: Date, hex: string): string | number {
  const seconds = Math.floor(at.getTime() / 1000);
  switch (value) {
    case 'http-date':
      return at.toUTCString();
    case 'iso-date':
      return at.toISOString();
    case 'unix-seconds':
      return place === 'body' ? seconds : String(seconds);
    case 'uuid':
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    case 'signature':
      return UNSIGNED;
    default:
      // Not like the nonce of a body.
      return `ref-${hex.slice(0, 24)}`;
  }
}

/** Whether it holds saved values: then it goes with every write, and is the same for all requests of one key. */
export function isSavedValue({ value }: Companion): boolean {
  return isTemplate(value);
}

/** A value of each companion, to validate bodies before they are sent. */
export function companionExamples({ companions }: Placed): (string | number)[] {
  return companions.map((one) => companionValue(one, new Date(0), 'a0'.repeat(16)));
}

/** Whether a request without a key has it: what stays equal for one key goes with it, as far as a body may do without. */
export function goesWithoutKey(companion: Companion): boolean {
  return companion.repeats === 'fresh' || companion.in === 'body' || isSavedValue(companion);
}

/** Pointers to the members of a body that are companions. */
export function companionPointers({ companions }: Placed): string[] {
  return companions.filter(({ in: place }) => place === 'body').map(({ name }) => pointerOf(name));
}

/** A body with a token for each companion that stands in it. */
export function withCompanions({ companions }: Placed, body: JsonObject): JsonObject {
  return companions.reduce(
    (value, { in: place, name }, n) =>
      place === 'body' ? (withKey(value, parsePointer(pointerOf(name)), companionToken(n)) as JsonObject) : value,
    body,
  );
}

/** A body without those that stand in it. What holds them stays. */
export function withoutCompanions(contract: Placed, body: Json): Json {
  return companionPointers(contract).reduce((value, pointer) => withKey(value, parsePointer(pointer), undefined), body);
}

/** The members at the top of a request body that are put in, or hold what is: key and companions. */
export function ownMembers(contract: Own): string[] {
  const tops = companionPointers(contract).map((pointer) => parsePointer(pointer)[0] as string);
  return [keyMember(contract.key), ...tops].filter((name) => name !== null);
}

/** Whether a pointer into the request body is the key's or a companion's; `-` stands for any element of an array. */
export function isOwnAt(contract: Own, pointer: string): boolean {
  return isKeyAt(contract.key, pointer) || companionPointers(contract).includes(pointer);
}

/** A request schema without key and companions: it neither has nor requires them. What holds them is required. */
export function schemaWithoutOwn(contract: Own, schema: JsonObject): JsonObject {
  return companionPointers(contract).reduce(
    (rest, name) => schemaWithoutKey({ in: 'body', name }, rest),
    schemaWithoutKey(contract.key, schema),
  );
}

/** The text of a body apart from what is new in every request. */
export function withoutFresh(contract: Placed & HasBody, text: string): string {
  const companions = contract.companions.filter(({ in: place, repeats }) => place === 'body' && repeats === 'fresh');
  if (companions.length === 0) return text;
  const pointers = companionPointers({ companions });
  const body = parseJson(text);
  if (body === undefined) return encodingOf(contract).without(text, pointers);
  return pointers.reduce((rest, pointer) => {
    const value = at(body, pointer);
    if (value === undefined) return rest;
    const [name, literal] = [parsePointer(pointer).at(-1) as string, value].map((one) => escaped(JSON.stringify(one)));
    return rest.replace(new RegExp(`(${name}\\s*:\\s*)${literal}`, 'g'), '$1""');
  }, text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Key and companions, as far as they are members of the body. */
export function putIn({ key, companions }: Own): PutIn[] {
  const path = keyPath(key);
  const ofKey: PutIn[] = path === null ? [] : [{ path, schema: { type: 'string' } }];
  const others = companions
    .filter(({ in: place }) => place === 'body')
    .map(({ name, value }): PutIn => {
      const type = value === 'unix-seconds' ? 'integer' : 'string';
      // A saved value may be a number.
      return { path: parsePointer(pointerOf(name)), schema: isTemplate(value) ? {} : { type } };
    });
  return [...ofKey, ...others];
}

/** What a request has, of headers or of query parameters; `undefined` is not sent. */
export function companionsIn(
  { companions }: Placed,
  wanted: Companion['in'],
  values: readonly CompanionValue[],
): [string, string][] {
  return companions.flatMap(({ in: place, name }, n): [string, string][] => {
    const value = values[n];
    return place === wanted && value !== undefined ? [[name, String(value)]] : [];
  });
}

/** The values that a request has, in the order of the contract; `undefined` for one that is missing. */
export function companionsOf(
  { companions }: Placed,
  { headers, query, body }: { headers: readonly (readonly [string, string])[]; query: string; body: Json | undefined },
): (Json | undefined)[] {
  const parameters = new URLSearchParams(query);
  return companions.map(({ in: place, name }) => {
    if (place === 'body') return at(body, pointerOf(name));
    if (place === 'query') return parameters.get(name) ?? undefined;
    return headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1].trim();
  });
}

function pointerOf(name: string): string {
  return name.startsWith('/') ? name : formatPointer([name]);
}
