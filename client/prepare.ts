/** Set-up steps as a client sends them, and what its requests have of them. */
import type { Contract } from '../contracts/contract.js';
import { filledPath, namesIn } from '../contracts/paths.js';
import type { SetUpRequest } from '../contracts/set-up.js';
import { texts, withSavedPaths } from '../contracts/set-up.js';
import type { Exchange } from '../history/history.js';
import { type Attempt, type CredentialUse, keyUseOf } from '../history/plan.js';
import { madeBy } from './attempts.js';
import { type ClientOptions, MAX_WAIT_MS } from './client-options.js';
import type { Sent, WireRequest } from './line.js';
import type { Mask } from './mask.js';
import type { Pace } from './pace.js';
import type { PlanRun } from './plan-run.js';
import { type Answered, Preparation, type Prepared, type Stage, UNPREPARED } from './preparation.js';
import { keyOf, pathOf, shownBody, wireRequest } from './wire.js';

/** What it needs of a client. */
interface Sender {
  readonly pace: Pace;
  readonly mask: Mask;
}

/** Sends a request that belongs to no plan. */
type SendAside = (make: (options: ClientOptions) => WireRequest, credential: CredentialUse) => Promise<Sent>;

export class Preparer implements Stage {
  readonly preparation: Preparation;
  readonly #client: Sender;
  readonly #options: ClientOptions;
  readonly #base: URL;
  readonly #sendAside: SendAside;

  /** @param base where steps are sent to: the first target */
  constructor(client: Sender, options: ClientOptions, base: URL, sendAside: SendAside) {
    this.preparation = options.preparation ?? new Preparation(options.contract);
    this.#client = client;
    this.#options = options;
    this.#base = base;
    this.#sendAside = sendAside;
  }

  /** What the attempts of a storm use, in their order. What is read or cancelled is named by its id. */
  async forStorm(attempts: Attempt[], { plan, execution, setUp }: PlanRun): Promise<Prepared[]> {
    const { preparation } = this;
    if (!preparation.isNeeded) return attempts.map(() => UNPREPARED);
    const making = attempts.map((attempt) => {
      const { credential, operation } = attempt;
      if (operation === 'get' || operation === 'cancel') return UNPREPARED;
      if (operation === 'upload') return preparation.ofRun(credential, this);
      const key = keyOf(keyUseOf(attempt), plan.keys, execution);
      return preparation.for({ credential, key: typeof key === 'string' ? key : null, execution }, this);
    });
    // All are waited for: what they made belongs into the history.
    const settled = await Promise.allSettled(making);
    for (const one of settled) if (one.status === 'fulfilled') for (const made of one.value.exchanges) setUp.add(made);
    return Promise.all(making);
  }

  /** A path with what all requests of a credential share. */
  async pathFor(path: string, credential: CredentialUse): Promise<string> {
    if (namesIn(path).length === 0) return path;
    return filledPath(path, texts((await this.preparation.ofRun(credential, this)).values));
  }

  /** The path of a resource, with the values that its write used. */
  resourcePath(template: string, id: string): string {
    return pathOf(filledPath(template, texts(this.preparation.ofId(id).values)), id);
  }

  /** What a request has, and the contract with its values in the paths; `id`: of what is read or cancelled. */
  of(id: string | null, sending: { prepared: Prepared }): { prepared: Prepared; contract: Contract } {
    const prepared = id === null ? sending.prepared : this.preparation.ofId(id);
    const { contract } = this.#options;
    const isAsItIs = Object.keys(prepared.values).length === 0;
    return { prepared, contract: isAsItIs ? contract : withSavedPaths(contract, prepared.values) };
  }

  /** Remembers what a write had: the resource that it made is read with the same values. */
  remember(exchange: Exchange, prepared: Prepared): void {
    if (!this.preparation.isNeeded || exchange.operation !== 'create') return;
    const id = madeBy(exchange, this.#options.contract);
    if (id !== null) this.preparation.remember(id, prepared);
  }

  async send(request: SetUpRequest, credential: CredentialUse, creates: 0 | 1): Promise<Answered> {
    await this.#client.pace.take(1, creates);
    const { headers, ...part } = request;
    let wired: WireRequest | undefined;
    const { sent, done, outcome } = await this.#sendAside((options) => {
      wired = wireRequest(options, this.#base, { ...part, credential, framing: { headers } });
      return wired;
    }, credential);
    if (outcome.kind !== 'answer') await this.#options.onSilence?.(outcome.reason, 0);
    const { method, path, headers: written, body } = wired as WireRequest;
    const url = `${this.#base.origin}${path}`;
    return { request: { method, url, headers: written, ...shownBody(body) }, sent, done, outcome };
  }

  sleep(ms: number, why: string): Promise<void> {
    return this.#client.pace.sleep(ms, why);
  }

  shown(text: string): string {
    return this.#client.mask.text(text);
  }

  get maxWaitMs(): number {
    return this.#options.maxWaitMs ?? MAX_WAIT_MS;
  }
}
