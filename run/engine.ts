/** Sends plans and learns from them: what rounds, minimising and confirming have in common. */
import type { Client } from '../client/client.js';
import { EffectReader, ListUnreadable } from '../client/effects.js';
import { Policy } from '../client/policy.js';
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { isRefusal } from '../contracts/refusals.js';
import type { Exchange } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { Across } from '../judge/across-plans.js';
import { Account } from '../judge/effects.js';
import { judgeDeliveries, judgeHistory } from '../judge/judge-history.js';
import { observations } from '../judge/observations.js';
import { stuckKey } from '../judge/stuck.js';
import { answerWords } from '../judge/words.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import type { Case, Found, Ledger, Made } from './ledger.js';
import type { Settings } from './options.js';
import type { Planned } from './planning.js';
import { joinedHistory, recallPlan } from './recall.js';
import { StuckKeys } from './stuck-keys.js';

/** Called for every exchange, with the number of its plan. */
export type OnReading = (reading: Reading, plan: number) => void;

export class Engine {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly account: Account<Made>;
  /** How long all that this run sends is waited for. */
  readonly policy = new Policy();
  readonly stuck = new StuckKeys();
  readonly #settings: Settings;
  readonly #loaded: LoadedContract;
  readonly #onReading: OnReading | undefined;
  readonly #across: Across;
  #readers: EffectReader[] = [];
  /** Plans that waited for deliveries. */
  readonly #called: Made[] = [];
  #plans = 0;
  /** Why effects cannot be seen, or `null` while they can. */
  blind: string | null = null;
  /** Why no webhook can come, or `null` while none was ruled out. */
  uncalled: string | null = null;

  constructor(settings: Settings, client: Client, ledger: Ledger, onReading?: OnReading) {
    this.#onReading = onReading;
    this.client = client;
    this.ledger = ledger;
    this.#settings = settings;
    this.#loaded = settings.contract;
    this.#across = new Across(settings.contract.contract);
    this.account = new Account(settings.exclusive === true);
  }

  /** Finds out whether effects can be seen, and what exists before the run. */
  async beginEffects(): Promise<void> {
    const { list } = this.#loaded.contract.effects;
    if (list === null) {
      this.blind = 'the contract names no list of resources';
      return;
    }
    const credentials =
      this.#settings.credentials.second === undefined ? (['first'] as const) : (['first', 'second'] as const);
    this.#readers = credentials.map((credential) => new EffectReader(this.client, list, credential, this.policy));
    try {
      for (const reader of this.#readers) await reader.begin();
    } catch (error) {
      if (!(error instanceof ListUnreadable)) throw error;
      this.blind = error.message;
    }
  }

  /** Remembers requests that belong to no plan, so that their resources are no foreigners. */
  accountFor(readings: Reading[]): void {
    const exchanges = readings.map(({ exchange }) => exchange);
    const plan: Plan = { keys: [], steps: [] };
    this.account.add(
      { id: 'preflight', round: 0, seed: 0, path: '', plan, history: { plan, exchanges }, readings },
      readings,
    );
  }

  /** Sends a plan and keeps what it shows. Gives new findings, and why it was stopped if it was. */
  async send(
    planned: Planned,
    requirement: PlannedRequirement,
  ): Promise<{ made: Made; found: Found[]; stopped: Error | null }> {
    const { history, stopped } = await this.client.execute(planned.plan, this.policy);
    const judged = judgeHistory(history, this.#loaded);
    this.#tell(judged.readings);
    const made: Made = { ...planned, history, readings: judged.readings };
    const { deliveries = [] } = history.received ?? {};
    this.ledger.exercise(made, requirement.exercised(judged.readings, this.#loaded.contract, deliveries));
    if (history.received !== undefined) this.#called.push(made);
    if (requirement.needs?.includes('receiver') === true) this.#rememberRefusal(judged.readings);
    this.stuck.remember(planned.plan, judged.readings);
    this.policy.hopeful = this.stuck.none;
    const decided = lastTries(judged.readings, this.#loaded.contract);
    for (const one of observations(planned.plan, decided, this.#loaded.contract)) this.ledger.observe(one);
    const joined = [
      ...this.account.add(made, judged.readings),
      ...this.#across.add(planned.plan, judged.readings, decided),
    ];
    const found = [...judged.findings, ...joined].flatMap(
      (finding) => this.ledger.add(made, { history, readings: judged.readings, finding, effects: [] }) ?? [],
    );
    await this.#cleanUp(made);
    return { made, found, stopped };
  }

  /** Sends a request of an earlier plan once more, and judges then and now together. */
  async recall(earlier: Exchange, id: string): Promise<{ found: Found[]; last: Reading | undefined }> {
    const { history: now, stopped } = await this.client.execute(recallPlan(earlier, id), this.policy);
    if (stopped !== null) throw stopped;
    const history = joinedHistory(earlier, now);
    const { readings, findings } = judgeHistory(history, this.#loaded);
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

  /** Reads effects and gives the operations that have too many. */
  async countEffects(): Promise<Found[]> {
    const cases = await this.#excesses();
    return cases.flatMap(({ made, one }) => this.ledger.add(made, one) ?? []);
  }

  /** Sends a plan again, with new keys: the case if it breaks requirement `id`, otherwise `null`. */
  async tryAgain(planned: Planned, plan: Plan, id: string, byEffects: boolean): Promise<Case | null> {
    const { history, stopped } = await this.client.execute(plan, this.policy);
    if (stopped !== null) throw stopped;
    const { readings, findings } = judgeHistory(history, this.#loaded);
    this.#tell(readings);
    const made: Made = { ...planned, plan, history, readings };
    this.account.add(made, readings);
    await this.#cleanUp(made);
    const finding = findings.find((one) => one.id === id);
    if (finding !== undefined) return { history, readings, finding, effects: [] };
    if (!byEffects) return null;
    const cases = await this.#excesses();
    return cases.find((one) => one.made === made && one.one.finding.id === id)?.one ?? null;
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

  async #excesses(): Promise<{ made: Made; one: Case }[]> {
    if (this.blind !== null) return [];
    try {
      const effects = [];
      for (const reader of this.#readers) effects.push(...(await reader.read()));
      return this.account.count(effects).map(({ source, finding, ids }) => {
        const { history, readings } = source;
        return { made: source, one: { history, readings, finding, effects: ids } };
      });
    } catch (error) {
      if (!(error instanceof ListUnreadable)) throw error;
      this.blind = error.message;
      return [];
    }
  }

  /** Off loopback, or where the target has said that there is too much, nothing is left running. */
  async #cleanUp(made: Made): Promise<void> {
    const harmless = this.#settings.loopback && !this.client.pace.limited;
    if (harmless || this.#loaded.contract.cancel === null) return;
    const created = made.readings.filter(({ exchange }) => exchange.operation === 'create');
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
