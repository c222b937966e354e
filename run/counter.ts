/** Sees effects in a number that each of them raises, once that has shown two steps for two writes, and none when idle. */
import type { Client } from '../client/client.js';
import { EffectsUnseen } from '../client/effect-source.js';
import { readCounter } from '../client/effects-counter.js';
import type { Policy } from '../client/policy.js';
import type { CounterObserver } from '../contracts/contract.js';
import type { CredentialUse } from '../history/plan.js';
import type { Bounds } from '../judge/bounds.js';

/** Pause before it is read again for what it did not show. */
const LOOK_AGAIN_MS = 50;

/** Longest pause after which it must show the same, where nothing was seen to come late. */
const IDLE_MS = 100;

/** Times that it is read until it stands still. */
const MOST_LOOKS = 10;

/** It rose by more than was made while it was watched. */
class RoseTooMuch extends EffectsUnseen {}

interface CounterOptions {
  counter: CounterObserver;
  /** How many effects of the counter one write has. */
  perWrite: number;
  credentials: CredentialUse[];
  policy: Policy;
  visibleMs: number;
  /** Of all that was sent. */
  bounds: Bounds;
  /** Makes so many resources with one body and as many keys. */
  write(credential: CredentialUse, keys: number): Promise<void>;
}

export class Counter {
  readonly #client: Client;
  readonly #of: CounterOptions;
  /** Whose numbers together show all effects. */
  #credentials: CredentialUse[] = ['first'];
  /** The number, and what was acknowledged, before the run. */
  #base = { value: 0, acknowledged: 0 };
  /** What it showed when it last stood still, and how much had been sent by then. */
  #settled: { steps: number; sent: number } | null = null;
  lags = false;

  constructor(client: Client, options: CounterOptions) {
    this.#client = client;
    this.#of = options;
  }

  /** Throws `EffectsUnseen` where it does not count what is made. */
  async begin(): Promise<void> {
    try {
      await this.#calibrate();
    } catch (error) {
      if (!(error instanceof RoseTooMuch)) throw error;
      // What was made before may have shown only now: a number that comes late is given its time.
      this.lags = true;
      await this.#calibrate();
    }
  }

  async #calibrate(): Promise<void> {
    const { credentials, bounds, write } = this.#of;
    this.#credentials = ['first'];
    this.#base = { value: await this.#idle(() => this.#value()), acknowledged: bounds.least };
    await write('first', 2);
    await this.#showsTwo(() => this.#value(), this.#base.value);
    if (!credentials.includes('second')) return;
    // It may count what all accounts make, or what one does.
    const own = await this.#valueOf('second');
    const before = await this.#value();
    await write('second', 2);
    await this.#showsTwo(async () => (await this.#value()) + ((await this.#valueOf('second')) - own), before, true);
    if ((await this.#value()) === before) {
      this.#credentials = ['first', 'second'];
      this.#base.value += own;
    }
  }

  /** Effects since the run began, once there are as many as were acknowledged and no more come. Throws `EffectsUnseen`. */
  async total(): Promise<{ counted: number; least: number }> {
    const least = this.#of.bounds.least - this.#base.acknowledged;
    const until = this.#client.clock() + this.#of.visibleMs;
    for (;;) {
      const counted = await this.#steps();
      // What no answer names may show before what one does.
      if (counted >= least) return { counted: await this.settled(), least };
      if (this.#client.clock() >= until)
        throw new EffectsUnseen(
          `GET ${this.#of.counter.path} showed ${counted} more than before the run within ${this.#of.visibleMs / 1000} s, though ${least} resources were acknowledged`,
        );
      this.lags = true;
      await this.#client.pace.sleep(LOOK_AGAIN_MS);
    }
  }

  /** Effects since the run began, once no more come. Throws `EffectsUnseen`. */
  async settled(): Promise<number> {
    // Where nothing was sent since the last time, there is nothing to wait for.
    if (this.#settled?.sent === this.#client.pace.sent) return this.#settled.steps;
    const steps = await this.#idle(() => this.#steps());
    this.#settled = { steps, sent: this.#client.pace.sent };
    return steps;
  }

  async #idle(read: () => Promise<number>): Promise<number> {
    const { visibleMs, counter } = this.#of;
    let last = await read();
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      await this.#client.pace.sleep(this.lags ? visibleMs : Math.min(visibleMs, IDLE_MS));
      const next = await read();
      if (next === last) return next;
      last = next;
    }
    throw new EffectsUnseen(`GET ${counter.path} showed another number each time, though nothing was sent`);
  }

  /** Waits for two steps, and that there are no more. `twice`: where two numbers are added, both may show them. */
  async #showsTwo(read: () => Promise<number>, before: number, twice = false): Promise<void> {
    const { visibleMs, counter } = this.#of;
    const wanted = 2 * this.#step;
    const until = this.#client.clock() + visibleMs;
    while (Math.abs((await read()) - before) < Math.abs(wanted) && this.#client.clock() < until) {
      this.lags = true;
      await this.#client.pace.sleep(LOOK_AGAIN_MS);
    }
    const by = (await this.#idle(read)) - before;
    if (by === wanted || (twice && by === 2 * wanted)) return;
    const Unseen = Math.abs(by) > Math.abs(wanted) ? RoseTooMuch : EffectsUnseen;
    throw new Unseen(
      `GET ${counter.path} went up by ${by} at ${counter.pointer} for two resources with one body, not by ${wanted}: check \`effects.counter\``,
    );
  }

  /** What one write adds to the number. */
  get #step(): number {
    return this.#of.counter.adds * this.#of.perWrite;
  }

  async #value(): Promise<number> {
    let sum = 0;
    for (const credential of this.#credentials) sum += await this.#valueOf(credential);
    return sum;
  }

  #valueOf(credential: CredentialUse): Promise<number> {
    return readCounter(this.#client, this.#of.counter, credential, this.#of.policy);
  }

  async #steps(): Promise<number> {
    const { counter } = this.#of;
    const steps = ((await this.#value()) - this.#base.value) / this.#step;
    const whole = Math.round(steps);
    if (Math.abs(steps - whole) < 1e-6 && whole >= 0) return whole;
    throw new EffectsUnseen(
      `GET ${counter.path} went by ${steps * this.#step} at ${counter.pointer}, which is no whole number of effects: check \`effects.counter\``,
    );
  }
}
