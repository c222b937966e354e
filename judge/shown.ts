/** Whether an answer to one account shows a resource of another: whole values of its JSON, and no part of a word. */
import { type Json, membersOf } from '../contracts/json.js';
import { NONCE_ANYWHERE } from '../history/nonce.js';
import type { Reading } from '../history/reading.js';
import { isUnguessable } from './ids.js';
import { isLarge, latest } from './large.js';

/**
 * How sure it is.
 * - `certain`: an id that cannot be met by chance, or any id beside a nonce that only the owner sent.
 * - `likely`: accounts that count for themselves may have the same number.
 * - `no`: it is not shown, or the answer is visibly about the account's own request.
 */
export type Shown = 'certain' | 'likely' | 'no';

/** How sure it is that the answer shows the owner's resource; `owner` has an id and another credential. */
export function shows(reading: Reading, owner: Reading): Shown {
  const { outcome } = reading.exchange;
  const id = owner.id ?? '';
  if (outcome.kind !== 'answer') return 'no';
  const isNamed = reading.id === id || valuesOf(reading).has(id);
  if (!isNamed) return 'no';
  if (isUnguessable(id)) return 'certain';
  const [own, others] = [reading, owner].map(nonceIn);
  if (own !== others && others !== undefined && outcome.body.includes(others)) return 'certain';
  if (own !== others && own !== undefined && outcome.body.includes(own)) return 'no';
  return reading.id === id ? 'likely' : 'no';
}

/** How sure it is that two requests which were answered with one id share a resource. */
export function share(a: Reading, b: Reading): Shown {
  if (a.exchange.credential === b.exchange.credential) return 'certain';
  const ways = [shows(a, b), shows(b, a)];
  return (['certain', 'no'] as const).find((one) => ways.includes(one)) ?? 'likely';
}

function nonceIn({ exchange }: Reading): string | undefined {
  return NONCE_ANYWHERE.exec(exchange.request.body)?.[0];
}

/** Every value that is a string or a number, as a string. */
export function wholeValues(json: Json | undefined): string[] {
  return [...partsOf(json)].flatMap(({ value }) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : [],
  );
}

const kept = new WeakMap<Reading, Set<string>>();

/** Every value, every member's name, and every word of them: an id may stand in an address or in a sentence. */
function valuesOf(reading: Reading): Set<string> {
  if (isLarge(reading.exchange.outcome)) return latestValues(reading);
  const known = kept.get(reading) ?? allValues(reading);
  kept.set(reading, known);
  return known;
}

const latestValues = latest(allValues);

function allValues({ json, exchange: { outcome } }: Reading): Set<string> {
  const location = outcome.kind === 'answer' ? (outcome.headers.location ?? '') : '';
  const names = [...partsOf(json)].map(({ name }) => name);
  const whole = [...names, ...wholeValues(json), location];
  return new Set(whole.flatMap((text) => [text, ...text.split(/[^\w-]+/)]));
}

/** The value and all that is in it, however deep, each with its name. */
function* partsOf(json: Json | undefined): Generator<{ name: string; value: Json | undefined }> {
  const open: [string, Json | undefined][] = [['', json]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next;
    yield { name, value };
    for (const member of membersOf(value)) open.push(member);
  }
}
