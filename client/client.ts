/** The client: a plan in, a history out. */
import { setMaxListeners } from 'node:events';
import { hintMs } from '../contracts/refusals.js';
import type { Exchange, History, Outcome } from '../history/history.js';
import {
  type Attempt,
  type CredentialUse,
  isRestarted,
  isStormy,
  type Plan,
  referenceOf,
  type Step,
  type Storm,
} from '../history/plan.js';
import { isUndecoded } from '../history/undecoded.js';
import { againAfter, IN_FRONT, tooLongWords } from './again.js';
import { isAligned, lastDuration, readsResource, resourceOf } from './attempts.js';
import { Batches, exchangesOf, type Item, itemOf, makesAgain, type Packed, requestsOf } from './batches.js';
import { type ClientOptions, MAX_WAIT_MS } from './client-options.js';
import { type Connections, chooseTransport, connectionsTo, Lines, placeOf, type Transport } from './connect.js';
import { harmlessCredential, renewedFor } from './credentials.js';
import { Gate } from './gate.js';
import { Lanes } from './lanes.js';
import type { Line, SendOptions, Sent, WireRequest } from './line.js';
import { Mask } from './mask.js';
import { Mint } from './mint.js';
import { Pace } from './pace.js';
import { GATE_PATIENCE_MS, HOPELESS_MS, LONG_PAUSE_MS, MOST_RETRIES, ONE_AT_A_TIME } from './patience.js';
import { type Answered, Open, type PlanRun, type Sending, type StormRun, sendingOf, started } from './plan-run.js';
import { Policy } from './policy.js';
import { isStop, UNPREPARED } from './preparation.js';
import { Preparer } from './prepare.js';
import type { Receiver } from './receiver.js';
import { finished } from './signing.js';
import { awaitDelivery, deliveriesFor, settle, untilAnswered } from './waits.js';
import { baseOf, harmlessPath, lasting, linkedPath, requestOf, wireRequest } from './wire.js';

export class Client {
  readonly pace: Pace;
  readonly mask: Mask;
  readonly #options: ClientOptions;
  readonly #bases: URL[];
  /** How long the last restart took; a guess until there was one. */
  #restartMs = 300;
  readonly #start: number;
  /** Until `open` has found out what the targets speak, HTTP/1.1. */
  #connections: Connections[];
  transport: Transport = 'h1';
  readonly mint = new Mint();
  readonly #batches: Batches;
  /** Sends set-up steps, and knows what requests have of them. */
  readonly preparer: Preparer;
  /** How often an answer has asked to come again after half a second or more. */
  pauses = 0;
  readonly #lanes: Lanes;
  /** Storms go one by one: nothing else is sent meanwhile. */
  readonly #alone = new Lanes(1);

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#start = options.start ?? performance.now();
    // Every request listens to it.
    setMaxListeners(0, options.signal);
    this.pace = options.pace ?? new Pace(options, options.signal);
    this.mask = options.mask ?? new Mask([options.credentials.first, options.credentials.second]);
    this.#bases = options.targets.map((target) => baseOf(target, options.contract.basePath));
    this.#connections = connectionsTo(this.#bases, options, 'h1');
    this.#lanes = new Lanes(options.parallel);
    this.#batches = new Batches(options, this.mint);
    this.preparer = new Preparer(this, options, this.#base(0), (make, credential) =>
      this.#sendAside(make, credential, new Policy()),
    );
  }

  /** Finds out which protocol to speak; all targets get the same. */
  async open(): Promise<void> {
    const { transport = 'auto', h2c = false } = this.#options;
    const spoken = await Promise.all(
      this.#bases.map(({ origin }) => chooseTransport(origin, this.#options, transport, h2c)),
    );
    this.transport = spoken.every((one) => one === 'h2') ? 'h2' : 'h1';
    this.#connections = connectionsTo(this.#bases, this.#options, this.transport);
  }

  /** Why no two requests of a storm can overlap; `null` where they can. */
  get unshared(): string | null {
    return this.#connections.some((one) => one.oneAtATime) ? ONE_AT_A_TIME : null;
  }

  /** Where webhooks are taken. */
  get receiver(): Receiver | undefined {
    return this.#options.receiver;
  }

  /** That an answer asks to come again later than may be waited, for the end of a sentence; otherwise nothing. */
  tooLong(outcome: Outcome): string {
    return tooLongWords(outcome, this.#options.contract, this.#options.maxWaitMs ?? MAX_WAIT_MS);
  }

  /** Milliseconds until an answer must be complete. */
  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  /** Milliseconds since the run began, monotonic. */
  clock(): number {
    return performance.now() - this.#start;
  }

  /** What may be read at any time: any answer to it will do. */
  get harmless(): [path: string, credential: CredentialUse] {
    return [harmlessPath(this.#options.contract), harmlessCredential(this.#options)];
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((one) => one.close()));
  }

  /**
   * Executes a plan with new keys. Where the budget or the signal stops it, `stopped` says why, and the history holds
   * what was done until then.
   */
  async execute(plan: Plan, policy = new Policy()): Promise<{ history: History; stopped: Error | null }> {
    const exchanges: Exchange[] = [];
    const lines = new Lines(this.#connections);
    const begun = started(plan, this.mint);
    let stopped: Error | null = null;
    try {
      await this.#steps({ ...begun, exchanges, lines, policy });
      // Stopped in the last request, nothing more was waited for.
      this.#options.signal.throwIfAborted();
    } catch (error) {
      if (!isStop(error) && !this.#options.signal.aborted) throw error;
      stopped = error as Error;
    } finally {
      lines.release();
    }
    exchanges.sort((a, b) => a.sent - b.sent);
    const { contract, receiver } = this.#options;
    const awaits = plan.steps.some((step) => step.do === 'delivery');
    const history: History = { plan, exchanges, ...(begun.setUp.size > 0 ? { setUp: [...begun.setUp] } : {}) };
    if (awaits) history.received = { deliveries: deliveriesFor(exchanges, contract, receiver), until: this.clock() };
    return { history, stopped };
  }

  async #steps(run: PlanRun): Promise<void> {
    let first = 0;
    const lanes = isStormy(run.plan) ? this.#alone : this.#lanes;
    // While a backend is down, nothing else is sent.
    const stays = isRestarted(run.plan);
    const aside = async (work: Promise<unknown>) => {
      if (!stays) lanes.leave();
      await work.finally(() => (stays ? undefined : lanes.enter()));
    };
    await lanes.enter();
    try {
      for (const [index, step] of run.plan.steps.entries()) {
        if (step.do === 'storm') {
          await this.#storm(step, { ...run, step: index, first, aside });
          first += step.attempts.length;
          continue;
        }
        await aside(this.#waitFor(step, run));
      }
    } finally {
      lanes.leave();
    }
  }

  /** A read outside of plans: a list page, a resource. Counts against the budget. */
  async read(path: string, credential: CredentialUse, policy = new Policy(), limit?: number): Promise<Sent> {
    const filled = await this.preparer.pathFor(path, credential);
    await this.pace.take(1, 0);
    return this.#sendAside(this.#readOf(filled, credential, 0), credential, policy, { limit });
  }

  #readOf(path: string, credential: CredentialUse, target: number): (options: ClientOptions) => WireRequest {
    const request = { method: 'GET', path, credential, body: null, framing: undefined };
    return (options) => wireRequest(options, this.#base(target), request);
  }

  /** The path after basePath of a link in the answer to `from`, always at the first target; `null` where it is not one. */
  linked(link: string, from: string): string | null {
    return linkedPath(this.#base(0), link, from);
  }

  /** A read that is asked again while the target says so. `limit`: bytes of the answer that are read at most. */
  async readAgain(path: string, credential: CredentialUse, policy = new Policy(), limit?: number): Promise<Sent> {
    const { contract, maxWaitMs = MAX_WAIT_MS } = this.#options;
    for (let retry = 0; ; retry += 1) {
      const sent = await this.read(path, credential, policy, limit);
      const { outcome } = sent;
      if (outcome.kind !== 'answer') await this.#options.onSilence?.(outcome.reason, 0);
      const busy = outcome.kind === 'answer' && [429, 502, 503, 504].includes(outcome.status);
      if (retry >= MOST_RETRIES || (outcome.kind === 'answer' && !busy)) return sent;
      const hint = outcome.kind === 'answer' ? hintMs(outcome.headers['retry-after'], undefined, contract) : 100;
      if ((hint ?? 0) > maxWaitMs) return sent;
      await this.pace.sleep(hint ?? 1000, `GET ${path} asks to come again then`);
    }
  }

  /** Cancels a resource; `null` where the contract does not say how. */
  async cancel(id: string, credential: CredentialUse, policy = new Policy()): Promise<Sent['outcome'] | null> {
    if (this.#options.contract.cancel === null) return null;
    await this.pace.take(1, 0);
    // The resource is given by its id, not by the attempt that made it.
    const attempt: Attempt = { operation: 'cancel', credential, of: 0 };
    const { contract } = this.preparer.of(id, { prepared: UNPREPARED });
    const request = (options: ClientOptions) =>
      requestOf({ ...options, contract }, this.#base(0), attempt, { id, key: null, execution: null });
    return (await this.#sendAside(request, credential, policy)).outcome;
  }

  async #storm(storm: Storm, run: StormRun): Promise<void> {
    const { attempts, times = 1 } = storm;
    for (let time = 0; time < times; time += 1) {
      const { requests, creates } = requestsOf(attempts, this.#options.contract);
      await this.#options.tokens?.ready(attempts);
      const prepared = await this.preparer.forStorm(attempts, run);
      await this.pace.take(requests.length, creates);
      const aligned = requests.filter(({ first }) => isAligned(first));
      const gate = aligned.length > 1 ? new Gate(aligned.length, GATE_PATIENCE_MS) : undefined;
      const typical = storm.restartAfterMs === undefined ? lastDuration(run.exchanges) : this.#restartMs;
      const open = new Open(attempts.length);
      const sent = requests.map(async ({ first: one, indexes }) => {
        try {
          if (!isAligned(one)) await this.pace.sleep((one.atFraction ?? 0) * typical);
          const common = { run, time, retry: 0, since: this.clock(), gate: isAligned(one) ? gate : undefined };
          await this.#attempt(sendingOf(indexes, { attempts, prepared }, common, open));
        } finally {
          for (const index of indexes) open.end(run.first + index);
        }
      });
      if (storm.restartAfterMs !== undefined) sent.push(this.#restart(storm.restartAfterMs, run.policy));
      // All are waited for before the first error is passed on: their answers belong into the history.
      const all = Promise.allSettled(sent);
      await open.allAnswered;
      // What is asked again holds up no other plan.
      if (open.count > 0) await run.aside(all);
      const settled = await all;
      const failed = settled.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
  }

  /** Restarts the backend and waits until it answers. */
  async #restart(afterMs: number, policy: Policy): Promise<void> {
    if (this.#options.restart === undefined) return;
    await this.pace.sleep(afterMs);
    const start = this.clock();
    await this.#options.restart();
    this.#restartMs = this.clock() - start;
    await untilAnswered(this, policy);
  }

  /**
   * Whether a target answers, in whatever way, on a new connection: `null`, or what the connection said instead, or a layer
   * in front.
   * @param policy how long it has; by default as long as every request
   */
  async silence(target: number, policy = new Policy()): Promise<string | null> {
    const [path, credential] = this.harmless;
    const made = this.#readOf(path, credential, target);
    const { request } = await finished(this.#options, this.#base(target), { credential }, 0, made);
    const line = (this.#connections[target] as Connections).fresh();
    try {
      const { outcome } = await this.#send(request, line, policy);
      if (outcome.kind !== 'answer') return isUndecoded(outcome.reason) ? null : outcome.reason;
      return IN_FRONT.has(outcome.status) ? `${request.method} ${request.path} is answered ${outcome.status}` : null;
    } finally {
      await line.close();
    }
  }

  /** Sends one attempt and asks again while the answer says so. */
  async #attempt(sending: Sending): Promise<void> {
    const sent = await this.#exchange(sending);
    if (sent === null) return void sending.gate?.leave();
    for (const one of sent) await this.#follow(one);
  }

  async #follow({ sending, exchange, duplicates, used }: Answered): Promise<void> {
    const { attempt, run, retry } = sending;
    const [{ policy }, { contract, maxWaitMs = MAX_WAIT_MS }] = [run, this.#options];
    run.exchanges.push(exchange);
    this.#options.onExchange?.(exchange, run.plan);
    const { outcome } = exchange;
    const meant = (attempt.hangUp !== undefined && retry === 0) || isRestarted(run.plan);
    if (outcome.kind !== 'answer' && !meant) await this.#options.onSilence?.(outcome.reason, exchange.target);
    if (outcome.kind === 'unknown' && !meant) policy.hopeful = false;
    if (sending.renewed !== true && (await renewedFor(this.#options, exchange, used))) {
      sending.answered();
      await this.pace.take(1, makesAgain(contract, attempt));
      return this.#attempt({ ...sending, retry: retry + 1, gate: undefined, renewed: true });
    }
    const leftMs = sending.since + contract.finalWithin * 1000 - this.clock();
    const again = againAfter(exchange, contract, { policy, duplicates, maxWaitMs, retry, leftMs });
    // One that says when to come again is taken at its word.
    const inFront = outcome.kind === 'answer' && IN_FRONT.has(outcome.status) && !isRestarted(run.plan);
    if (inFront && (again === null || (retry > 0 && outcome.status !== 503)))
      await this.#options.onSilence?.(`answered ${outcome.status}`, exchange.target);
    if (again === null) return;
    sending.answered();
    if (again.afterMs >= LONG_PAUSE_MS) this.pauses += 1;
    const asks = `the answer to ${exchange.request.method} ${exchange.request.url} asks to come again then`;
    if (again.everybody) this.pace.pause(again.afterMs, asks);
    else await this.pace.sleep(again.afterMs, asks);
    await this.pace.take(1, makesAgain(contract, attempt));
    await this.#attempt({ ...sending, retry: retry + 1, gate: undefined, renewed: false });
  }

  /** `null` where a read has no resource to ask for. */
  async #exchange({ joined = [], ...first }: Sending): Promise<Answered[] | null> {
    const { attempt, run, number, retry, gate } = first;
    const { contract } = this.#options;
    const target = (attempt.target ?? 0) % this.#bases.length;
    const of = referenceOf(attempt);
    const id = of === undefined ? null : resourceOf(run.exchanges, of, this.#options.contract);
    if (readsResource(attempt) && id === null) return null;
    const base = this.#base(target);
    let items: Item[] = [];
    let packed: Packed | undefined;
    const make = (options: ClientOptions) => {
      const itemsOf = (one: Sending) => itemOf(one, id, base, options, this);
      items = [itemsOf(first), ...joined.map(itemsOf)];
      packed = this.#batches.pack(items as [Item, ...Item[]]);
      return packed.request;
    };
    const making = finished(this.#options, base, attempt, retry, make);
    const { request, used } = await (gate?.signing(making) ?? making);
    // Asked again, nothing is held back or cut off any more.
    const hangUp = retry === 0 ? attempt.hangUp : undefined;
    const fresh = attempt.framing?.connection === 'new' || (hangUp !== undefined && this.transport === 'h1');
    const to = placeOf(target, attempt.credential, this.#bases, this.#connections);
    const line = fresh ? run.lines.fresh(to) : run.lines.at(to, number - run.first);
    const writes = items.map(({ sending, key, request }) =>
      typeof key === 'string' ? run.writes.begin(sending, key, lasting(contract, request.body)) : null,
    );
    const sent = await this.#send(request, line, run.policy, { gate, hangUp });
    if (fresh) await line.close();
    for (const write of writes)
      if (write !== null && sent.outcome.kind === 'answer') write.until = sent.done ?? sent.sent;
    const at = { target, origin: base.origin };
    return exchangesOf({ ...(packed as Packed), request }, items, at, sent, contract).map((exchange, n) => {
      const { sending, prepared } = items[n] as Item;
      this.preparer.remember(exchange, prepared);
      return { sending, exchange, duplicates: run.writes.duplicates(writes[n] ?? null, sent.sent), used };
    });
  }

  async #send(
    request: WireRequest,
    line: Line,
    policy: Policy,
    how: Pick<SendOptions, 'gate' | 'hangUp' | 'limit'> = {},
  ): Promise<Sent> {
    const { signal } = this.#options;
    const timeoutMs = policy.hopeful ? this.#options.timeoutMs : Math.min(this.#options.timeoutMs, HOPELESS_MS);
    const sent = await line.send(request, { timeoutMs, signal, clock: () => this.clock(), ...how });
    if (sent.outcome.kind === 'answer') this.mask.learn(sent.outcome.headers);
    return sent;
  }

  /** Sends a request that belongs to no plan. */
  async #sendAside(
    make: (options: ClientOptions) => WireRequest,
    credential: CredentialUse,
    policy: Policy,
    how: Pick<SendOptions, 'limit'> = {},
  ): Promise<Sent> {
    const connections = this.#connections[placeOf(0, credential, this.#bases, this.#connections)] as Connections;
    const line = connections.borrow();
    try {
      for (let retry = 0; ; retry += 1) {
        const { request, used } = await finished(this.#options, this.#base(0), { credential }, retry, make);
        const sent = await this.#send(request, line, policy, how);
        if (retry > 0 || !(await renewedFor(this.#options, { credential, ...sent }, used))) return sent;
      }
    } finally {
      connections.giveBack(line);
    }
  }

  async #waitFor(step: Exclude<Step, Storm>, { exchanges, policy }: PlanRun): Promise<void> {
    if (step.do === 'wait') return this.pace.sleep(step.ms);
    const { contract, receiver } = this.#options;
    const id = resourceOf(exchanges, step.of, contract);
    if (id === null) return;
    if (step.do === 'settle') await settle(this, { contract, policy }, id, step);
    else await awaitDelivery(this, receiver, id, step);
  }

  #base(target: number): URL {
    return this.#bases[target] as URL;
  }
}
