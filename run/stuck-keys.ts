/** Keys whose last request had no final answer. */
import { attemptsOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';

/** Keys that are asked again together. */
const MOST_ASKED = 8;

export class StuckKeys {
  /** With the first request that had no answer. */
  readonly #stuck = new Map<string, Reading>();
  readonly #keys = new Set<string>();

  remember(plan: Plan, readings: Reading[]): void {
    const attempts = attemptsOf(plan);
    for (const reading of readings) {
      const { register } = reading;
      if (register === null) continue;
      this.#keys.add(register);
      const hungUp = attempts[reading.exchange.attempt]?.hangUp !== undefined;
      if (!isStuck(reading)) this.#stuck.delete(register);
      else if (!hungUp && !this.#stuck.has(register)) this.#stuck.set(register, reading);
    }
  }

  /** What a key was answered when it was asked again. */
  answered(reading: Reading | undefined): void {
    if (reading !== undefined && !isStuck(reading)) this.#stuck.delete(reading.register ?? '');
  }

  /** The oldest of them. */
  oldest(): Reading[] {
    return [...this.#stuck.values()].sort((a, b) => a.exchange.sent - b.exchange.sent).slice(0, MOST_ASKED);
  }

  get none(): boolean {
    return this.#stuck.size === 0;
  }

  /** Distinct keys that were sent. */
  get keysSeen(): number {
    return this.#keys.size;
  }
}

/** Refused as in flight, or not answered at all. */
function isStuck({ kind, exchange }: Reading): boolean {
  return kind === 'inflight' || (kind === 'unknown' && exchange.outcome.kind === 'unknown');
}
