/**
 * Makes keys and nonces. Every execution of a plan gets new ones, derived from where it stands in the run,
 * so that no key is ever met again by a repeat, a minimising try or a second run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { fillKey } from '../history/key-template.js';

/** One execution of one plan. */
export interface Execution {
  /** Makes the key of a slot's template. */
  key(slot: number, template: string): string;
  /** Makes a near miss of a slot's key, of the same digest. */
  nearMiss(slot: number, template: string): string;
  /** Marks a logical operation; 17 characters. */
  nonce(operation: number): string;
}

export class Mint {
  /** Random, not from the seed: two runs with one seed must not meet each other's keys. */
  readonly #run = randomBytes(8).toString('hex');
  readonly #issued = new Set<string>();
  #executions = 0;

  /** Keys made so far. */
  get issued(): number {
    return this.#issued.size;
  }

  execution(): Execution {
    this.#executions += 1;
    const name = `${this.#run}/${this.#executions}`;
    const minted = new Map<number, string>();
    const digestOf = (slot: number) => digest(`${name}/key/${slot}`);
    return {
      key: (slot, template) => {
        const known = minted.get(slot);
        if (known !== undefined) return known;
        const key = fillKey(template, digestOf(slot));
        if (this.#issued.has(key)) throw new Error(`the key ${key} was made twice: a template without placeholder?`);
        this.#issued.add(key);
        minted.set(slot, key);
        return key;
      },
      nearMiss: (slot, template) => fillKey(template, digestOf(slot)),
      nonce: (operation) => `idem-${digest(`${name}/nonce/${operation}`).slice(0, 12)}`,
    };
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
