/** Reads a list that is asked for the resources of one nonce at a time. */
import type { ListObserver } from '../contracts/contract.js';
import type { Effect } from '../history/history.js';
import type { CredentialUse } from '../history/plan.js';
import type { Client } from './client.js';
import { type Control, EffectsUnseen, type Source } from './effect-source.js';
import { EffectReader, type ReaderOptions } from './effects.js';

/** What stands for the nonce in a query member. */
const TOKEN = '{nonce}';

/** Whether the list is filtered by a member that carries the nonce. */
export function isFiltered({ query }: ListObserver): boolean {
  return Object.values(query).some((value) => value.includes(TOKEN));
}

export class FilteredReader implements Source {
  /** Ids given as effects already. */
  readonly #given = new Set<string>();
  /** Nonces of the last reading: what they made may show late. */
  #last: string[] = [];
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

  /** Resources that no earlier reading gave. Throws `EffectsUnseen` where a control does not show in time. */
  async read(controls: Control[] = []): Promise<Effect[]> {
    if (controls.some(({ nonce }) => nonce === null))
      throw new EffectsUnseen(
        `GET ${this.list.path} is asked for a nonce, but bodies carry none: say \`create.nonce\``,
      );
    const fresh = this.nonces();
    const asked = new Set([...this.#last, ...fresh, ...controls.flatMap(({ nonce }) => nonce ?? [])]);
    const found: Effect[] = [];
    for (const nonce of asked) {
      const reader = new EffectReader(this.client, this.#of(nonce), this.credential, this.options);
      const effects = await reader.read(controls.filter((one) => one.nonce === nonce));
      this.lags ||= reader.lags;
      found.push(...effects.filter(({ id }) => !this.#given.has(id)));
      for (const { id } of effects) this.#given.add(id);
    }
    this.#last = fresh;
    return found;
  }

  #of(nonce: string): ListObserver {
    const query = Object.entries(this.list.query).map(([name, value]) => [name, value.replaceAll(TOKEN, nonce)]);
    return { ...this.list, query: Object.fromEntries(query) as ListObserver['query'] };
  }
}
