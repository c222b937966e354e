/** Sees effects in a list, by a command or in a number, once that has shown that it can, and as long as it does. */
import fc from 'fast-check';
import type { Client } from '../client/client.js';
import { type Control, ControlUnseen, EffectsUnseen, type Source } from '../client/effect-source.js';
import { EffectReader, ListTooLong } from '../client/effects.js';
import { FilteredReader, isFiltered } from '../client/effects-filtered.js';
import type { Policy } from '../client/policy.js';
import type { CounterObserver } from '../contracts/contract.js';
import { plainBody } from '../generators/bodies.js';
import { forAnotherKey } from '../generators/fresh.js';
import { keyShapes } from '../generators/keys.js';
import { body, create, send, slot, storm } from '../generators/plans.js';
import type { Effect, History } from '../history/history.js';
import type { CredentialUse, Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { Bounds } from '../judge/bounds.js';
import { read } from '../judge/classify.js';
import { nonceOf } from '../judge/effects.js';
import type { Acknowledged } from '../judge/lost-writes.js';
import { AcceptedWrites } from './accepted.js';
import { controlOf, mayBeLost, problemOf, taken, uniqueBy } from './controls.js';
import { Counter } from './counter.js';
import { hasSecond } from './credentials.js';
import { CommandSource } from './effects-command.js';
import type { Settings } from './options.js';

/** Times that control writes are sent, where a target does not accept them. */
const MOST_TRIES = 3;

/** Times in a row that a control write is taken for lost, before the list counts as one that does not show what is made. */
const MOST_LOST = 3;

/** Pauses between control writes beside storms, the first and the last. */
const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [50, 400];

/** Control writes that are sent together beside a storm: where one is lost, others show. */
const TOGETHER = 3;

/** Pause before it is read again for resources that did not show. */
const LOOK_AGAIN_MS = 50;

/** What an observer needs of the run that it is part of. */
interface Surroundings {
  settings: Settings;
  client: Client;
  policy: Policy;
  /** Remembers control writes, so that their resources are no foreigners. */
  accountFor(history: History): void;
  /** Cancels what they made, where nothing may be left running. */
  cleanUp(readings: Reading[]): Promise<void>;
  /** Whether a resource was cancelled: lists may hide it. */
  acknowledged: Pick<Acknowledged<never>, 'isCancelled' | 'failed'>;
}

/** What shows the resources of some credentials, and the control writes that it must go on showing. */
interface Watched {
  source: Source;
  credentials: CredentialUse[];
  controls: Control[];
  readings: Reading[];
  /** Control writes that were made beside storms since it was read, some together each time. */
  beside: Reading[][];
}

export class Observer {
  readonly #of: Surroundings;
  /** Of all that was sent. */
  readonly #bounds = new Bounds();
  /** What was sent by each credential since a filtered list was read. */
  readonly #nonces = new Map<CredentialUse, Set<string>>();
  /** Writes whose work goes on after their answer. */
  readonly #accepted: AcceptedWrites;
  #counter: Counter | null = null;
  #watched: Watched[] = [];
  /** Effects that were read and not yet given. */
  #read: Effect[] = [];
  /** Why effects cannot be seen, or `null` while they can. */
  blind: string | null = null;

  constructor(surroundings: Surroundings) {
    this.#of = surroundings;
    const { client, policy, settings, acknowledged } = surroundings;
    const onFailed = (id: string) => acknowledged.failed(id);
    this.#accepted = new AcceptedWrites({ client, policy, contract: settings.contract.contract, onFailed });
  }

  /** How results name it. */
  get name(): string {
    const { contract, effectsCommand, front } = this.#of.settings;
    const { list, counter } = contract.contract.effects;
    return effectsCommand === undefined ? `GET ${(list ?? counter)?.path}` : front.nameOf('effectsCommand');
  }

  /** Remembers what was sent, and answered. */
  sent(readings: Reading[]): void {
    this.#bounds.add(readings);
    this.#accepted.add(readings);
    for (const reading of readings) {
      const nonce = reading.exchange.operation === 'create' ? nonceOf(reading) : null;
      if (nonce === null) continue;
      const { credential } = reading.exchange;
      this.#nonces.set(credential, (this.#nonces.get(credential) ?? new Set()).add(nonce));
    }
  }

  #noncesOf(credential: CredentialUse): string[] {
    const nonces = [...(this.#nonces.get(credential) ?? [])];
    this.#nonces.delete(credential);
    return nonces;
  }

  /** Whether it shows only how many effects there are: whose they are is found out by sending plans again alone. */
  get onlyCounts(): boolean {
    return this.#counter !== null;
  }

  /** Whether resources have shown later than at once. */
  get lags(): boolean {
    return this.#counter?.lags === true || this.#watched.some(({ source }) => source.lags);
  }

  /**
   * Remembers what exists before the run. Then each source must show both of two resources made with two keys and one
   * body: one that shows a resource for each body would hide every duplicate.
   */
  async begin(): Promise<void> {
    const { settings } = this.#of;
    const { nameOf } = settings.front;
    if (settings.noEffects === true) {
      this.blind = `not counted, because of ${nameOf('noEffects')}`;
      return;
    }
    const sources = this.#sources();
    const { counter } = settings.contract.contract.effects;
    if (sources.length === 0 && counter !== null) return this.#beginCounting(counter);
    if (sources.length === 0) {
      this.blind = `the contract names no list of resources: say \`effects.list\` or \`effects.counter\` in it, or give ${nameOf('endpoint.list')} or ${nameOf('effectsCommand')}`;
      return;
    }
    await this.#unlessBlind(async () => {
      for (const one of sources) {
        await one.source.begin();
        const watched = { ...one, controls: [], readings: [], beside: [] };
        this.#watched.push(watched);
        await this.#look(watched, 2);
        await this.#showsAll(watched);
      }
    });
  }

  /** One write makes as many resources as the contract says: where it makes fewer, the rest would hide a duplicate. */
  async #showsAll({ source, controls }: Watched): Promise<void> {
    const { client, settings } = this.#of;
    const { perWrite } = settings.contract.contract.effects;
    const nonces = new Set(controls.flatMap(({ nonce }) => nonce ?? []));
    const shown = () => this.#read.filter(({ nonce }) => nonces.has(nonce ?? '')).length;
    const wanted = perWrite * controls.length;
    if (perWrite === 1 || nonces.size === 0) return;
    const until = client.clock() + this.#visibleMs;
    while (shown() < wanted && client.clock() < until) {
      await client.pace.sleep(LOOK_AGAIN_MS);
      this.#read.push(...(await source.read()));
    }
    if (shown() >= wanted) return;
    const writes = `${controls.length} writes that echo their body`;
    throw new EffectsUnseen(
      `${this.name} showed ${shown()} resources for ${writes}, not ${wanted}: check \`effects.perWrite\``,
    );
  }

  get #credentials(): CredentialUse[] {
    const { settings } = this.#of;
    const second = settings.credentials.second !== undefined || hasSecond(settings, settings.contract.contract);
    return second ? ['first', 'second'] : ['first'];
  }

  get #visibleMs(): number {
    return this.#of.settings.contract.contract.visibleWithin * 1000;
  }

  async #beginCounting(counter: CounterObserver): Promise<void> {
    const { settings, client, policy } = this.#of;
    if (settings.exclusive !== true) {
      this.blind = `GET ${counter.path} counts what others make, too: where nothing else uses the target, say ${settings.front.nameOf('exclusive')}`;
      return;
    }
    const write = async (credential: CredentialUse, keys: number) => {
      await this.#of.cleanUp(await this.#controls([credential], keys));
      await this.#accepted.settle();
    };
    const { perWrite } = settings.contract.contract.effects;
    const [bounds, credentials, visibleMs] = [this.#bounds, this.#credentials, this.#visibleMs];
    this.#counter = new Counter(client, { counter, perWrite, credentials, policy, visibleMs, bounds, write });
    await this.#unlessBlind(() => (this.#counter as Counter).begin());
  }

  /** How many effects there are, and how many were acknowledged; `null` once it is blind. Only where it counts. */
  async total(): Promise<{ counted: number; least: number } | null> {
    return this.#unlessBlind(async () => {
      await this.#of.cleanUp(await this.#controls(this.#credentials, 1));
      await this.#accepted.settle();
      return (this.#counter as Counter).total();
    });
  }

  /** How many effects there are once no more come; `null` once it is blind. Only where it counts. */
  async settled(): Promise<number | null> {
    return this.#unlessBlind(async () => {
      await this.#accepted.settle();
      return (this.#counter as Counter).settled();
    });
  }

  /** A command shows the resources of all credentials, a list those of one. */
  #sources(): Pick<Watched, 'source' | 'credentials'>[] {
    const { settings, client, policy } = this.#of;
    const { effectsCommand: command, timeoutMs } = settings;
    const { list } = settings.contract.contract.effects;
    const [credentials, visibleMs] = [this.#credentials, this.#visibleMs];
    if (command !== undefined) {
      const name = settings.front.nameOf('effectsCommand');
      return [{ source: new CommandSource(client, { command, name, visibleMs, timeoutMs }), credentials }];
    }
    if (list === null) return [];
    const options = { policy, visibleMs, isCancelled: (id: string) => this.#of.acknowledged.isCancelled(id) };
    return credentials.map((credential) => ({
      source: isFiltered(list)
        ? new FilteredReader(client, list, credential, options, () => this.#noncesOf(credential))
        : new EffectReader(client, list, credential, options),
      credentials: [credential],
    }));
  }

  /**
   * Effects that were not given before; none once it is blind.
   * @param controlled whether the list must show a new control write beside the last one: what was made between them
   * then shows as well
   */
  async read(controlled: boolean): Promise<Effect[]> {
    await this.#unlessBlind(async () => {
      await this.#accepted.settle();
      for (const watched of this.#watched) {
        if (controlled) await this.#look(watched, 1);
        else this.#read.push(...(await watched.source.read()));
      }
    });
    return this.#read.splice(0);
  }

  /** The same, controlled, from all that is shown; `complete`: whether that was possible. */
  async readToTheEnd(): Promise<{ effects: Effect[]; complete: boolean }> {
    let complete = !this.onlyCounts;
    await this.#unlessBlind(async () => {
      await this.#accepted.settle();
      for (const watched of this.#watched) {
        try {
          this.#read.push(...(await watched.source.readAll()));
        } catch (error) {
          if (!(error instanceof ListTooLong)) throw error;
          complete = false;
        }
      }
    });
    const effects = await this.read(true);
    return { effects, complete: complete && this.blind === null };
  }

  /** Ids of all that is shown, read to the end, or why that cannot be read so. */
  async readWhole(): Promise<Set<string> | string> {
    if (this.onlyCounts) return `${this.name} shows how many resources there are, and not which`;
    const ids = new Set<string>();
    try {
      await this.#accepted.settle();
      for (const { source } of this.#watched) for (const id of await source.readWhole()) ids.add(id);
      return this.blind ?? ids;
    } catch (error) {
      if (!(error instanceof EffectsUnseen)) throw error;
      return error.message;
    }
  }

  /** Makes control writes while storms go on: what is read next must show them, too. */
  async beside<T>(storms: Promise<T>): Promise<T> {
    let over = false;
    const sent = storms.finally(() => {
      over = true;
    });
    const made = async () => {
      for (let pause = FIRST_PAUSE_MS; !over && this.blind === null; pause = Math.min(2 * pause, LAST_PAUSE_MS)) {
        await this.#controlsBeside();
        if (!over) await this.#of.client.pace.sleep(pause);
      }
    };
    // Where a control write ends the run, what the storms find counts all the same.
    const [result, failed] = await Promise.all([
      sent,
      made().then(
        () => null,
        (error: unknown) => ({ error }),
      ),
    ]);
    if (failed !== null) throw failed.error;
    return result;
  }

  async #controlsBeside(): Promise<void> {
    try {
      if (this.#counter !== null) await this.#of.cleanUp(await this.#controls(this.#credentials, 1));
      for (const watched of this.#watched)
        watched.beside.push(await this.#controls(watched.credentials, TOGETHER, true));
    } catch (error) {
      // A write that a busy target refuses says nothing of what is seen.
      if (!(error instanceof EffectsUnseen)) throw error;
    }
  }

  /** Cancels the last control writes, where nothing may be left running. */
  async end(): Promise<void> {
    for (const { readings, beside } of this.#watched) await this.#of.cleanUp([...readings, ...beside.flat()]);
  }

  async #unlessBlind<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.blind !== null) return null;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EffectsUnseen)) throw error;
      this.blind = error.message;
      return null;
    }
  }

  /** Looks for so many new control writes. One that does not show beside others may be lost: then others must show. */
  async #look(watched: Watched, keys: number): Promise<void> {
    const beside = watched.beside.splice(0);
    for (let tries = 1; ; tries += 1) {
      const first = await this.#controls(watched.credentials, keys);
      const others = tries === 1 ? beside : [];
      try {
        return await this.#lookFor(watched, first, others.flat());
      } catch (error) {
        if (!(error instanceof ControlUnseen) || !mayBeLost(error, first, others) || tries > MOST_LOST) throw error;
        this.#read.push(...error.found);
        await this.#of.cleanUp([...others.flat(), ...first]);
      }
    }
  }

  async #lookFor(watched: Watched, readings: Reading[], beside: Reading[]): Promise<void> {
    const controls = readings.map(controlOf);
    const earlier = [...watched.readings, ...beside];
    await this.#accepted.settle();
    const shown = [...watched.controls.slice(-1), ...beside.map(controlOf), ...controls];
    this.#read.push(...(await watched.source.read(shown)));
    Object.assign(watched, { controls, readings });
    await this.#of.cleanUp(earlier);
  }

  /** Writes of each credential with as many keys and one body. Throws `EffectsUnseen` where they are not accepted. */
  async #controls(credentials: CredentialUse[], keys: number, together = false): Promise<Reading[]> {
    const made: Reading[] = [];
    for (const credential of credentials) made.push(...(await this.#controlsOf(credential, keys, together)));
    return made;
  }

  async #controlsOf(credential: CredentialUse, keys: number, together: boolean): Promise<Reading[]> {
    const { settings, client, policy } = this.#of;
    const { contract, schemas } = settings.contract;
    const { requestSchema } = schemas;
    const value = plainBody({ contract, requestSchema, validate: (one) => schemas.request(one) === true });
    const [shape] = fc.sample(keyShapes(contract.key), { seed: 1, numRuns: 1 }) as [string];
    const slots = Array.from({ length: keys }, (_, n) => n);
    let { unique } = contract.create;
    let refusal: Reading | undefined;
    for (let tries = 1; ; tries += 1) {
      const as = { create: { ...contract.create, unique } };
      const attempts = slots.map((n) => create(slot(n), forAnotherKey(body(value), n, as), { credential }));
      const plan: Plan = {
        keys: slots.map(() => shape),
        steps: together ? [storm(attempts)] : attempts.map((one) => send(one)),
      };
      const { history, stopped } = await client.execute(plan, policy);
      if (stopped !== null) throw stopped;
      const readings = history.exchanges.map((exchange) => read(exchange, settings.contract));
      this.#of.accountFor(history);
      const made = slots.map((n) => readings.findLast(({ exchange }) => exchange.attempt === n) as Reading);
      const problem = problemOf(made);
      if (problem === null) {
        if (unique !== contract.create.unique)
          settings.learnt.push(taken(contract, unique as string[], refusal as Reading));
        // From here on all plans send other bodies under other keys.
        Object.assign(contract.create, { unique });
        return made;
      }
      unique = uniqueBy(made, contract);
      refusal ??= made.at(-1) as Reading;
      if (tries === MOST_TRIES) throw new EffectsUnseen(problem);
    }
  }
}
