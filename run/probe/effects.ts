/** The list of resources, or a count of them: what it shows after the probes, and how its pages are reached. */
import { countSaid, guessPages, type Page } from '../../client/list-pages.js';
import { collectionPath } from '../../contracts/codec.js';
import type { Contract, Json, JsonObject, ListObserver } from '../../contracts/contract.js';
import { isObject } from '../../contracts/json.js';
import { at } from '../../contracts/pointer.js';
import { NONCE } from '../../history/nonce.js';
import type { Conclusion } from './conclusion.js';
import { arraysOf, leavesOf, pointerTo } from './leaves.js';

/** The first page of a list. */
export interface ListAnswer {
  path: string;
  status: number;
  headers: Record<string, string>;
  json: Json | undefined;
  /** The beginning of its body, without secrets. */
  shown: string;
}

interface Made {
  /** Of the resources that were made, the oldest first. */
  ids: string[];
  /** How many were made between the two readings; `null` where that is not known. */
  created: number | null;
  /** How the next page was seen to be asked for, where the first page does not show it. */
  pages: JsonObject | null;
}

/** What is read to see resources: the list of the flags, or the endpoint itself. */
export function listPath(contract: Contract): string {
  const { list } = contract.effects;
  if (list === null) return collectionPath(contract);
  const query = new URLSearchParams(list.query);
  return query.size > 0 ? `${list.path}?${query}` : list.path;
}

/** Of `effects`. Nothing, where no flag names a list and the endpoint shows none. */
export function concludeEffects(
  contract: Contract,
  before: ListAnswer | null,
  after: ListAnswer | null,
  made: Made,
): Conclusion[] {
  const { list } = contract.effects;
  const line = (says: string): Conclusion[] => (list === null ? [] : [{ member: '/effects', says, lines: [] }]);
  if (after === null) return line('The list could not be read.');
  if (after.status !== 200 || after.json === undefined) return line(`${lineOf(after)}: not a list.`);
  const array = listIn(after.json, made.ids);
  if (array !== null) return listOf(contract, after, array, made);
  const counter = counterIn(before, after, made.created);
  if (counter === null) return line(`GET ${after.path} shows none of the resources that were just made.`);
  const [path, query = ''] = after.path.split('?') as [string, string?];
  const value: JsonObject = {
    path,
    ...(query === '' ? {} : { query: Object.fromEntries(new URLSearchParams(query)) }),
    pointer: counter.pointer,
  };
  const says = `The number at ${counter.pointer} rose from ${counter.was} to ${counter.is} while ${made.created} resources were made.`;
  return [{ member: '/effects', value: { list: null, counter: value }, says, lines: [lineOf(after)] }];
}

function lineOf({ path, status, shown }: ListAnswer): string {
  return `GET ${path}: ${status} ${shown}`.replace(/\s+/g, ' ').trimEnd();
}

export interface Found {
  items: Json[];
  /** Where the array stands, and the id in one of its resources. */
  pointer: string;
  id: string;
  /** Places of the resources that were made, the oldest first. */
  places: number[];
}

/** The array that shows most of the resources, each with its id at one place. */
export function listIn(json: Json, ids: string[]): Found | null {
  const found = arraysOf(json).flatMap(({ pointer, items }): Found[] => {
    const own = items.filter(isObject);
    const pointers = new Set(ids.flatMap((id) => own.flatMap((item) => pointerTo(item, id) ?? [])));
    return [...pointers].map((id) => {
      const shown = items.map((item) => String(at(item, id) ?? ''));
      return { items, pointer, id, places: ids.map((one) => shown.indexOf(one)).filter((place) => place >= 0) };
    });
  });
  return found.sort((a, b) => b.places.length - a.places.length)[0] ?? null;
}

function listOf(contract: Contract, answer: ListAnswer, found: Found, { ids, pages: tried }: Made): Conclusion[] {
  const { create, effects } = contract;
  const { page, list } = pageOf(contract, answer, found);
  const { path } = list;
  const guessed = list.pages ?? guessPages(page, list);
  const pages = guessed === null ? tried : known(guessed);
  const isWhole = showsAll(page, found, ids);
  const member = '/effects';
  const count = `${found.items.length} ${found.items.length === 1 ? 'resource' : 'resources'}`;
  const says = `GET ${answer.path} showed ${count}, ${orderWords(found.places)}${pagesWords(pages, isWhole)}.`;
  const lines = [lineOf(answer)];
  // Without a flag that names it, half a list would only leave effects unseen.
  if (effects.list === null && pages === null && !isWhole) return [{ member, says, lines }];
  const nonce = nonceIn(found, create.nonce);
  const value: JsonObject = {
    path,
    ...(Object.keys(list.query).length === 0 ? {} : { query: list.query }),
    items: found.pointer,
    id: found.id,
    ...(pages === null ? {} : { pages }),
    ...(nonce === create.nonce ? {} : { nonce }),
  };
  return [{ member, value: { list: value }, says, lines }];
}

/** The answer as a page of the list. */
export function pageOf(
  { create, effects }: Contract,
  answer: ListAnswer,
  found: Found,
): { page: Page; list: ListObserver } {
  const [path = ''] = answer.path.split('?');
  const list: ListObserver = {
    pageSize: null,
    kind: null,
    nonce: create.nonce,
    ...effects.list,
    path,
    query: effects.list?.query ?? {},
    items: found.pointer,
    id: found.id,
    pages: effects.list?.pages ?? null,
  };
  const { headers, json = null } = answer;
  return { list, page: { path: answer.path, headers, json, items: found.items, before: { pages: 0, items: 0 } } };
}

/** Whether the page shows all that was made, and does not say that there is more. */
export function showsAll(page: Page, { items, places }: Found, ids: string[]): boolean {
  return ids.length === places.length && countSaid(page) <= items.length;
}

function known({ kind, query, next }: NonNullable<ListObserver['pages']>): JsonObject {
  return { kind, ...(query === null ? {} : { query }), ...(next === null ? {} : { next }) };
}

/** Where one of the resources shows the nonce. */
function nonceIn({ items, places }: Found, usual: string | null): string | null {
  const item = items[places[0] as number];
  const isNonce = (value: unknown) => typeof value === 'string' && NONCE.test(value);
  if (usual !== null && isNonce(at(item, usual))) return usual;
  return leavesOf(item).find(({ value }) => isNonce(value))?.pointer ?? null;
}

function orderWords(places: number[]): string {
  const rises = places.every((place, n) => n === 0 || place > (places[n - 1] as number));
  const falls = places.every((place, n) => n === 0 || place < (places[n - 1] as number));
  if (places.length < 2) return 'in an order that is not known';
  return rises ? 'the oldest first' : falls ? 'the newest first' : 'in no order of time';
}

function pagesWords(pages: JsonObject | null, isWhole: boolean): string {
  if (pages !== null) {
    const { kind, query = kind, next } = pages as { kind: string; query?: string; next?: string };
    const by = { link: 'the Link header', url: `the URL at ${next}`, cursor: `the cursor at ${next}, as ?${query}=` };
    return kind in by
      ? `. The next page is reached by ${by[kind as keyof typeof by]}`
      : `. The next page is asked for as ?${query}=`;
  }
  const say = 'say in list how they are reached: pages: {kind: page, query: page} or {kind: offset, query: offset}';
  return isWhole ? `, on one page. If others follow, ${say}` : `. It does not show all that was made: ${say}`;
}

/** A number that rose by as many as were made. */
function counterIn(
  before: ListAnswer | null,
  after: ListAnswer,
  created: number | null,
): { pointer: string; was: number; is: number } | null {
  if (before === null || created === null || created < 2) return null;
  for (const { pointer, value } of leavesOf(after.json)) {
    const was = at(before.json, pointer);
    if (typeof value === 'number' && typeof was === 'number' && value - was === created)
      return { pointer, was, is: value };
  }
  return null;
}
