/** Sees effects in the list of resources, once it has shown that it can, and as long as it does. */
import fc from 'fast-check';
import type { Client } from '../client/client.js';
import { type Control, ControlUnseen, EffectReader, ListTooLong, ListUnreadable } from '../client/effects.js';
import type { Policy } from '../client/policy.js';
import { plainBody } from '../generators/bodies.js';
import { keyShapes } from '../generators/keys.js';
import { body, create, send, slot } from '../generators/plans.js';
import type { Effect, History } from '../history/history.js';
import { NONCE_ANYWHERE } from '../history/nonce.js';
import type { CredentialUse } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { read } from '../judge/classify.js';
import { answerWords } from '../judge/words.js';
import type { Settings } from './options.js';

/** Times that control writes are sent, where a target does not accept them. */
const MOST_TRIES = 3;

/** What an observer needs of the run that it is part of. */
interface Surroundings {
  settings: Settings;
  client: Client;
  policy: Policy;
  /** Remembers control writes, so that their resources are no foreigners. */
  accountFor(history: History): void;
  /** Cancels what they made, where nothing may be left running. */
  cleanUp(readings: Reading[]): Promise<void>;
}

/** A list, and the control writes that it must go on showing. */
interface Watched {
  reader: EffectReader;
  controls: Control[];
  readings: Reading[];
}

export class Observer {
  readonly #of: Surroundings;
  #watched: Watched[] = [];
  /** Effects that were read and not yet given. */
  #read: Effect[] = [];
  /** Why effects cannot be seen, or `null` while they can. */
  blind: string | null = null;

  constructor(surroundings: Surroundings) {
    this.#of = surroundings;
  }

  /** Whether resources have shown later than at once. */
  get lags(): boolean {
    return this.#watched.some(({ reader }) => reader.lags);
  }

  /**
   * Remembers what exists before the run. Then each list must show both of two resources made with two keys and one
   * body: one that shows a resource for each body would hide every duplicate.
   */
  async begin(): Promise<void> {
    const { settings, client, policy } = this.#of;
    const { effects, visibleWithin } = settings.contract.contract;
    const { list } = effects;
    const { nameOf } = settings.front;
    if (settings.noEffects === true) {
      this.blind = `not counted, because of ${nameOf('noEffects')}`;
      return;
    }
    if (list === null) {
      this.blind = `the contract names no list of resources: say \`effects.list\` in it, or give ${nameOf('endpoint.list')}`;
      return;
    }
    const credentials: CredentialUse[] = settings.credentials.second === undefined ? ['first'] : ['first', 'second'];
    await this.#unlessBlind(async () => {
      for (const credential of credentials) {
        const reader = new EffectReader(client, list, credential, { policy, visibleMs: visibleWithin * 1000 });
        await reader.begin();
        const watched = { reader, controls: [], readings: [] };
        this.#watched.push(watched);
        await this.#look(watched, 2);
      }
    });
  }

  /**
   * Effects that were not given before; none once it is blind.
   * @param controlled whether the list must show a new control write beside the last one: what was made between them
   * then shows as well
   */
  async read(controlled: boolean): Promise<Effect[]> {
    await this.#unlessBlind(async () => {
      for (const watched of this.#watched) {
        if (controlled) await this.#look(watched, 1);
        else this.#read.push(...(await watched.reader.read()));
      }
    });
    return this.#read.splice(0);
  }

  /** The same, controlled, from lists that are read to their end; `complete`: whether that was possible. */
  async readToTheEnd(): Promise<{ effects: Effect[]; complete: boolean }> {
    let complete = true;
    await this.#unlessBlind(async () => {
      for (const watched of this.#watched) {
        try {
          this.#read.push(...(await watched.reader.readAll()));
        } catch (error) {
          if (!(error instanceof ListTooLong)) throw error;
          complete = false;
        }
      }
    });
    const effects = await this.read(true);
    return { effects, complete: complete && this.blind === null };
  }

  /** Ids of all that the lists show, read to their ends, or why they cannot be read so. */
  async readWhole(): Promise<Set<string> | string> {
    const ids = new Set<string>();
    try {
      for (const { reader } of this.#watched) for (const id of await reader.readWhole()) ids.add(id);
      return this.blind ?? ids;
    } catch (error) {
      if (!(error instanceof ListUnreadable)) throw error;
      return error.message;
    }
  }

  /** Cancels the last control writes, where nothing may be left running. */
  async end(): Promise<void> {
    for (const { readings } of this.#watched) await this.#of.cleanUp(readings);
  }

  async #unlessBlind(work: () => Promise<void>): Promise<void> {
    if (this.blind !== null) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ListUnreadable)) throw error;
      this.blind = error.message;
    }
  }

  /** Looks for so many new control writes. One that does not show beside others may be lost: then others must show. */
  async #look(watched: Watched, keys: number): Promise<void> {
    const first = await this.#controls(watched.reader.credential, keys);
    try {
      await this.#lookFor(watched, first);
    } catch (error) {
      const mayBeLost =
        error instanceof ControlUnseen && error.missing.length === 1 && first.some(({ id }) => id === error.missing[0]);
      if (!mayBeLost) throw error;
      this.#read.push(...error.found);
      await this.#of.cleanUp(first);
      await this.#lookFor(watched, await this.#controls(watched.reader.credential, keys));
    }
  }

  async #lookFor(watched: Watched, readings: Reading[]): Promise<void> {
    const controls = readings.map(({ id, exchange }) => ({
      id: id as string,
      nonce: NONCE_ANYWHERE.exec(exchange.request.body)?.[0] ?? null,
    }));
    const earlier = watched.readings;
    this.#read.push(...(await watched.reader.read([...watched.controls.slice(-1), ...controls])));
    Object.assign(watched, { controls, readings });
    await this.#of.cleanUp(earlier);
  }

  /** Writes with as many keys and one body. Throws `ListUnreadable` where the target does not accept them. */
  async #controls(credential: CredentialUse, keys: number): Promise<Reading[]> {
    const { settings, client, policy } = this.#of;
    const { contract, schemas } = settings.contract;
    const { requestSchema } = schemas;
    const value = plainBody({ contract, requestSchema, validate: (one) => schemas.request(one) === true });
    const [shape] = fc.sample(keyShapes(contract.key), { seed: 1, numRuns: 1 }) as [string];
    const slots = Array.from({ length: keys }, (_, n) => n);
    const plan = {
      keys: slots.map(() => shape),
      steps: slots.map((n) => send(create(slot(n), body(value), { credential }))),
    };
    for (let tries = 1; ; tries += 1) {
      const { history, stopped } = await client.execute(plan, policy);
      if (stopped !== null) throw stopped;
      const readings = history.exchanges.map((exchange) => read(exchange, settings.contract));
      this.#of.accountFor(history);
      const made = slots.map((n) => readings.findLast(({ exchange }) => exchange.attempt === n) as Reading);
      const problem = problemOf(made);
      if (problem === null) return made;
      if (tries === MOST_TRIES) throw new ListUnreadable(problem);
    }
  }
}

/** Why these are not as many resources. */
function problemOf(made: Reading[]): string | null {
  const refused = made.findIndex(({ kind, id }) => kind !== 'ok' || id === null);
  const sent = ({ exchange }: Reading) => `${exchange.request.method} ${exchange.request.url}`;
  const [first, second] = made as [Reading, Reading | undefined];
  if (refused === 0) return `${sent(first)}, by which the list was to be checked, was answered ${answerWords(first)}`;
  if (refused > 0)
    return `the second of two requests with one body and two keys was answered ${answerWords(made[refused] as Reading)}, so the list cannot be seen to show both`;
  if (second !== undefined && first.id === second.id)
    return `two requests with one body and two keys were answered with one id, ${first.id}, so the list cannot be seen to show both`;
  return null;
}
