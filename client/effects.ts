/** Reads the list of resources: what exists, whatever the replies say. */

import type { Json, ListObserver, Pages } from '../contracts/contract.js';
import { canonical, membersOf, parseJson, unreadWords } from '../contracts/json.js';
import { at, idAt } from '../contracts/pointer.js';
import type { Effect } from '../history/history.js';
import type { CredentialUse } from '../history/plan.js';
import { unansweredWords } from '../history/undecoded.js';
import type { Client } from './client.js';
import { type Control, EffectSource, EffectsUnseen, type Look, readNonce } from './effect-source.js';
import { ListOrder } from './list-order.js';
import { countSaid, firstPath, guessPages, nextPath, type Page } from './list-pages.js';
import { Policy } from './policy.js';

/** There are more pages than are read at a time. */
export class ListTooLong extends EffectsUnseen {}

export interface ReaderOptions {
  policy?: Policy;
  /** Milliseconds within which a resource shows in the list. */
  visibleMs?: number;
  /** Whether the suite has cancelled a resource: the list may hide it. Default: none. */
  isCancelled?: (id: string) => boolean;
}

/** Pages that are read at most at a time. */
const MOST_PAGES = 500;

/** Bytes of a page that are read at most. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What answers do not show. */
const SAY_PAGES = 'say `effects.list.pages`, such as {kind: page, query: page} or {kind: offset, query: offset}';

/** What one reading met. */
interface Reading {
  /** Ids of all entries, in the order of the list. */
  ids: Set<string>;
  /** Those that count. */
  effects: Effect[];
  /** Entries without a readable id. */
  without: number;
  /** Whether all pages were read; otherwise only those up to what earlier readings had covered. */
  complete: boolean;
}

export class EffectReader extends EffectSource {
  readonly #list: ListObserver;
  readonly #credential: CredentialUse;
  readonly #policy: Policy;
  readonly #order = new ListOrder();
  /** How the next page is reached, once that is known. */
  #pages: Pages | null;
  readonly #isCancelled: (id: string) => boolean;
  /** What the last complete reading met. */
  #last: ReadonlySet<string> | null = null;

  constructor(client: Client, list: ListObserver, credential: CredentialUse, options: ReaderOptions = {}) {
    super(client, options.visibleMs ?? 0);
    this.#list = list;
    this.#credential = credential;
    this.#policy = options.policy ?? new Policy();
    this.#pages = list.pages;
    this.#isCancelled = options.isCancelled ?? (() => false);
  }

  /** How the next page is reached: as the contract says, or as answers have shown; `null` while neither is known. */
  get pages(): Pages | null {
    return this.#pages;
  }

  /** Remembers what exists before the run. Throws `EffectsUnseen`. */
  async begin(): Promise<void> {
    const ids = new Set<string>();
    try {
      for await (const page of this.#walk()) for (const id of this.#namesOn(page)) ids.add(id);
      this.#last = ids;
    } catch (error) {
      // Enough, if the list turns out to be newest first.
      if (!(error instanceof ListTooLong)) throw error;
    }
    this.#order.before(ids);
    for (const id of ids) this.given.add(id);
  }

  async readWhole(): Promise<Set<string>> {
    const ids = new Set<string>();
    for await (const page of this.#walk()) {
      const names = this.#namesOn(page);
      for (const id of names) ids.add(id);
      if (this.#order.isBeforeRun(names)) break;
    }
    return ids;
  }

  protected async look(toTheEnd: boolean): Promise<Look> {
    const start = this.client.clock();
    const order = this.#order.look();
    const reading: Reading = { ids: new Set(), effects: [], without: 0, complete: true };
    for await (const page of this.#walk()) {
      const ids = this.#namesOn(page);
      for (const id of ids) reading.ids.add(id);
      reading.without += page.items.filter((item) => idAt(item, this.#list.id) === null).length;
      reading.effects.push(...this.#effectsOn(page));
      if (order.page(ids) && !toTheEnd) {
        reading.complete = false;
        break;
      }
    }
    const fresh = order.end(start, this.client.clock(), this.visibleMs);
    const { ids, complete } = reading;
    // What came pushed out as much as it brought.
    const isPushedOut = (id: string) => !ids.has(id) && !this.#isCancelled(id);
    if (complete && fresh > 0 && ids.size === this.#last?.size && [...this.#last].some(isPushedOut))
      throw new EffectsUnseen(this.#partial(ids.size));
    if (complete) this.#last = ids;
    // One that is listed and does not count would hide every effect.
    const counted = new Set(reading.effects.map((one) => one.id));
    return {
      effects: reading.effects,
      // A reading that ended at what was covered before leaves no gap in which a control could be.
      shows: ({ id }) => counted.has(id) || (!reading.complete && this.given.has(id)),
      unseen: (controls, missing) => this.#unseen(reading, controls, missing),
    };
  }

  async *#walk(): AsyncGenerator<Page> {
    const asked = new Set<string>();
    const before = { pages: 0, items: 0 };
    let last = { path: '', names: '' };
    for (let path: string | null = firstPath(this.#list, this.#pages); path !== null; ) {
      const { path: listPath } = this.#list;
      if (asked.has(path)) throw new EffectsUnseen(`GET ${listPath} leads to the page ${path} twice`);
      if (asked.size === MOST_PAGES)
        throw new ListTooLong(
          `GET ${listPath} has more than ${MOST_PAGES} pages and is not seen to be newest first: ask for larger pages with \`effects.list.pageSize\`, or use an account with fewer resources`,
        );
      asked.add(path);
      const page = await this.#ask(path, { ...before });
      if (page === null) return;
      const names = this.#namesOn(page);
      const repeats = names.length > 0 && names.join('\n') === last.names;
      if (repeats && (await this.#stands(last, before))) {
        if (before.pages === 1)
          throw new EffectsUnseen(
            `GET ${path} showed the resources of the first page again: say in \`effects.list.pages\` how the next page is reached`,
          );
        // Some servers answer the last page for every number beyond it.
        return;
      }
      last = { path, names: names.join('\n') };
      yield page;
      path = this.#after(page);
      before.pages += 1;
      before.items += page.items.length;
    }
  }

  /** Whether a page still shows the same: resources that come while a list is read can move others to the next page. */
  async #stands({ path, names }: { path: string; names: string }, before: Page['before']): Promise<boolean> {
    const again = await this.#ask(path, { ...before });
    return again !== null && this.#namesOn(again).join('\n') === names;
  }

  #after(page: Page): string | null {
    this.#pages ??= guessPages(page, this.#list);
    if (this.#pages !== null) {
      const next = nextPath(page, this.#list, this.#pages);
      return next === null ? null : this.client.linked(next, page.path);
    }
    const count = countSaid(page);
    const shown = page.items.length;
    if (count <= shown) return null;
    const of = Number.isFinite(count)
      ? `${shown} of ${count} resources`
      : `${resources(shown)}, says that there are more,`;
    throw new EffectsUnseen(
      `GET ${this.#list.path} answered 200 with ${of} and no way to the next page was found: ${SAY_PAGES}`,
    );
  }

  /** `null` where there is no such page any more. */
  async #ask(path: string, before: Page['before']): Promise<Page | null> {
    const list = this.#list;
    const shown = before.pages === 0 ? list.path : path;
    const { outcome } = await this.client.readAgain(path, this.#credential, this.#policy, MOST_BYTES);
    if (outcome.kind !== 'answer') throw new EffectsUnseen(`GET ${shown} ${unansweredWords(outcome.reason)}`);
    // Some frameworks answer so after the last page.
    if (outcome.status === 404 && before.pages > 0 && this.#pages?.kind === 'page') return null;
    if (outcome.truncated === true)
      throw new EffectsUnseen(`GET ${shown} answered ${outcome.status} with more than 16 MiB`);
    const json = outcome.status === 200 ? parseJson(outcome.body) : undefined;
    const items = list.items === null ? firstArray(json) : at(json, list.items);
    if (json === undefined || !Array.isArray(items))
      throw new EffectsUnseen(
        `GET ${shown} answered ${outcome.status}, not a list${this.client.tooLong(outcome)}${unreadWords(outcome.body)}`,
      );
    return { path, headers: outcome.headers, json, items: membersOf(items).map(([, item]) => item), before };
  }

  #effectsOn({ items }: Page): Effect[] {
    const list = this.#list;
    return items.flatMap((item): Effect[] => {
      const id = idAt(item, list.id);
      if (id === null) return [];
      if (list.kind !== null && at(item, list.kind.pointer) !== list.kind.value) return [];
      const text = list.nonce === null ? undefined : at(item, list.nonce);
      return [{ id, credential: this.#credential, ...readNonce(text) }];
    });
  }

  #namesOn({ items }: Page): string[] {
    return items.map((item) => this.#nameOf(item));
  }

  /** An entry's id, or what else tells it from others. */
  #nameOf(item: Json): string {
    return idAt(item, this.#list.id) ?? canonical(item);
  }

  /** Why controls do not show, as far as that can be seen, and what to do. */
  #unseen({ ids, effects, without, complete }: Reading, controls: Control[], missing: Control[]): string {
    const { path, id, kind } = this.#list;
    const nonces = new Set(missing.flatMap(({ nonce }) => nonce ?? []));
    const others = effects.filter((one) => one.nonce !== null && nonces.has(one.nonce));
    const known = controls.map((one) => one.id);
    const answered = `GET ${path} answered 200 with ${resources(ids.size)}`;
    const lost = `${missing.length} of ${controls.length} that were just made did not show within ${this.visibleMs / 1000} s`;
    if (without === ids.size && without > 0) return `${answered}, none with an id at ${id}: say \`effects.list.id\``;
    if (others.length > 0 && !others.some((one) => known.includes(one.id)))
      return `${answered}, among them some with the text of those that were just made, but under other ids (${others[0]?.id} instead of ${missing[0]?.id}): say \`effects.list.id\``;
    if (kind !== null && missing.every((one) => ids.has(one.id)))
      return `${answered}, but those that were just made are not ${kind.value} at ${kind.pointer}: check \`effects.list.kind\``;
    if (ids.size === 0) return `${answered}: ${lost}`;
    if (this.#pages === null)
      return `${answered}, ${lost}, and no way to the next page was found: ${SAY_PAGES}, or \`visibleWithin\` if they show later`;
    return `${answered}${complete ? ' on all pages' : ''}, but ${lost}: check \`effects.list\``;
  }

  #partial(size: number): string {
    return `GET ${this.#list.path} answered 200 with ${resources(size)} as before, though others came: it shows only a part of them; say in \`effects.list.pages\` how the next page is reached`;
  }
}

function resources(count: number): string {
  return `${count} ${count === 1 ? 'resource' : 'resources'}`;
}

/** The answer itself, or its first member that is an array. */
function firstArray(json: Json | undefined): Json | undefined {
  if (Array.isArray(json) || typeof json !== 'object' || json === null) return json;
  return Object.values(json).find(Array.isArray);
}
