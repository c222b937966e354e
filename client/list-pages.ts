/** The pages of a list: what stands on one, and how the next is asked for, as the contract says or as answers show. */
import type { Json, JsonObject, ListObserver, Pages } from '../contracts/contract.js';
import { membersOf } from '../contracts/json.js';
import { at, idAt } from '../contracts/pointer.js';

/** One answered page. */
export interface Page {
  /** What was asked, after basePath. */
  path: string;
  headers: Record<string, string>;
  json: Json;
  items: Json[];
  /** Pages before it, and resources on them. */
  before: { pages: number; items: number };
}

/** The path of the first page. */
export function firstPath(list: ListObserver, pages: Pages | null): string {
  if (pages?.kind === 'page') return pathWith(list, queryOf(pages), String(pages.first));
  if (pages?.kind === 'offset') return pathWith(list, queryOf(pages), '0');
  return pathWith(list);
}

/**
 * Where the page after this one is: a path after basePath or a URL; `null` where this one is the last.
 * Numbered pages end with an empty one.
 */
export function nextPath(page: Page, list: ListObserver, pages: Pages): string | null {
  const { items, before } = page;
  const ofNumber = (value: number) => (items.length === 0 ? null : pathWith(list, queryOf(pages), String(value)));
  switch (pages.kind) {
    case 'none':
      return null;
    case 'page':
      return ofNumber(pages.first + before.pages + 1);
    case 'offset':
      return ofNumber(before.items + items.length);
    case 'after': {
      const last = idAt(items.at(-1), list.id);
      return last === null ? null : pathWith(list, queryOf(pages), last);
    }
    case 'link':
      return linkNext(page.headers.link);
    case 'url':
      return said(page, pages, isUrl);
    case 'cursor': {
      const cursor = said(page, pages, () => true);
      return cursor === null ? null : pathWith(list, queryOf(pages), cursor);
    }
  }
}

/** How the next page is reached, where this one shows it beyond doubt; otherwise `null`. */
export function guessPages(page: Page, list: ListObserver): Pages | null {
  if (linkNext(page.headers.link) !== null) return { kind: 'link', query: null, next: null, first: 1 };
  const named = nextMembers(page).filter(({ value }) => value !== '');
  const urls = named.filter(({ value }) => typeof value === 'string' && isUrl(value));
  if (new Set(urls.map(({ value }) => value)).size === 1)
    return { kind: 'url', query: null, next: urls[0]?.pointer ?? null, first: 1 };
  const [member, ...others] = named.filter((one) => !urls.includes(one));
  if (urls.length > 0 || member === undefined || others.length > 0) return null;
  const { name, value, pointer } = member;
  if (typeof value === 'number')
    return value === 2 && /page/i.test(name) ? { kind: 'page', query: 'page', next: null, first: 1 } : null;
  const query = CURSOR_QUERIES[plain(name)]?.(name) ?? null;
  return query === null || query in list.query ? null : { kind: 'cursor', query, next: pointer, first: 1 };
}

/** How many resources there are by the answer's own count, or `Infinity` where it only says that there are more. */
export function countSaid({ json, headers, items }: Page): number {
  const counts = [Number(headers['x-total-count'])];
  let more = false;
  for (const { name, value } of members(json)) {
    if (typeof value === 'number' && TOTALS.has(plain(name))) counts.push(value);
    if (value === true && MORE.has(plain(name))) more = true;
  }
  const most = Math.max(items.length, ...counts.filter(Number.isFinite));
  return more ? Math.max(most, Number.POSITIVE_INFINITY) : most;
}

function pathWith(list: ListObserver, name?: string, value = ''): string {
  const query = new URLSearchParams(list.query);
  if (list.pageSize !== null) query.set(list.pageSize.query, String(list.pageSize.value));
  if (name !== undefined) query.set(name, value);
  return query.size > 0 ? `${list.path}?${query}` : list.path;
}

/** The name of the query member by which a kind asks for a page. */
function queryOf({ kind, query }: Pages): string {
  return query ?? kind;
}

/** The target of `rel="next"` in a `Link` header (RFC 8288). */
function linkNext(header: string | undefined): string | null {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(/<([^>]*)>((?:[^,"]|"[^"]*")*)/g)) {
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return target as string;
  }
  return null;
}

/** The string at the contract's pointer, or that of a member with a usual name. */
function said(page: Page, { next }: Pages, fits: (value: string) => boolean): string | null {
  const values = next === null ? nextMembers(page).map(({ value }) => value) : [at(page.json, next)];
  const found = values.find((value) => (typeof value === 'string' && value !== '' && fits(value)) || isNumber(value));
  return found === undefined ? null : String(found);
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number';
}

function isUrl(value: string): boolean {
  return /^(https?:\/\/|[/?])/i.test(value);
}

interface Member {
  name: string;
  pointer: string;
  value: Json;
}

/** Usual names of what leads to the next page. */
const NEXT = new Set([
  ...['next', 'nexturl', 'nextlink', 'nexthref', 'nextpage', 'nextpageurl', 'nextpageuri', 'nexturi', 'odata.nextlink'],
  ...['cursor', 'nextcursor', 'nextpagetoken', 'nexttoken', 'nextpagecursor'],
]);

/** What the cursors of these members are called in the query. */
const CURSOR_QUERIES: Record<string, (name: string) => string> = {
  cursor: () => 'cursor',
  nextcursor: () => 'cursor',
  nextpagetoken: (name) => (name.includes('_') ? 'page_token' : 'pageToken'),
};

const TOTALS = new Set(['total', 'totalcount', 'totalitems', 'totalresults', 'totalelements', 'totalrecords', 'count']);
const MORE = new Set(['hasmore', 'hasnext', 'hasnextpage']);

/** A member's name without what differs between habits of writing. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[@_-]/g, '');
}

function nextMembers({ json }: Page): Member[] {
  return members(json).flatMap((member) => {
    const inner = asObject(member.value);
    // HAL writes `next: { href }`.
    if (NEXT.has(plain(member.name)) && inner !== null && typeof inner.href === 'string')
      return [{ ...member, pointer: `${member.pointer}/href`, value: inner.href }];
    const isOne = typeof member.value === 'string' || typeof member.value === 'number';
    return NEXT.has(plain(member.name)) && isOne ? [member] : [];
  });
}

/** Members beside the array of resources: of the answer, and of objects in it, such as `meta` or `links`. */
function members(json: Json, pointer = '', depth = 2): Member[] {
  return membersOf(asObject(json)).flatMap(([name, value]) => {
    const here = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [{ name, pointer: here, value }, ...(depth === 0 ? [] : members(value, here, depth - 1))];
  });
}

function asObject(value: Json): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}
