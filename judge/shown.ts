/** Whether an answer to one account shows a resource of another: whole values of its JSON, and no part of a word. */
import { type Json, membersOf } from '../contracts/json.js';
import { NONCE_ANYWHERE } from '../history/nonce.js';
import { doneAt, type Reading } from '../history/reading.js';
import { isUnguessable } from './ids.js';
import { isLarge, latest } from './large.js';

/**
 * How sure it is.
 * - `certain`: an id that cannot be met by chance, or any id beside a nonce that only the owner sent.
 * - `likely`: accounts that count for themselves may have the same number (`isOutOfStep`).
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
  // Where the key names the resource, both accounts have one of that name.
  const isOwnName = id === reading.exchange.key;
  if (isUnguessable(id) && !isOwnName) return 'certain';
  const [own, others] = [reading, owner].map(nonceIn);
  if (own !== others && others !== undefined && outcome.body.includes(others)) return 'certain';
  if (own !== others && own !== undefined && outcome.body.includes(own)) return 'no';
  return reading.id === id && !isOwnName ? 'likely' : 'no';
}

/** How sure it is that two requests which were answered with one id share a resource. */
export function share(a: Reading, b: Reading): Shown {
  if (a.exchange.credential === b.exchange.credential) return 'certain';
  const ways = [shows(a, b), shows(b, a)];
  return (['certain', 'no'] as const).find((one) => ways.includes(one)) ?? 'likely';
}

/**
 * Whether an id that is likely another account's cannot be the next one that the reader's own account counts to: it does not
 * lie between what the same account made before and after. Ids without an order are taken for the owner's where
 * the two accounts made different numbers of resources, so that they cannot be in step when all of it is sent again.
 */
export function isOutOfStep(reading: Reading, owner: Reading, readings: Reading[]): boolean {
  const id = reading.id ?? '';
  const all = madeBy(reading.exchange.credential, readings);
  const own = all.find(({ oks }) => oks.includes(reading));
  const others = all.filter((one) => one !== own);
  const by = earliest(own?.oks.filter((x) => x.id === reading.id) ?? [], doneAt);
  const orders = others.flatMap(({ oks, from }) => oks.map((x) => ({ x, from, order: orderOf(x.id ?? '', id) })));
  const isOut = orders.some(
    ({ x, from, order }) => order === 0 || (order === 1 && doneAt(x) < (own?.from ?? 0)) || (order === -1 && from > by),
  );
  if (others.length === 0 || isOut || orders.every(({ order }) => order !== null)) return isOut;
  return all.length !== madeBy(owner.exchange.credential, readings).length;
}

/** The account's registers with a resource: a replay was made when its register was. Without a key each is one of its own. */
function madeBy(account: string, readings: Reading[]): { oks: Reading[]; from: number }[] {
  const registers = new Map<string | Reading, Reading[]>();
  for (const reading of readings) {
    const { operation, credential } = reading.exchange;
    if (operation !== 'create' || credential !== account) continue;
    const name = reading.register ?? reading;
    registers.set(name, [...(registers.get(name) ?? []), reading]);
  }
  return [...registers.values()].flatMap((all) => {
    const oks = all.filter(({ kind }) => kind === 'ok');
    return oks.length === 0 ? [] : [{ oks, from: earliest(all.filter(mayMake), ({ exchange }) => exchange.sent) }];
  });
}

/** Whether the resource of its register may have been made by it: a refusal as a conflict or for itself makes none. */
function mayMake({ kind }: Reading): boolean {
  return kind !== 'conflict' && kind !== 'none';
}

function earliest(readings: Reading[], timeOf: (reading: Reading) => number): number {
  return Math.min(...readings.map(timeOf));
}

/** What an id counts with: the digits at its end, and all before them. */
const COUNTED = /^(.*?)(\d+)$/s;

/** Which of two ids comes first where they count, by its sign; `null` where they differ in more than a number. */
function orderOf(a: string, b: string): number | null {
  const [[, start = '', n = ''] = [], [, other = '', m = ''] = []] = [COUNTED.exec(a) ?? [], COUNTED.exec(b) ?? []];
  if (a === b) return 0;
  if (n === '' || m === '' || start !== other) return null;
  return BigInt(n) > BigInt(m) ? 1 : -1;
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
