/** Reads a list that is asked for the resources of one nonce at a time. */
import type { ListObserver } from '../contracts/contract.js';
import type { Effect } from '../history/history.js';
import { NONCE_PLACEHOLDER } from '../history/nonce.js';
import type { CredentialUse } from '../history/plan.js';
import type { Client } from './client.js';
import { type Control, ControlUnseen, EffectsUnseen, type Source } from './effect-source.js';
import { EffectReader, ListTooLong, type ReaderOptions } from './effects.js';

/** Nonces of the whole run that are asked for at most at a time. */
const MOST_NONCES = 2000;

/** Whether the list is filtered by a member that carries the nonce. */
export function isFiltered({ query }: ListObserver): boolean {
  return Object.values(query).some((value) => value.includes(NONCE_PLACEHOLDER));
}

export class FilteredReader implements Source {
  /** Ids given as effects already. */
  readonly #given = new Set<string>();
  /** Nonces of the last reading: what they made may show late. */
  #last: string[] = [];
  /** Nonces of the whole run. */
  readonly #sent = new Set<string>();
  lags = false;

  /** @param nonces those that were sent since it was called last */
  constructor(
    readonly client: Client,
    readonly list: ListObserver,
    readonly credential: CredentialUse,
    readonly options: ReaderOptions,
    readonly nonces: () => string[],
  ) {}

  /** Nonces are new, so there is nothing to remember. */
  async begin(): Promise<void> {}

  /** Resources that no earlier reading gave. Throws `ControlUnseen` where a control does not show in time. */
  async read(controls: Control[] = []): Promise<Effect[]> {
    if (controls.some(({ nonce }) => nonce === null))
      throw new EffectsUnseen(
        `GET ${this.list.path} is asked for a nonce, but bodies carry none: say \`create.nonce\``,
      );
    const fresh = this.#fresh();
    const asked = new Set([...this.#last, ...fresh, ...controls.flatMap(({ nonce }) => nonce ?? [])]);
    this.#last = fresh;
    return this.#readEach(asked, controls);
  }

  async readAll(): Promise<Effect[]> {
    return this.#readEach(this.#all(), []);
  }

  async readWhole(): Promise<Set<string>> {
    const ids = new Set<string>();
    for (const nonce of this.#all()) for (const id of await this.#reader(nonce).readWhole()) ids.add(id);
    return ids;
  }

  /** Nonces that were sent since it was called last. */
  #fresh(): string[] {
    const fresh = this.nonces();
    for (const nonce of fresh) this.#sent.add(nonce);
    return fresh;
  }

  #all(): Set<string> {
    this.#last.push(...this.#fresh());
    if (this.#sent.size <= MOST_NONCES) return this.#sent;
    throw new ListTooLong(
      `GET ${this.list.path} is asked for one nonce at a time, and ${this.#sent.size} are more than can be asked for again: say in \`effects.list\` how all resources are listed`,
    );
  }

  async #readEach(nonces: Iterable<string>, controls: Control[]): Promise<Effect[]> {
    const found: Effect[] = [];
    const unseen: ControlUnseen[] = [];
    for (const nonce of nonces) {
      // What was waited for once need not be waited for again.
      const reader = this.#reader(nonce, unseen.length > 0 ? { ...this.options, visibleMs: 0 } : this.options);
      const own = controls.filter((one) => one.nonce === nonce);
      const effects = await reader.read(own).catch((error: unknown) => {
        if (!(error instanceof ControlUnseen)) throw error;
        unseen.push(error);
        return error.found;
      });
      this.lags ||= reader.lags;
      found.push(...effects.filter(({ id }) => !this.#given.has(id)));
      for (const { id } of effects) this.#given.add(id);
    }
    const [first] = unseen;
    if (first === undefined) return found;
    const missing = unseen.flatMap((one) => one.missing);
    throw new ControlUnseen(first.message, missing, found);
  }

  #reader(nonce: string, options = this.options): EffectReader {
    return new EffectReader(this.client, this.#of(nonce), this.credential, options);
  }

  #of(nonce: string): ListObserver {
    const query = Object.entries(this.list.query).map(([name, value]) => [
      name,
      value.replaceAll(NONCE_PLACEHOLDER, nonce),
    ]);
    return { ...this.list, query: Object.fromEntries(query) as ListObserver['query'] };
  }
}
