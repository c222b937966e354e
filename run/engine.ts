/** Sends plans and learns from them: what rounds, minimising and confirming have in common. */
import type { Client } from '../client/client.js';
import { Policy } from '../client/policy.js';
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { isRefusal } from '../contracts/refusals.js';
import type { Exchange } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { Across } from '../judge/across-plans.js';
import { countedTooMany } from '../judge/bounds.js';
import { Account } from '../judge/effects.js';
import type { Finding } from '../judge/finding.js';
import { judgeDeliveries, judgeHistory } from '../judge/judge-history.js';
import { observations } from '../judge/observations.js';
import { stuckKey } from '../judge/stuck.js';
import { answerWords } from '../judge/words.js';
import { requirementById } from '../suites/index.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import { AfterUnknown, askingAgain, caseOf, control } from './after-unknown.js';
import type { Case, Found, Ledger, Made } from './ledger.js';
import { operationsOf, type Suspect, suspectOf } from './narrow.js';
import { Observer } from './observer.js';
import type { Settings } from './options.js';
import type { Planned } from './planning.js';
import { joinedHistory, recallPlan } from './recall.js';
import { StuckKeys } from './stuck-keys.js';
import type { Watch } from './watch.js';

/** Called for every exchange, with the number of its plan. */
export type OnReading = (reading: Reading, plan: number) => void;

export class Engine {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly account: Account<Made>;
  /** How long all that this run sends is waited for. */
  readonly policy = new Policy();
  readonly stuck = new StuckKeys();
  readonly afterUnknown: AfterUnknown;
  readonly observer: Observer;
  readonly #settings: Settings;
  readonly #loaded: LoadedContract;
  readonly #onReading: OnReading | undefined;
  readonly #across: Across;
  /** Plans that waited for deliveries. */
  readonly #called: Made[] = [];
  /** Plans that were sent since effects were last counted, where only their number is seen. */
  readonly #uncounted: Made[] = [];
  /** Effects beyond those acknowledged that were looked into. */
  #explained = 0;
  /** Effects that no answer names, and that no plan sent alone has again: where only their number is seen. */
  unattributed = 0;
  #plans = 0;
  /** Why no webhook can come, or `null` while none was ruled out. */
  uncalled: string | null = null;

  readonly #watch: Watch;

  constructor(settings: Settings, client: Client, ledger: Ledger, watch: Watch, onReading?: OnReading) {
    this.#watch = watch;
    this.#onReading = onReading;
    this.client = client;
    this.ledger = ledger;
    this.#settings = settings;
    this.#loaded = settings.contract;
    this.afterUnknown = new AfterUnknown(settings.contract);
    this.#across = new Across(settings.contract.contract);
    this.account = new Account(settings.exclusive === true);
    this.observer = new Observer({
      settings,
      client,
      policy: this.policy,
      accountFor: (readings) => this.accountFor(readings),
      cleanUp: (readings) => this.#cleanUp(readings),
    });
  }

  /** Why effects cannot be seen, or `null` while they can. */
  get blind(): string | null {
    return this.observer.blind;
  }

  /** Remembers requests that belong to no plan, so that their resources are no foreigners. */
  accountFor(readings: Reading[]): void {
    const exchanges = readings.map(({ exchange }) => exchange);
    const plan: Plan = { keys: [], steps: [] };
    this.#account({ id: 'preflight', round: 0, seed: 0, path: '', plan, history: { plan, exchanges }, readings });
  }

  /** Sends a plan and keeps what it shows. Gives new findings, and why it was stopped if it was. */
  async send(
    planned: Planned,
    requirement: PlannedRequirement,
  ): Promise<{ made: Made; found: Found[]; stopped: Error | null }> {
    const { history, stopped } = await this.#execute(planned.plan, requirement.id);
    const judged = judgeHistory(history, this.#loaded);
    this.#tell(judged.readings);
    const made: Made = { ...planned, history, readings: judged.readings };
    const { deliveries = [] } = history.received ?? {};
    this.ledger.exercise(made, requirement.exercised(judged.readings, this.#loaded.contract, deliveries));
    if (history.received !== undefined) this.#called.push(made);
    if (this.observer.onlyCounts) this.#uncounted.push(made);
    if (requirement.needs?.includes('receiver') === true) this.#rememberRefusal(judged.readings);
    this.stuck.remember(planned.plan, judged.readings);
    this.afterUnknown.remember(made);
    this.policy.hopeful = this.stuck.none;
    const decided = lastTries(judged.readings, this.#loaded.contract);
    for (const one of observations(planned.plan, decided, this.#loaded.contract)) this.ledger.observe(one);
    const joined = [...this.#account(made), ...this.#across.add(planned.plan, judged.readings, decided)];
    const found = [...judged.findings, ...joined].flatMap(
      (finding) => this.ledger.add(made, { history, readings: judged.readings, finding, effects: [] }) ?? [],
    );
    await this.#cleanUp(made.readings);
    return { made, found, stopped };
  }

  /** Sends a plan that looks for something that other plans depend on, and is judged by none. */
  async look(plan: Plan): Promise<Reading[]> {
    const { history, stopped } = await this.client.execute(plan, this.policy);
    if (stopped !== null) throw stopped;
    const { readings } = judgeHistory(history, this.#loaded);
    const made: Made = { id: 'preflight', round: 0, seed: 0, path: '', plan, history, readings };
    this.#account(made);
    await this.#cleanUp(readings);
    return readings;
  }

  /** Sends a request of an earlier plan once more, and judges then and now together. */
  async recall(earlier: Exchange, id: string): Promise<{ found: Found[]; last: Reading | undefined }> {
    const { history: now, stopped } = await this.#execute(recallPlan(earlier, id), id);
    if (stopped !== null) throw stopped;
    const history = joinedHistory(earlier, now);
    const { readings, findings } = judgeHistory(history, this.#loaded);
    this.observer.sent(readings);
    this.#tell(readings.slice(1));
    const made: Made = { id, round: 0, seed: this.#settings.seed, path: '', plan: history.plan, history, readings };
    this.ledger.exercise(made, readings.filter((x) => x.kind === 'ok').length > 1);
    const found = findings.flatMap(
      (finding) => this.ledger.add(made, { history, readings, finding, effects: [] }) ?? [],
    );
    return { found, last: readings.at(-1) };
  }

  /** Judges again what was delivered, for an event may come late. */
  lateDeliveries(): Found[] {
    return this.#called.flatMap((made) => {
      const { exchanges, plan } = made.history;
      const received = { deliveries: this.client.deliveriesFor(exchanges), until: this.client.clock() };
      const history = { plan, exchanges, received };
      const { readings, findings } = judgeDeliveries(history, this.#loaded);
      return findings.flatMap((finding) => this.ledger.add(made, { history, readings, finding, effects: [] }) ?? []);
    });
  }

  /** Asks for a key that was left without a final answer, for the requirement that such keys break. */
  async askStuck(earlier: Exchange, { id }: Requirement): Promise<Found[]> {
    const { found, last } = await this.recall(earlier, id);
    this.stuck.answered(last);
    return found;
  }

  /** A key that never got a final answer. */
  reportStuck(reading: Reading, { id }: Requirement): Found[] {
    const plan = recallPlan(reading.exchange, id);
    const history = { plan, exchanges: [{ ...reading.exchange, attempt: 0, step: 0 }] };
    const readings = [{ ...reading, exchange: history.exchanges[0] as Exchange }];
    const made: Made = { id, round: 0, seed: this.#settings.seed, path: '', plan, history, readings };
    const finding = stuckKey(this.#loaded.contract.finalWithin);
    const found = this.ledger.add(made, { history, readings, finding, effects: [] });
    return found === null ? [] : [found];
  }

  /** Tells keys that are refused since an unknown outcome from bodies that are: the same body is sent under a new key. */
  async controlAfterUnknown(): Promise<void> {
    this.afterUnknown.keepOldest();
    const sent = this.afterUnknown.open().map(async (key) => {
      const readings = await this.#sendAgain(key.made, control(key));
      if (!readings.some(({ kind }) => kind === 'ok')) this.afterUnknown.drop(key);
    });
    await Promise.all(sent);
  }

  /** Asks once more for keys that are refused since their outcome was unknown. */
  async askAfterUnknown(): Promise<void> {
    const asked = this.afterUnknown.open().map(async (key) => {
      this.afterUnknown.answered(key, await this.#sendAgain(key.made, askingAgain(key)));
    });
    await Promise.all(asked);
  }

  async #sendAgain(made: Made, plan: Plan): Promise<Reading[]> {
    const { history, stopped } = await this.client.execute(plan, this.policy);
    if (stopped !== null) throw stopped;
    const { readings } = judgeHistory(history, this.#loaded);
    this.#tell(readings);
    this.#account(made, readings);
    return readings;
  }

  /** What those keys come to, once effects were read long enough after their last answers. */
  reportAfterUnknown(): Found[] {
    return this.afterUnknown.open().flatMap((key) => {
      const attributed = this.blind === null && !this.observer.onlyCounts;
      const resources = attributed ? this.account.unnamedOf(key.ending.unknown) : null;
      if (key.ending.is === 'refused' && (resources === null || this.account.ambiguous > 0)) {
        this.afterUnknown.undecided += 1;
        return [];
      }
      const { made, one } = caseOf(key, resources ?? []);
      const { skip } = requirementById(one.finding.id);
      if ((skip?.(this.#loaded.contract) ?? null) !== null) return [];
      return this.ledger.add({ ...made, id: key.made.id, seed: this.#settings.seed }, one) ?? [];
    });
  }

  /** Reads effects and gives the operations that have too many. */
  async countEffects(): Promise<Found[]> {
    if (this.observer.onlyCounts) return this.#narrowed();
    const cases = await this.#excesses(true);
    return cases.flatMap(({ made, one }) => this.ledger.add(made, one) ?? []);
  }

  /** Sends a plan again, with new keys: the case if it breaks requirement `id`, otherwise `null`. */
  async tryAgain(planned: Planned, plan: Plan, id: string, byEffects: boolean): Promise<Case | null> {
    const counts = byEffects && this.observer.onlyCounts;
    const before = counts ? await this.observer.settled() : null;
    const { history, stopped } = await this.#execute(plan, id);
    if (stopped !== null) throw stopped;
    const { readings, findings } = judgeHistory(history, this.#loaded);
    this.#tell(readings);
    const made: Made = { ...planned, plan, history, readings };
    this.#account(made);
    const after = counts ? await this.observer.settled() : null;
    await this.#cleanUp(made.readings);
    const finding = findings.find((one) => one.id === id);
    if (finding !== undefined) return { history, readings, finding, effects: [] };
    if (counts) {
      const counted = before === null || after === null ? null : countedTooMany(plan, readings, after - before);
      return counted?.id === id ? { history, readings, finding: counted, effects: [] } : null;
    }
    if (!byEffects) return null;
    const cases = await this.#excesses(false);
    return cases.find((one) => one.made === made && one.one.finding.id === id)?.one ?? null;
  }

  /** Counts effects, and where there are too many, sends the plans since the last time again, each alone. */
  async #narrowed(): Promise<Found[]> {
    const plans = this.#uncounted.splice(0);
    const total = await this.observer.total();
    if (total === null) return [];
    this.account.created = total.counted;
    const surplus = total.counted - total.least - this.#explained;
    if (surplus <= 0) return [];
    const found: Found[] = [];
    for (const made of plans) found.push(...(await this.#alone(made)));
    if (found.length === 0) this.unattributed += surplus;
    const now = await this.observer.total();
    this.#explained = now === null ? 0 : now.counted - now.least;
    return found;
  }

  /** Sends a plan again alone, and where it makes too many resources, its operations one by one. */
  async #alone(made: Made): Promise<Found[]> {
    const [whole, operations] = [suspectOf(made), operationsOf(made)];
    if ([whole, ...operations].every(({ id }) => this.ledger.findings.has(id))) return [];
    const again = ({ plan, id }: Suspect) => this.tryAgain(made, plan, id, true);
    if ((await again(whole)) === null) return [];
    const found: Found[] = [];
    // What a number shows stands only where it shows it again.
    for (const one of operations) {
      const shown = (await again(one)) === null ? null : await again(one);
      if (shown !== null) found.push(...[this.ledger.add(made, shown)].filter((x) => x !== null));
    }
    if (found.length > 0) return found;
    const shown = await again(whole);
    return shown === null ? [] : [this.ledger.add(made, shown)].filter((x) => x !== null);
  }

  #account(made: Made, readings = made.readings): Finding[] {
    this.observer.sent(readings);
    return this.account.add(made, readings);
  }

  #execute(plan: Plan, id: string): ReturnType<Client['execute']> {
    this.#watch.name(plan, id);
    return this.client.execute(plan, this.policy);
  }

  /** A target may take no callbacks on loopback, or not over HTTP. */
  #rememberRefusal(readings: Reading[]): void {
    const writes = readings.filter(({ exchange }) => exchange.operation === 'create');
    const [refused] = writes;
    const { validation } = this.#loaded.contract.errors;
    const isRefused = ({ exchange: { outcome }, json }: Reading) =>
      outcome.kind === 'answer' && isRefusal(validation, outcome.status, json);
    if (refused === undefined || !writes.every(isRefused)) return;
    this.uncalled = `the target refuses the receiver’s address ${this.client.receiver?.url}: ${answerWords(refused)}`;
  }

  #tell(readings: Reading[]): void {
    this.#plans += 1;
    for (const reading of readings) this.#onReading?.(reading, this.#plans);
  }

  /** Operations with too many effects; those of control writes show in other plans. */
  async #excesses(controlled: boolean): Promise<{ made: Made; one: Case }[]> {
    const effects = await this.observer.read(controlled);
    const excesses = this.account.count(effects).filter(({ source }) => source.plan.steps.length > 0);
    return excesses.map(({ source, finding, ids }) => {
      const { history, readings } = source;
      return { made: source, one: { history, readings, finding, effects: ids } };
    });
  }

  /** Off loopback, or where the target has said that there is too much, nothing is left running. */
  async #cleanUp(readings: Reading[]): Promise<void> {
    const harmless = this.#settings.loopback && !this.client.pace.limited;
    if (harmless || this.#loaded.contract.cancel === null) return;
    const created = readings.filter(({ exchange }) => exchange.operation === 'create');
    const ids = new Map(created.flatMap((x) => (x.id === null ? [] : [[x.id, x.exchange.credential] as const])));
    for (const [id, credential] of ids) await this.client.cancel(id, credential, this.policy);
  }
}

/** What a target decided in the end: without what was asked again, and without what a rate limit kept from it. */
function lastTries(readings: Reading[], { errors }: Contract): Reading[] {
  return readings.filter(({ exchange, json }) => {
    const { attempt, time, retry, outcome } = exchange;
    if (outcome.kind === 'answer' && isRefusal(errors.rateLimited, outcome.status, json)) return false;
    return !readings.some(
      ({ exchange: other }) => other.attempt === attempt && other.time === time && other.retry > retry,
    );
  });
}
