/** Reads the list of resources: what exists, whatever the replies say. */
import type { Json, ListObserver } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { at, idAt } from '../contracts/pointer.js';
import type { Effect } from '../history/history.js';
import { NONCE } from '../history/nonce.js';
import type { CredentialUse } from '../history/plan.js';
import type { Client } from './client.js';
import { Policy } from './policy.js';

/** The list cannot be read: effects stay unknown. */
export class ListUnreadable extends Error {
  override name = 'ListUnreadable';
}

/** Pages that are read at most at a time. */
const MOST_PAGES = 500;

export class EffectReader {
  readonly #client: Client;
  readonly #list: ListObserver;
  readonly #credential: CredentialUse;
  readonly #policy: Policy;
  /** The newest of the resources that were there before the run: what follows them is older still. */
  readonly #before = new Set<string>();
  /** Resources that were read already. */
  readonly #known = new Set<string>();

  constructor(client: Client, list: ListObserver, credential: CredentialUse, policy = new Policy()) {
    this.#policy = policy;
    this.#client = client;
    this.#list = list;
    this.#credential = credential;
  }

  /** Remembers the newest resources as older than the run. Throws `ListUnreadable`. */
  async begin(): Promise<void> {
    // Pages that hold nothing of the kind wanted say nothing about what is older.
    for await (const effects of this.#pages()) {
      for (const { id } of effects) this.#before.add(id);
      if (effects.length > 0) break;
    }
  }

  /**
   * Resources newer than those known before, newest first.
   */
  async read(): Promise<Effect[]> {
    const found: Effect[] = [];
    for await (const effects of this.#pages()) {
      const edge = effects.findLastIndex(({ id }) => this.#before.has(id));
      const newer = edge === -1 ? effects : effects.slice(0, edge);
      const fresh = newer.filter(({ id }) => !this.#before.has(id) && !this.#known.has(id));
      found.push(...fresh);
      if (fresh.length < effects.length) break;
    }
    for (const { id } of found) this.#known.add(id);
    return found;
  }

  async *#pages(): AsyncGenerator<Effect[]> {
    const cursors = new Set<string | null>();
    let cursor: string | null = null;
    do {
      if (cursors.has(cursor)) throw new ListUnreadable(`GET ${this.#list.path} gave the cursor ${cursor} twice`);
      cursors.add(cursor);
      const { effects, next } = await this.#page(cursor);
      yield effects;
      cursor = next;
    } while (cursor !== null && cursors.size < MOST_PAGES);
  }

  async #page(cursor: string | null): Promise<{ effects: Effect[]; next: string | null }> {
    const list = this.#list;
    const query = new URLSearchParams(list.query);
    if (list.pageSize !== null) query.set(list.pageSize.query, String(list.pageSize.value));
    if (cursor !== null && list.cursor !== null) query.set(list.cursor.query, cursor);
    const path = query.size > 0 ? `${list.path}?${query}` : list.path;
    const { outcome } = await this.#client.readAgain(path, this.#credential, this.#policy);
    if (outcome.kind !== 'answer') throw new ListUnreadable(`GET ${list.path} got no answer: ${outcome.reason}`);
    const json = outcome.status === 200 ? parseJson(outcome.body) : undefined;
    const items = list.items === null ? firstArray(json) : at(json, list.items);
    if (!Array.isArray(items)) throw new ListUnreadable(`GET ${list.path} answered ${outcome.status}, not a list`);
    const effects = items.flatMap((item): Effect[] => {
      const id = idAt(item, list.id);
      if (id === null) return [];
      if (list.kind !== null && at(item, list.kind.pointer) !== list.kind.value) return [];
      const text = list.nonce === null ? undefined : at(item, list.nonce);
      return [{ id, credential: this.#credential, ...readNonce(text) }];
    });
    const next = list.cursor === null ? undefined : at(json, list.cursor.next);
    return { effects, next: typeof next === 'string' && next !== '' ? next : null };
  }
}

/** The answer itself, or its first member that is an array. */
function firstArray(json: Json | undefined): Json | undefined {
  if (Array.isArray(json) || typeof json !== 'object' || json === null) return json;
  return Object.values(json).find(Array.isArray);
}

/** The nonce, and whether the text is somebody else's. */
function readNonce(text: unknown): { nonce: string | null; readable: boolean } {
  if (typeof text !== 'string' || text === '') return { nonce: null, readable: false };
  return { nonce: NONCE.exec(text)?.[0] ?? null, readable: true };
}
