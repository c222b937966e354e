/** Looks for resources that answers named and that nothing shows, once all is sent. */
import type { Client } from '../client/client.js';
import type { Policy } from '../client/policy.js';
import type { Contract } from '../contracts/contract.js';
import type { Exchange } from '../history/history.js';
import { attemptsOf, type CreateAttempt, type Plan, writeOf } from '../history/plan.js';
import { type Reading, readAs } from '../history/reading.js';
import type { Account, Lacking } from '../judge/effects.js';
import { lackingFinding } from '../judge/lacking.js';
import { type Losses, lostFinding, type Write, waysOf } from '../judge/lost-writes.js';
import type { Case, Ledger, Made } from './ledger.js';
import type { Observer } from './observer.js';
import type { Settings } from './options.js';
import { keepAttempts } from './smaller.js';

/** Most resources that are read by their ids. */
const MOST_READ = 100;

/** Most resources that are compared with one of the same body under a new key. */
const MOST_COMPARED = 8;

/** What it needs of the run that it is part of. */
interface Surroundings {
  settings: Settings;
  client: Client;
  policy: Policy;
  ledger: Ledger;
  observer: Observer;
  account: Account<Made>;
  /** Reads effects to the end of what shows them; `complete`: whether that was possible. */
  countToTheEnd(): Promise<{ complete: boolean }>;
  /** Sends what belongs to an earlier plan and is judged by none. */
  sendAgain(made: Made, plan: Plan): Promise<Reading[]>;
}

export class LostWrites {
  readonly #of: Surroundings;
  readonly #contract: Contract;
  /** Seconds that a resource has to show, and those in which it is still looked for. */
  readonly #visible: number;
  readonly #longest: number;
  /** Why it cannot be said that none is lost, or `null`. */
  undecided: string | null = 'the run ended before they were looked for';

  constructor(surroundings: Surroundings) {
    this.#of = surroundings;
    const {
      given,
      contract: { contract },
    } = surroundings.settings;
    this.#contract = contract;
    this.#visible = contract.visibleWithin;
    // Neither flags nor documents say how long it takes.
    const byFlags = given.endpoint?.endpoint !== undefined || given.openapi !== undefined;
    this.#longest = byFlags ? Math.max(contract.visibleWithin, contract.finalWithin) : contract.visibleWithin;
  }

  /**
   * The case of one that is lost, where there is one; where answers name nothing, one of each requirement that is broken. Nothing else may be sent meanwhile.
   * @param id of the requirement for which what only shows late is observed
   */
  async look(id: string, signal: AbortSignal): Promise<{ made: Made; one: Case }[]> {
    if (this.#contract.create.id === null) return this.#lookForNameless(signal);
    return [(await this.#lookFor(id, signal)) ?? []].flat();
  }

  async #lookFor(id: string, signal: AbortSignal): Promise<{ made: Made; one: Case } | null> {
    const first = await this.#read();
    const shown = first === null ? null : await this.#waited(id, first, signal);
    if (shown === null) return null;
    const { acknowledged } = this.#of.account;
    if (acknowledged.missing(shown).length > 0) return this.#decide(id);
    this.undecided =
      acknowledged.seen(shown) > 0 ? null : 'the lists show none of the resources that were acknowledged';
    return null;
  }

  /** The same where answers name nothing: operations with fewer resources than keys that were acknowledged. */
  async #lookForNameless(signal: AbortSignal): Promise<{ made: Made; one: Case }[]> {
    const { client, account } = this.#of;
    const lacking = await this.#lacking();
    if (lacking === null || lacking.length === 0) return [];
    const first = new Map(lacking.map((one) => [lackingCase(one).one.finding.id, one] as const).toReversed());
    // The same bodies under new keys, alone: where these do not show, the list may hide such bodies.
    const compared = [...first.values()].slice(0, MOST_COMPARED).map(async (one) => {
      const write = { source: one.source, reading: one.acknowledged.at(-1) as Reading };
      const plan = control(write);
      return { one, sent: plan === null ? [] : await this.#of.sendAgain(one.source, plan) };
    });
    const controls = await Promise.all(compared);
    await client.pace.sleep(this.#longest * 1000);
    const still = signal.aborted ? null : await this.#lacking();
    if (still === null || still.length === 0) return [];
    const known = new Set(still.map(({ acknowledged }) => acknowledged[0]));
    const lost = controls.filter(({ one, sent }) => {
      const last = sent.findLast(({ kind }) => kind === 'ok');
      return last !== undefined && account.isSeen(last) && known.has(one.acknowledged[0]);
    });
    if (lost.length === 0)
      this.undecided = `${still.length} operations have fewer resources in the list than keys that were acknowledged, and those of the same bodies that were made in their place do not show either`;
    return lost.map(({ one }) => lackingCase(one));
  }

  /** Operations that lack resources, once all should show; `null` where that cannot be found out. */
  async #lacking(): Promise<Lacking<Made>[] | null> {
    const { client, account, observer } = this.#of;
    this.undecided = observer.blind;
    // A number that rises by less than was acknowledged is not relied on.
    if (observer.blind !== null || observer.onlyCounts) return null;
    for (const seconds of [0, Math.max(this.#longest, 0.1)]) {
      await client.pace.sleep(seconds * 1000);
      const { complete } = await this.#of.countToTheEnd();
      this.undecided = observer.blind ?? (complete ? null : 'the lists cannot be read to their ends');
      if (this.undecided !== null) return null;
      const lacking = account.lacking(this.#contract).filter(isJudged);
      if (lacking.length === 0 || seconds > 0) return lacking;
    }
    return null;
  }

  /** Reads until all is shown, or all should be; `null` where that cannot be found out. */
  async #waited(id: string, first: Set<string>, signal: AbortSignal): Promise<Set<string> | null> {
    const { client, ledger } = this.#of;
    const { acknowledged } = this.#of.account;
    const lone = (ledger.durations.get('created') ?? []).reduce((a, b) => Math.max(a, b), 0);
    const start = client.clock();
    const due = start + this.#visible * 1000 + lone;
    const until = start + this.#longest * 1000 + lone;
    let [shown, begun] = [first, start];
    while (acknowledged.missing(shown).length > 0 && client.clock() < until) {
      await client.pace.sleep(Math.min(1000, until - client.clock()));
      if (signal.aborted) return null;
      const [before, late] = [acknowledged.missing(shown).length, begun >= due];
      begun = client.clock();
      const now = await this.#read();
      if (now === null) return null;
      shown = now;
      if (late) this.#observeLate(id, before - acknowledged.missing(shown).length);
    }
    return shown;
  }

  async #decide(id: string): Promise<{ made: Made; one: Case } | null> {
    const { acknowledged } = this.#of.account;
    const [first, second] = [await this.#read(), await this.#read()];
    if (first === null || second === null) return null;
    const shown = new Set([...first, ...second]);
    const missing = acknowledged.missing(shown);
    this.#observeLate(id, acknowledged.missing(first).length - missing.length);
    if (missing.length === 0) {
      this.undecided = null;
      return null;
    }
    const { gone, found, status } = await this.#byId(missing);
    for (const one of found) shown.add(one.id);
    const asked = new Set([...gone, ...found].map((one) => one.id));
    // Whether those are there that were not asked for is not known.
    const aside = new Set(missing.flatMap((one) => (asked.has(one.id) ? [] : [one.id])));
    const beside = gone.filter((one) => acknowledged.isBeside(one, shown, aside));
    const lost = await this.#compared(beside.slice(0, MOST_COMPARED));
    if (lost === null) return null;
    const [one] = lost;
    if (one === undefined) {
      const which = `${missing.length} of ${acknowledged.size} acknowledged resources are not in the list`;
      const why = this.#open({ gone, found, beside });
      this.undecided = why === null ? null : `${which}, ${why}`;
      return null;
    }
    this.undecided = null;
    const ways = beside.map(waysOf);
    return caseOf(one, {
      lost: beside.length,
      of: acknowledged.size,
      stormy: ways.filter(({ stormy }) => stormy).length,
      hungUp: ways.filter(({ hungUp }) => hungUp).length,
      status,
    });
  }

  /** Why it cannot be said of those that are missing, or `null` where they are there. */
  #open({ gone, found, beside }: { gone: Write<Made>[]; found: Write<Made>[]; beside: Write<Made>[] }): string | null {
    if (beside.length > 0) return 'and those of the same bodies that were made in their place do not show either';
    if (gone.length === 0) return found.length > 0 ? null : 'and reading them by their ids decides nothing';
    const advice = this.#contract.get === null ? ': say in the contract how one is read by its id (`get`)' : '';
    return `which shows few of those that are as old${advice}`;
  }

  /** Reads them by their ids, where the contract has that: a list may hide what reading finds. */
  async #byId(missing: Write<Made>[]): Promise<{ gone: Write<Made>[]; found: Write<Made>[]; status: number | null }> {
    const { get } = this.#contract;
    if (get === null) return { gone: missing, found: [], status: null };
    const step = Math.max(1, Math.ceil(missing.length / MOST_READ));
    const [gone, found]: Write<Made>[][] = [[], []];
    for (const one of missing.filter((_, n) => n % step === 0)) {
      const status = await this.#statusOf(get.path, one);
      if (status === 404) gone?.push(one);
      else if (status !== null && status >= 200 && status < 300) found?.push(one);
    }
    return { gone: gone ?? [], found: found ?? [], status: 404 };
  }

  async #statusOf(path: string, { id, reading }: Write<Made>): Promise<number | null> {
    const { client, policy } = this.#of;
    const { outcome } = await client.readAgain(
      client.preparer.resourcePath(path, id),
      reading.exchange.credential,
      policy,
    );
    return outcome.kind === 'answer' ? outcome.status : null;
  }

  /** Those whose body under a new key gets a resource that shows: then it is not the body that hides them. */
  async #compared(missing: Write<Made>[]): Promise<Write<Made>[] | null> {
    const { client } = this.#of;
    const controls = await Promise.all(
      missing.map(async (one) => {
        const plan = control(one);
        const readings = plan === null ? [] : await this.#of.sendAgain(one.source, plan);
        return { one, id: readings.findLast(({ kind }) => kind === 'ok')?.id ?? null };
      }),
    );
    const until = client.clock() + this.#visible * 1000;
    for (;;) {
      const shown = await this.#read();
      if (shown === null) return null;
      const late = controls.filter(({ id }) => id !== null && !shown.has(id));
      if (late.length === 0 || client.clock() >= until) return this.#asOld(controls, shown);
      await client.pace.sleep(Math.min(250, this.#visible * 1000));
    }
  }

  /** Those whose control still shows at the age at which they were missing: what expires by its body has gone then, too. */
  async #asOld(
    controls: { one: Write<Made>; id: string | null }[],
    shown: ReadonlySet<string>,
  ): Promise<Write<Made>[] | null> {
    const { client } = this.#of;
    const { acknowledged } = this.#of.account;
    const shows = (now: ReadonlySet<string>) =>
      controls.filter(({ one, id }) => id !== null && now.has(id) && !now.has(one.id)).map(({ one }) => one);
    const ages = shows(shown).map((one) => acknowledged.ageWhenRead(one, this.#visible * 1000, client.clock()));
    if (ages.length === 0) return [];
    await client.pace.sleep(Math.min(Math.max(...ages), this.#contract.finalWithin * 1000));
    const later = await this.#read();
    return later === null ? null : shows(later);
  }

  #observeLate(id: string, count: number): void {
    const subject = `shown later than ${this.#visible} s after the last request`;
    for (let n = 0; n < count; n += 1) this.#of.ledger.observe({ id, subject, value: this.#contract.resource });
  }

  /** `null` where the lists cannot be read to their ends: then it is undecided. */
  async #read(): Promise<Set<string> | null> {
    const shown = await this.#of.observer.readWhole();
    if (typeof shown !== 'string') return shown;
    this.undecided = shown;
    return null;
  }
}

function lackingCase({ source, acknowledged, found }: Lacking<Made>): { made: Made; one: Case } {
  const { plan, history, readings } = source;
  return {
    made: source,
    one: { history, readings, finding: lackingFinding(plan, readings, acknowledged, found), effects: found },
  };
}

/** What was sent for a requirement: what was sent before the run began is not looked for. */
function isJudged({ source }: Lacking<Made>): boolean {
  return source.id !== '';
}

/** The same body under a new key, alone; `null` where there is no other key of the kind. */
function control({ source, reading }: Pick<Write<Made>, 'source' | 'reading'>): Plan | null {
  const attempt = writeOf(attemptsOf(source.plan)[reading.exchange.attempt]) as CreateAttempt;
  const { hangUp: _hangUp, atFraction: _atFraction, ...rest } = attempt;
  if (rest.key.kind === 'literal') return null;
  return { keys: source.plan.keys, steps: [{ do: 'storm', attempts: [rest] }] };
}

/** What was sent under its key until it was answered, as a case of its own. */
function caseOf(write: Write<Made>, losses: Losses): { made: Made; one: Case } {
  const { source, reading } = write;
  const isOwn = (x: Reading) =>
    x === reading ||
    (x.register !== null && x.register === reading.register && x.exchange.sent <= (reading.exchange.done ?? 0));
  const own = source.readings.filter(isOwn);
  const kept = [...new Set(own.map(({ exchange }) => exchange.attempt))].sort((a, b) => a - b);
  const plan = keepAttempts(source.plan, new Set(kept));
  const steps = plan.steps.flatMap((step, n) => (step.do === 'storm' ? step.attempts.map(() => n) : []));
  const exchanges = own.map(({ exchange }): Exchange => {
    const attempt = kept.indexOf(exchange.attempt);
    return { ...exchange, attempt, step: steps[attempt] ?? 0 };
  });
  const readings = own.map((x, n) => readAs(x, { exchange: exchanges[n] as Exchange }));
  const history = { plan, exchanges };
  const finding = lostFinding(write, own.indexOf(reading), losses);
  return { made: { ...source, plan, history, readings }, one: { history, readings, finding, effects: [] } };
}
