/** The list of resources: whose, in which order, in which pages, and how much of it is shown. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Contract, Json, ListObserver, Pages } from '../../contracts/contract.js';
import { at } from '../../contracts/pointer.js';
import { NONCE, NONCE_PLACEHOLDER } from '../../history/nonce.js';
import type { FieldProblem } from './problems.js';
import { put } from './put.js';
import type { Resource } from './resource.js';

/**
 * In what lists differ, right or wrong. Whether a list is filtered by a member that carries the nonce, the contract says
 * (`effects.list.query`): it is then asked for each body apart.
 */
export interface ListForm {
  /** Whose resources it shows: those of the credential that asks, or wrongly all others. */
  whose: 'own' | 'others';
  order: 'newest first' | 'oldest first' | 'unordered';
  /** How the next page is reached: by a cursor, the last id, a page number, an offset, a `Link`, a URL in the body, or not at all. */
  pages: Pages;
  /** The most resources on a page. */
  size: number;
  /** The most resources that are shown at all; 0: none, ever. */
  most: number;
  /** Milliseconds after which a resource is shown. */
  lateMs: number;
}

interface ListPage {
  resources: Resource[];
  /** Whether others follow. */
  more: boolean;
  /** What asks for the next page: query members. */
  next: URLSearchParams;
}

const USUAL = 20;
const MOST = 100;

/** Where the contract says nothing of pages, all resources are on one. */
export function listForm(list: ListObserver | null): ListForm {
  const pages = list?.pages ?? { kind: 'none', query: null, next: null, first: 1 };
  const unlimited = Number.POSITIVE_INFINITY;
  return { whose: 'own', order: 'newest first', pages, size: unlimited, most: unlimited, lateMs: 0 };
}

export class List {
  readonly #secret = randomBytes(16);

  constructor(
    readonly list: ListObserver,
    readonly form: ListForm,
    /** Where a body carries what the list is filtered by. */
    readonly nonce: Contract['create']['nonce'],
  ) {}

  /** The page asked for, a problem of the query, or `null` where the cursor is not one of ours. */
  page(all: readonly Resource[], query: URLSearchParams): ListPage | FieldProblem | null {
    const limit = this.#limit(query);
    if (typeof limit !== 'number') return limit;
    const resources = this.#inOrder(this.#askedFor(all, query)).slice(0, this.form.most);
    const from = this.#start(resources, query, limit);
    if (from === null) return null;
    const to = from + limit;
    const page = resources.slice(from, to);
    const next = new URLSearchParams(query);
    const last = page.at(-1);
    if (last !== undefined) next.set(...this.#ask(last, from, limit));
    return { resources: page, more: to < resources.length, next };
  }

  /** The answer: the resources, and what says how the next page is reached. */
  answer(items: Json[], { more, next }: ListPage, path: string): { body: Json; headers: Record<string, string> } {
    const { list, form } = this;
    const body = list.items === null ? { data: items } : put({}, list.items, items);
    const { kind, next: pointer } = form.pages;
    const link = `${path}?${next}`;
    if (kind === 'link') return { body, headers: more ? { link: `<${link}>; rel="next"` } : {} };
    if (kind === 'url') return { body: put(body, pointer ?? '/next', more ? link : null), headers: {} };
    if (kind !== 'cursor') return { body, headers: {} };
    const cursor = more ? next.get(this.#query) : null;
    return { body: put(body, pointer ?? '/next_cursor', cursor), headers: {} };
  }

  get #query(): string {
    const { kind, query } = this.form.pages;
    return query ?? (kind === 'link' || kind === 'url' ? 'cursor' : kind);
  }

  #limit(query: URLSearchParams): number | FieldProblem {
    const { list, form } = this;
    if (form.pages.kind === 'none') return form.size;
    const most = Math.max(MOST, list.pageSize?.value ?? 0);
    const asked = list.pageSize === null ? null : query.get(list.pageSize.query);
    const limit = Number(asked ?? (list.pageSize === null ? MOST : USUAL));
    if (!Number.isInteger(limit) || limit < 1 || limit > most)
      return {
        field: `?${list.pageSize?.query}`,
        keyword: 'maximum',
        text: `must be a whole number from 1 to ${most}`,
      };
    return Math.min(limit, form.size);
  }

  #askedFor(all: readonly Resource[], query: URLSearchParams): readonly Resource[] {
    const filters = Object.entries(this.list.query).filter(([, value]) => value.includes(NONCE_PLACEHOLDER));
    const fits = (resource: Resource, [name, value]: [string, string]) =>
      query.get(name) === value.replaceAll(NONCE_PLACEHOLDER, this.#nonceOf(resource));
    return filters.length === 0 ? all : all.filter((one) => filters.every((filter) => fits(one, filter)));
  }

  #nonceOf({ request }: Resource): string {
    const text = this.nonce === null ? '' : String(at(request, this.nonce) ?? '');
    return NONCE.exec(text)?.[0] ?? '';
  }

  #inOrder(all: readonly Resource[]): readonly Resource[] {
    const { order } = this.form;
    if (order === 'oldest first') return all;
    if (order === 'newest first') return all.toReversed();
    return all.toSorted((a, b) => scattered(a.sequence) - scattered(b.sequence));
  }

  /** Where the page begins; `null` where the cursor is not one of ours. */
  #start(resources: readonly Resource[], query: URLSearchParams, limit: number): number | null {
    const { kind, first } = this.form.pages;
    const asked = query.get(this.#query);
    if (kind === 'none' || asked === null) return 0;
    if (kind === 'page') return Math.max(0, Number(asked) - first) * limit;
    if (kind === 'offset') return Math.max(0, Number(asked));
    const after = resources.findIndex(
      (one) => (kind === 'after' ? String(one.id) : this.#cursor(one.sequence)) === asked,
    );
    return after === -1 ? null : after + 1;
  }

  /** The query member that asks for what follows a page. */
  #ask(last: Resource, from: number, limit: number): [string, string] {
    const { kind, first } = this.form.pages;
    if (kind === 'page') return [this.#query, String(first + Math.floor(from / limit) + 1)];
    if (kind === 'offset') return [this.#query, String(from + limit)];
    return [this.#query, kind === 'after' ? String(last.id) : this.#cursor(last.sequence)];
  }

  #cursor(sequence: number): string {
    const mac = createHmac('sha256', this.#secret).update(String(sequence)).digest('base64url').slice(0, 16);
    return Buffer.from(`${sequence}.${mac}`).toString('base64url');
  }
}

/** Another number for each of the first 2^32, in no order that can be seen. */
function scattered(sequence: number): number {
  let hash = sequence + 1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
