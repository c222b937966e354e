/** What a run made on a target: cancelled as it goes and at its end, and listed where it stays. */

import { madeBy } from '../client/attempts.js';
import type { Client } from '../client/client.js';
import { EffectsUnseen } from '../client/effect-source.js';
import { EffectReader } from '../client/effects.js';
import { isFiltered } from '../client/effects-filtered.js';
import { Policy } from '../client/policy.js';
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { at } from '../contracts/pointer.js';
import type { Effect, Exchange } from '../history/history.js';
import type { CredentialUse } from '../history/plan.js';
import { isUndecoded } from '../history/undecoded.js';
import type { LeftRecord, Results } from '../results/results.js';
import { atTheEnd, type Ending } from './last-client.js';

/** Requests without an answer after which the target counts as gone. */
const MOST_SILENT = 3;

/** Ends the reason where the run has found no resource by reading. */
const NEVER_FOUND = ', and reading it 404, as every read of the run: check `cancel.path` and `get.path`';

/** What the last pass over what is left needs. */
interface LastPass extends Ending {
  parallel: number;
  /** Attributes what a list shows. */
  count(effects: Effect[]): void;
  /** Resources of the run that lists have shown, named by answers or not. */
  shown: ReadonlyMap<string, CredentialUse>;
}

export class Leftovers {
  readonly #contract: Contract;
  /** Why each stays; `null` before it was tried to cancel it. */
  readonly #made = new Map<string, { credential: CredentialUse; why: string | null }>();
  readonly #gone = new Set<string>();
  /** Whether a cancellation of the run has succeeded: before that, 404 may be about the path. */
  #cancels = false;
  /** The same of reading a resource. */
  #reads = false;
  /** Requests without an answer, as far as nothing has shown what they made. */
  #unanswered: Exchange[] = [];
  readonly #ofSetUp: LeftRecord[] = [];

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  /** Remembers what an exchange made, or may have made. */
  remember(exchange: Exchange): void {
    const { operation, outcome } = exchange;
    if (operation === 'get' && outcome.kind === 'answer' && outcome.status < 300) this.#reads = true;
    if (operation !== 'create') return;
    const { key, credential } = exchange;
    if (exchange.outcome.kind === 'unknown') this.#unanswered.push(exchange);
    for (const one of exchange.batch?.beside ?? []) this.#add(one, credential);
    const id = madeBy(exchange, this.#contract);
    if (id !== null) this.#add(id, credential);
    else if (this.#contract.create.id !== null || !isAnswered(exchange)) return;
    // An answer for a key names what earlier requests with it made.
    if (typeof key === 'string')
      this.#unanswered = this.#unanswered.filter((one) => one.key !== key || one.credential !== credential);
  }

  /** Cancels a resource, and keeps what came of it. Gives whether there was an answer. */
  async cancel(client: Client, id: string, credential: CredentialUse, policy: Policy): Promise<boolean> {
    this.#add(id, credential);
    const outcome = await client.cancel(id, credential, policy);
    if (outcome === null) return true;
    const one = this.#made.get(id) as { why: string | null };
    if (outcome.kind !== 'answer') {
      one.why = `cancelling it was ${isUndecoded(outcome.reason) ? outcome.reason : 'not answered'}`;
      return false;
    }
    const { status } = outcome;
    if (status < 300) this.#cancels = true;
    const cancelled = status < 300 || status === 410 || (status === 404 && this.#cancels);
    const read = cancelled ? 'gone' : await this.#read(client, id, credential, policy);
    if (read === 'gone') this.#gone.add(id);
    else one.why = `cancelling it was answered ${status}${read === 'never found' ? NEVER_FOUND : ''}`;
    return true;
  }

  /** What a set-up step made, and could not be taken away. */
  stays(what: string, why: string): void {
    this.#ofSetUp.push({ operation: this.#contract.create.name, id: what, why });
  }

  /** Those that stay, in the order in which they were made. */
  list(): LeftRecord[] {
    const { cancel, create } = this.#contract;
    const untried = cancel === null ? 'the contract does not say how to cancel it' : 'there was no time to cancel it';
    return [...this.#made]
      .filter(([id]) => !this.#gone.has(id))
      .map(([id, { why }]) => ({ operation: create.name, id, why: why ?? untried }));
  }

  /** Whether an answer has named it. */
  hasMade(id: string): boolean {
    return this.#made.has(id);
  }

  /** What stays and what may stay, as results have it. On loopback only what a set-up step made is to be taken away. */
  records(loopback: boolean): Pick<Results, 'left' | 'unresolved'> {
    const left = [...(loopback ? [] : this.list()), ...this.#ofSetUp];
    const unresolved = loopback ? 0 : this.#unanswered.length;
    return { ...(left.length > 0 ? { left } : {}), ...(unresolved > 0 ? { unresolved } : {}) };
  }

  /** Cancels what is left, as far as time and budget go: also what only a list shows. */
  async lastPass({ newClient, before, parallel, count, shown, interrupted }: LastPass): Promise<void> {
    await atTheEnd({ newClient, before, interrupted }, async (client) => {
      if (this.#unanswered.length > 0 || (this.#contract.cancel !== null && this.#mayBeLeft(shown))) {
        await client.open();
        await this.#look(client, count);
      }
      for (const [id, credential] of shown) this.#add(id, credential);
      if (this.#contract.cancel !== null) await this.#cancelEach(client, parallel);
    });
  }

  #add(id: string, credential: CredentialUse): void {
    if (!this.#made.has(id)) this.#made.set(id, { credential, why: null });
  }

  #mayBeLeft(shown: LastPass['shown']): boolean {
    return this.list().length > 0 || [...shown.keys()].some((id) => !this.#gone.has(id));
  }

  /** Looks for what requests made that had no answer. */
  async #look(client: Client, count: (effects: Effect[]) => void): Promise<void> {
    const { list } = this.#contract.effects;
    if (list === null || isFiltered(list)) return;
    for (const credential of new Set(this.#unanswered.map((one) => one.credential))) {
      try {
        count(await new EffectReader(client, list, credential).readAll());
        this.#unanswered = this.#unanswered.filter((one) => one.credential !== credential);
      } catch (error) {
        if (!(error instanceof EffectsUnseen)) throw error;
      }
    }
  }

  async #cancelEach(client: Client, parallel: number): Promise<void> {
    const left = [...this.#made].filter(([id]) => !this.#gone.has(id));
    const policy = new Policy();
    let silent = 0;
    const work = async () => {
      for (let one = left.shift(); one !== undefined && silent < MOST_SILENT; one = left.shift()) {
        const [id, { credential }] = one;
        silent = (await this.cancel(client, id, credential, policy)) ? 0 : silent + 1;
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
  }

  /**
   * What reading a resource says: gone, where it is not there or has ended by itself, so that nothing of it runs on. A path
   * under which none was ever found may be wrong.
   */
  async #read(
    client: Client,
    id: string,
    credential: CredentialUse,
    policy: Policy,
  ): Promise<'gone' | 'there' | 'never found'> {
    const { get, status } = this.#contract;
    if (get === null) return 'there';
    const { outcome } = await client.read(client.preparer.resourcePath(get.path, id), credential, policy);
    if (outcome.kind !== 'answer') return 'there';
    if (outcome.status < 300) this.#reads = true;
    if (outcome.status === 404) return this.#reads ? 'gone' : 'never found';
    if (outcome.status === 410) return 'gone';
    const json = status === null ? undefined : parseJson(outcome.body);
    const reached = json === undefined || status === null ? undefined : at(json, status.pointer);
    return typeof reached === 'string' && status?.terminal.includes(reached) === true ? 'gone' : 'there';
  }
}

/** Whether it succeeded, though its answer may name nothing. */
function isAnswered({ outcome }: Exchange): boolean {
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300;
}
