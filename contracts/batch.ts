/**
 * Batches: several items in one request, a result for each in its answer. What is tested is one item; here it is put among
 * others, and its own answer is taken out. Client and reference share this, so that nothing else knows of the two forms.
 */
import { isSavedValue } from './companions.js';
import type { Contract } from './contract.js';
import type { Problem } from './document.js';
import { type Json, type JsonObject, parseJson } from './json.js';
import { elementsAt, textAt } from './json-text.js';
import { at, parsePointer } from './pointer.js';

export type BatchRules = NonNullable<Contract['batch']>;

/** What an answer says of one item. */
export interface ItemAnswer {
  status: number;
  body: string;
  /** JSON Pointer to what it is in the answer; `null` where the answer has no result for the item. */
  place: string | null;
}

/** The body of a request, from the texts of its items. */
export function batchText({ items }: BatchRules, texts: readonly string[]): string {
  return parsePointer(items).reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, `[${texts.join(',')}]`);
}

/** The texts of the items of a request; `undefined` where it holds no array of them. */
export function itemTexts({ items }: BatchRules, body: string): string[] | undefined {
  return elementsAt(body, items);
}

/** The texts of the results of an answer; `null` where it is about the whole batch. */
function resultTexts({ results, key }: BatchRules, body: string, items: number): string[] | null {
  const texts = elementsAt(body, results);
  // Where results have no key, fewer or more of them are nobody's.
  return texts === undefined || (key === null && texts.length !== items) ? null : texts;
}

/**
 * The answers of all items of a batch, by the order of the results or by the keys in them.
 * @param keys of the items, in their order; `null` for one that is not a string
 */
export function itemAnswers(
  rules: BatchRules,
  { status, body }: { status: number; body: string },
  keys: readonly (string | null)[],
): ItemAnswer[] {
  const texts = resultTexts(rules, body, keys.length);
  if (texts === null) return keys.map(() => ({ status, body, place: null }));
  const places = rules.key === null ? keys.map((_, n) => n) : placesOf(rules.key, texts, keys);
  return places.map((place) => {
    const text = place === null ? undefined : texts[place];
    if (text === undefined) return { status, body: '', place: null };
    const inner = textAt(text, rules.body);
    const found = `${rules.results}/${place}${inner === undefined ? '' : rules.body}`;
    const own = rules.status === null ? NaN : Number(at(parseJson(text), rules.status) ?? NaN);
    const isStatus = Number.isInteger(own) && own >= 100 && own <= 599;
    return { status: isStatus ? own : status, body: inner ?? text, place: found };
  });
}

/** The result of each item: the first with its key that no other item has, or one whose key is no item's. */
function placesOf(pointer: string, texts: readonly string[], keys: readonly (string | null)[]): (number | null)[] {
  const named = texts.map((text) => at(parseJson(text), pointer));
  const taken = new Set<number>();
  const take = (isIts: (key: Json | undefined) => boolean): number | null => {
    const place = named.findIndex((key, n) => isIts(key) && !taken.has(n));
    if (place >= 0) taken.add(place);
    return place < 0 ? null : place;
  };
  const places = keys.map((key) => (key === null ? null : take((one) => one === key)));
  return places.map((place, n) => {
    if (place !== null) return place;
    const same = keys[n] === null ? -1 : named.indexOf(keys[n] as string);
    return same >= 0 ? same : take((one) => typeof one !== 'string' || !keys.includes(one));
  });
}

/** The result of an item, with its own status and key where the contract has them. */
export function resultOf(
  rules: BatchRules,
  { status, body, key }: { status: number; body: Json; key: Json },
  put: (value: Json, pointer: string, inner: Json) => Json,
): Json {
  let result = put({}, rules.body, body);
  if (rules.key !== null) result = put(result, rules.key, key);
  return rules.status === null ? result : put(result, rules.status, status);
}

/** Members that cannot be said of one item of several. */
export function batchProblems(contract: Contract): Problem[] {
  const { batch, key, create, companions, setup, effects, replay, conflict, inFlight, accepted } = contract;
  if (batch === null) return [];
  const problems: Problem[] = [];
  const once = 'is a header, which a batch has once for all its items';
  if (key.in !== 'body')
    problems.push({ member: '/key/in', text: 'must be body: in a batch, each item has a key of its own' });
  if (create.body !== 'json')
    problems.push({ member: '/create/body', text: 'must be json: the items of a batch are JSON' });
  for (const [n, one] of companions.entries()) {
    if (one.in !== 'body' && one.repeats === 'equal' && !isSavedValue(one))
      problems.push({
        member: `/companions/${n}`,
        text: 'would be that of every item of a batch: write in: body, or repeats: fresh',
      });
    if (one.value === 'signature')
      problems.push({ member: `/companions/${n}/value`, text: 'cannot be signature: a batch is signed as a whole' });
  }
  for (const [n, { each }] of setup.entries())
    if (each === 'operation')
      problems.push({
        member: `/setup/${n}/each`,
        text: 'must be run or plan: the items of a batch share what their request has',
      });
  const placed: [member: string, isHeader: boolean, instead: string][] = [
    ['/create/id', isHeader(create.id), 'write a JSON Pointer into a result'],
    ['/replay/pointer', isHeader(replay.pointer), 'write a JSON Pointer into a result'],
    ['/replay/marker', replay.marker !== null, 'leave it out'],
    ['/replay/headers', replay.headers !== null, 'leave it out'],
    ['/conflict/header', (conflict?.header ?? null) !== null, 'write conflict.code'],
    ['/inFlight/header', (inFlight?.header ?? null) !== null, 'write inFlight.code'],
    ['/accepted/url/header', (accepted?.url.header ?? null) !== null, 'write accepted.url.pointer'],
  ];
  problems.push(...placed.flatMap(([member, is, what]) => (is ? [{ member, text: `${once}: ${what}` }] : [])));
  if (effects.counter !== null && batch.size > 1)
    problems.push({
      member: '/effects/counter',
      text: 'counts what stands beside an item, too: write effects.list, or batch: { size: 1 }',
    });
  return problems;
}

function isHeader(place: string | JsonObject | null): boolean {
  return typeof place === 'object' && place !== null;
}
