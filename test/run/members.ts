/** The language's members, and rows that mutate them. */
import { createRequire } from 'node:module';
import { isObject, type Json, type JsonObject } from '../../contracts/json.js';
import type { ServeOptions } from '../../reference/server/server.js';
import type { Answer, Rule } from './front.js';

/** One server, and what becomes of a requirement by what the contract says of a member. */
export interface Mutated {
  /** For the title. */
  member: string;
  id: string;
  /** What the reference serves: members besides those of the contract that it starts from. */
  served: string;
  fault?: string;
  serve?: Pick<ServeOptions, 'list' | 'timing'>;
  /** Answers in the place of the reference. */
  front?: Rule;
  /** Nothing else writes to the target. */
  exclusive?: true;
  /** What the contract says instead, '' for nothing, and the status that follows; `stopped`: the run cannot go on. */
  said: [said: string, status: string][];
}

/** A front that answers one write of each key itself, the how many-th under it. */
export function refusedOnce(number: number, answer: Answer): Rule {
  const sent = new Map<unknown, number>();
  return ({ method, headers }) => {
    const key = headers['idempotency-key'];
    if (method !== 'POST' || key === undefined) return undefined;
    sent.set(key, (sent.get(key) ?? 0) + 1);
    return sent.get(key) === number ? answer : undefined;
  };
}

interface Schema extends JsonObject {
  $defs: Record<string, JsonObject>;
}

export const schema = createRequire(import.meta.url)('idem-conformance/contracts/contract.schema.json') as Schema;

/** Names of all members that have no members of their own, from the outside in: `effects.list.path`. */
export function membersOf(of: JsonObject, path = ''): string[] {
  const { properties, items } = resolved(of);
  if (isObject(items) && isObject(resolved(items).properties)) return membersOf(items, path);
  if (!isObject(properties)) return [path];
  return Object.entries(properties).flatMap(([name, inner]) =>
    membersOf(inner as JsonObject, path === '' ? name : `${path}.${name}`),
  );
}

function resolved(of: JsonObject): JsonObject {
  return typeof of.$ref === 'string' ? { ...schema.$defs[of.$ref.replace('#/$defs/', '')], ...of } : of;
}

/** The value of such a member, in the first element of an array; `undefined` where there is none. */
export function saidOf(contract: Json | undefined, member: string): Json | undefined {
  return member.split('.').reduce<Json | undefined>((value, name) => {
    const one = Array.isArray(value) ? value[0] : value;
    return isObject(one) ? one[name] : undefined;
  }, contract);
}
