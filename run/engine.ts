/** Sends plans and learns from them: what rounds, minimising and confirming have in common. */
import type { Client } from '../client/client.js';
import type { Mask } from '../client/mask.js';
import { Policy } from '../client/policy.js';
import { deliveriesFor } from '../client/waits.js';
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { isRefusal } from '../contracts/refusals.js';
import type { Effect, Exchange, History } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import { type Reading, readAs } from '../history/reading.js';
import { Across } from '../judge/across-plans.js';
import { isPassing } from '../judge/after-unknown.js';
import { countedTooMany } from '../judge/bounds.js';
import { Account } from '../judge/effects.js';
import type { Finding } from '../judge/finding.js';
import { type Judged, judgeDeliveries, judgeHistory } from '../judge/judge-history.js';
import { observations } from '../judge/observations.js';
import { isSettled } from '../judge/repeats.js';
import { Shapes } from '../judge/shapes.js';
import { stuckKey } from '../judge/stuck.js';
import { answerWords } from '../judge/words.js';
import { settled } from '../suites/exercised.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import { AfterUnknown, control } from './after-unknown.js';
import type { Planned } from './drawing.js';
import { LargeAnswers } from './large-answers.js';
import type { Case, Found, Ledger, Made } from './ledger.js';
import type { Leftovers } from './leftovers.js';
import { LostWrites } from './lost-writes.js';
import { Narrowing } from './narrow.js';
import { Observer } from './observer.js';
import type { Settings } from './options.js';
import { joinedHistory, recallPlan } from './recall.js';
import { Repeats } from './repeats.js';
import { type StuckKey, StuckKeys } from './stuck-keys.js';
import type { Watch } from './watch.js';

/** Called for every exchange, with the number of its plan, with what masks the secrets in it, and with the operation's contract. */
export type OnReading = (reading: Reading, plan: number, mask: Mask, contract: Contract) => void;

export class Engine {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly account: Account<Made>;
  /** How long all that this run sends is waited for. */
  readonly policy = new Policy();
  readonly stuck: StuckKeys;
  readonly afterUnknown: AfterUnknown;
  readonly repeats: Repeats;
  readonly observer: Observer;
  readonly narrowing: Narrowing;
  readonly lost: LostWrites;
  readonly answers = new LargeAnswers();
  readonly leftovers: Leftovers;
  readonly #watch: Watch;
  readonly #settings: Settings;
  readonly #loaded: LoadedContract;
  readonly #onReading: OnReading | undefined;
  readonly #across: Across;
  readonly #shapes = new Shapes();
  /** Plans that waited for deliveries. */
  readonly #called: Made[] = [];
  #plans = 0;
  /** Why no webhook can come, or `null` while none was ruled out. */
  uncalled: string | null = null;

  constructor(
    settings: Settings,
    client: Client,
    ledger: Ledger,
    parts: { watch: Watch; leftovers: Leftovers },
    onReading?: OnReading,
  ) {
    this.#watch = parts.watch;
    this.leftovers = parts.leftovers;
    this.#onReading = onReading;
    this.client = client;
    this.ledger = ledger;
    this.#settings = settings;
    this.#loaded = settings.contract;
    this.stuck = new StuckKeys(settings.contract.contract);
    this.afterUnknown = new AfterUnknown(settings.contract);
    this.repeats = new Repeats(settings.contract);
    this.#across = new Across(settings.contract.contract);
    this.account = new Account({ ...settings.contract.contract, exclusive: settings.exclusive === true });
    this.observer = new Observer({
      settings,
      client,
      policy: this.policy,
      accountFor: (history) => this.accountFor(history),
      cleanUp: (readings) => this.#cleanUp(readings),
      acknowledged: this.account.acknowledged,
    });
    const { policy, observer, account } = this;
    this.narrowing = new Narrowing({
      observer,
      account,
      ledger,
      clock: () => client.clock(),
      visibleMs: settings.contract.contract.visibleWithin * 1000,
      tryAgain: (made, plan, id) => this.tryAgain(made, plan, id, true),
    });
    this.lost = new LostWrites({
      settings,
      client,
      policy,
      ledger,
      observer,
      account,
      countToTheEnd: () => this.countToTheEnd(),
      sendAgain: async (made, plan) => (await this.sendFor({ ...made, plan })).readings,
    });
  }

  /** Why effects cannot be seen, or `null` while they can. */
  get blind(): string | null {
    return this.observer.blind;
  }

  /**
   * Remembers requests that belong to no requirement's plan, so that their resources are not foreign, and that what is
   * refused after an unknown outcome is not passed over.
   */
  accountFor(history: History): void {
    const made = this.#prepared(history);
    // Without steps: too many effects show in other plans.
    this.#account({ ...made, plan: { keys: [], steps: [] } });
    this.afterUnknown.remember(made);
  }

  /** Sends a plan and keeps what it shows. Gives new findings, and why it was stopped if it was. */
  async send(
    planned: Planned,
    requirement: PlannedRequirement,
  ): Promise<{ made: Made; found: Found[]; stopped: Error | null }> {
    const { history, stopped } = await this.#execute(planned.plan, requirement.id);
    const judged = this.#judge(history);
    this.#tell(judged.readings);
    const made: Made = { ...planned, history, readings: judged.readings };
    const { deliveries = [] } = history.received ?? {};
    this.ledger.exercise(made, requirement.exercised(judged.readings, this.#loaded.contract, deliveries, made.plan));
    if (history.received !== undefined) this.#called.push(made);
    if (this.observer.onlyCounts) this.narrowing.remember(made);
    if (requirement.needs?.includes('receiver') === true) this.#rememberRefusal(judged.readings);
    this.stuck.remember(planned.plan, judged.readings);
    this.afterUnknown.remember(made);
    this.repeats.remember(made, requirement);
    this.policy.hopeful = this.stuck.none;
    const decided = lastTries(judged.readings, this.#loaded.contract);
    for (const one of observations(planned.plan, decided, this.#loaded.contract)) this.ledger.observe(one);
    const joined = [...this.#account(made), ...this.#across.add(planned.plan, judged.readings, decided)];
    const isAfterwards = ({ proof }: Finding) =>
      proof.some((index) => this.#watch.isAfterwards(judged.readings[index]?.exchange as Exchange));
    const found = [...judged.findings.filter((one) => !isAfterwards(one)), ...joined].flatMap(
      (finding) => this.ledger.add(made, { history, readings: judged.readings, finding, effects: [] }) ?? [],
    );
    await this.#cleanUp(made.readings);
    return { made, found, stopped };
  }

  /** Sends a plan that looks for something that other plans depend on, and is judged by none. */
  async look(plan: Plan): Promise<Reading[]> {
    const { history, stopped } = await this.client.execute(plan, this.policy);
    if (stopped !== null) throw stopped;
    const made = this.#prepared(history);
    this.#account(made);
    this.afterUnknown.remember(made);
    await this.#cleanUp(made.readings);
    return made.readings;
  }

  /** Judges with what was learned before, and learns from it. */
  #judge(history: History): Judged {
    const judged = judgeHistory(history, this.#loaded, this.#shapes);
    this.answers.put(history.exchanges);
    this.policy.runsMs = this.#shapes.running.longestMs;
    return judged;
  }

  #prepared(history: History): Made {
    const { plan } = history;
    const { readings } = this.#judge(history);
    return { id: '', round: 0, seed: this.#settings.seed, path: '', plan, history, readings };
  }

  /**
   * Sends a request of an earlier plan once more, and judges then and now together.
   * @param before what else was sent under its key, and may have been running
   */
  async recall(
    earlier: Exchange,
    { id, exercised }: Pick<Requirement, 'id' | 'exercised'>,
    before: Exchange[] = [],
  ): Promise<{ found: Found[]; last: Reading | undefined }> {
    const { history: now, stopped } = await this.#execute(recallPlan(earlier, id), id);
    if (stopped !== null) throw stopped;
    const history = joinedHistory([...before, earlier], now);
    const { readings, findings } = this.#judge(history);
    const answers = readings.slice(before.length + 1);
    this.observer.sent(answers);
    this.account.addAgain(answers);
    this.#tell(answers);
    const made: Made = { id, round: 0, seed: this.#settings.seed, path: '', plan: history.plan, history, readings };
    const { contract } = this.#loaded;
    const shown = before.length > 0 && exercised?.(readings, contract, [], made.plan) === true;
    this.ledger.exercise(made, shown || settled(readings, contract).length > 1);
    // What ran beside the earlier one is judged by its own plan: a finding is new where the answers of now are in it.
    const found = findings
      .filter(({ proof }) => proof.some((index) => index > before.length))
      .flatMap((finding) => this.ledger.add(made, { history, readings, finding, effects: [] }) ?? []);
    return { found, last: readings.at(-1) };
  }

  /** Judges again what was delivered, for an event may come late. */
  lateDeliveries(): Found[] {
    return this.#called.flatMap((made) => {
      const { contract } = this.#loaded;
      const deliveries = deliveriesFor(made.history.exchanges, contract, this.client.receiver);
      const history = { ...made.history, received: { deliveries, until: this.client.clock() } };
      const { readings, findings } = judgeDeliveries(history, this.#loaded);
      return findings.flatMap((finding) => this.ledger.add(made, { history, readings, finding, effects: [] }) ?? []);
    });
  }

  /** Asks for a key that was left without a final answer, for the requirement that such keys break. */
  async askStuck(key: StuckKey, about: Requirement): Promise<Found[]> {
    const { found, last } = await this.recall(key.reading.exchange, about, key.before);
    this.stuck.answered(key, last);
    return found;
  }

  /** A key that never got a final answer. */
  reportStuck(reading: Reading, { id }: Requirement): Found[] {
    const plan = recallPlan(reading.exchange, id);
    const history = { plan, exchanges: [{ ...reading.exchange, attempt: 0, step: 0 }] };
    const readings = [readAs(reading, { exchange: history.exchanges[0] as Exchange })];
    const made: Made = { id, round: 0, seed: this.#settings.seed, path: '', plan, history, readings };
    const finding = stuckKey(this.#loaded.contract.finalWithin);
    return [this.ledger.add(made, { history, readings, finding, effects: [] }) ?? []].flat();
  }

  /** Asks again for some of a requirement's repeats that could not be read. Gives new findings. */
  async askRepeats(id: string): Promise<Found[]> {
    const asked = this.repeats.open(id).map(async (one): Promise<Found[]> => {
      const { made, first, open } = one;
      // Where no request was accepted, the same body under a new key shows whether it is the repeat that is refused.
      if (first.kind !== 'ok' && open.ending !== 'unreadable') {
        const { readings } = await this.sendFor({ ...made, plan: control(made, first) });
        if (!readings.some(({ kind }) => kind === 'ok')) {
          if (!readings.some((x) => isPassing(x, this.#loaded.contract))) this.repeats.settle(one);
          return [];
        }
      }
      const { found, last } = await this.recall(first.exchange, { id });
      if (last !== undefined && isSettled(last, first, this.#loaded.contract)) this.repeats.settle(one);
      return found;
    });
    return (await Promise.all(asked)).flat();
  }

  /** Sends a plan that is judged by nobody yet, and keeps what it made. */
  async sendFor(planned: Planned): Promise<Made> {
    const { history, stopped } = await this.#execute(planned.plan, planned.id);
    if (stopped !== null) throw stopped;
    const { readings } = this.#judge(history);
    this.#tell(readings);
    const made: Made = { ...planned, history, readings };
    this.#account(made);
    await this.#cleanUp(readings);
    return made;
  }

  /** Resources that a request made and no answer names, as far as effects are seen; `null` where it cannot be said. */
  resourcesOf(reading: Reading): string[] | null {
    if (this.blind !== null || this.observer.onlyCounts || this.account.ambiguous > 0) return null;
    return this.account.unnamedOf(reading);
  }

  /** A resource that was acknowledged and is lost, once no more is sent, for the requirement that this breaks. */
  async findLost({ id }: Requirement, signal: AbortSignal): Promise<Found[]> {
    return this.#added(this.blind === null ? await this.lost.look(id, signal) : []);
  }

  /** Reads effects and gives the operations that have too many. */
  async countEffects(): Promise<Found[]> {
    if (this.observer.onlyCounts) return this.#countByNumber();
    return this.#added(this.#excessesIn(await this.#read(true)));
  }

  /** The same from all that is shown, read to its end; `complete`: whether that was possible. */
  async countToTheEnd(): Promise<{ found: Found[]; complete: boolean }> {
    const begun = this.client.clock();
    const { effects, complete } = await this.observer.readToTheEnd();
    this.account.acknowledged.show(effects, begun);
    if (this.observer.onlyCounts) return { found: await this.#countByNumber(), complete };
    return { found: this.#added(this.#excessesIn(effects)), complete };
  }

  /** Effects that were not read before. */
  async #read(controlled: boolean): Promise<Effect[]> {
    const begun = this.client.clock();
    const effects = await this.observer.read(controlled);
    this.account.acknowledged.show(effects, begun);
    return effects;
  }

  /** Those that answers named exist for certain: a number shows whether there are others. */
  async #countByNumber(): Promise<Found[]> {
    const named = this.blind === null ? this.account.acknowledged.effects() : [];
    return [...this.#added(this.#excessesIn(named)), ...(await this.narrowing.count())];
  }

  #added(cases: { made: Made; one: Case }[]): Found[] {
    return cases.flatMap(({ made, one }) => this.ledger.add(made, one) ?? []);
  }

  /** Sends a plan again, with new keys: the case if it breaks requirement `id`, otherwise `null`. */
  async tryAgain(planned: Planned, plan: Plan, id: string, byEffects: boolean): Promise<Case | null> {
    const counts = byEffects && this.observer.onlyCounts;
    const before = counts ? await this.observer.settled() : null;
    const { history, stopped } = await this.#execute(plan, id);
    if (stopped !== null) throw stopped;
    const { readings, findings } = this.#judge(history);
    this.#tell(readings);
    const made: Made = { ...planned, plan, history, readings };
    const decided = lastTries(readings, this.#loaded.contract);
    const joined = [...this.#account(made), ...this.#across.add(plan, readings, decided)];
    const after = counts ? await this.observer.settled() : null;
    await this.#cleanUp(made.readings);
    const finding = [...findings, ...joined].find((one) => one.id === id);
    if (finding !== undefined) return { history, readings, finding, effects: [] };
    if (counts) {
      const counted = before === null || after === null ? null : countedTooMany(plan, readings, after - before);
      return counted?.id === id ? { history, readings, finding: counted, effects: [] } : null;
    }
    if (!byEffects) return null;
    const cases = this.#excessesIn(await this.#read(false));
    return cases.find((one) => one.made === made && one.one.finding.id === id)?.one ?? null;
  }

  #account(made: Made): Finding[] {
    this.observer.sent(made.readings);
    return this.account.add(made, made.readings);
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
      outcome.kind === 'answer' && isRefusal(validation, outcome, json);
    if (refused === undefined || !writes.every(isRefused)) return;
    this.uncalled = `the target refuses the receiver’s address ${this.client.receiver?.url}: ${answerWords(refused)}`;
  }

  #tell(readings: Reading[]): void {
    this.#plans += 1;
    for (const reading of readings) this.#onReading?.(reading, this.#plans, this.client.mask, this.#loaded.contract);
  }

  /** Operations with too many effects; those of control writes show in other plans. */
  #excessesIn(effects: Effect[]): { made: Made; one: Case }[] {
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
    const named = ({ id, exchange }: Reading) => [...(id === null ? [] : [id]), ...(exchange.batch?.beside ?? [])];
    const ids = new Map(created.flatMap((x) => named(x).map((id) => [id, x.exchange.credential] as const)));
    for (const [id, credential] of ids) {
      this.account.acknowledged.tidy(id);
      await this.leftovers.cancel(this.client, id, credential, this.policy);
    }
  }
}

/** What a target decided in the end: without what was asked again, and without what a rate limit kept from it. */
function lastTries(readings: Reading[], { errors }: Contract): Reading[] {
  return readings.filter(({ exchange, json }) => {
    const { attempt, time, retry, outcome } = exchange;
    if (outcome.kind === 'answer' && isRefusal(errors.rateLimited, outcome, json)) return false;
    return !readings.some(
      ({ exchange: other }) => other.attempt === attempt && other.time === time && other.retry > retry,
    );
  });
}
