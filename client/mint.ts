/**
 * Makes keys and nonces. Every execution of a plan gets new ones, derived from where it stands in the run,
 * so that no key is ever met again by a repeat, a minimising try or a second run.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Companions } from '../contracts/codec.js';
import { companionValue, goesWithoutKey, isSavedValue } from '../contracts/companions.js';
import type { Companion, Contract } from '../contracts/contract.js';
import { type Saved, withSaved } from '../contracts/saved.js';
import { fillKey } from '../history/key-template.js';

/** Digests that are tried until the keys made of one are new. */
const MOST_DRAWS = 100;

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
  readonly #near = new Set<string>();
  /** What goes with each key, where the contract has such values. */
  readonly #companions = new Map<string, string | number>();
  #executions = 0;

  /** Keys made so far. */
  get issued(): number {
    return this.#issued.size;
  }

  /** @param nearMisses templates of the near misses of a slot's key, which must be as new as the key */
  execution(nearMisses: (slot: number) => readonly string[] = () => []): Execution {
    this.#executions += 1;
    const name = `${this.#run}/${this.#executions}`;
    const minted = new Map<number, string>();
    const digests = new Map<number, string>();
    const digestOf = (slot: number, template: string) => {
      const chosen = digests.get(slot) ?? this.#fresh(`${name}/key/${slot}`, [template, ...nearMisses(slot)]);
      digests.set(slot, chosen);
      return chosen;
    };
    return {
      key: (slot, template) => {
        const known = minted.get(slot);
        if (known !== undefined) return known;
        const key = fillKey(template, digestOf(slot, template));
        if (this.#issued.has(key)) throw new Error(`the key ${key} was made twice: a template without placeholder?`);
        this.#issued.add(key);
        minted.set(slot, key);
        return key;
      },
      nearMiss: (slot, template) => {
        const key = fillKey(template, digestOf(slot, template));
        this.#near.add(key);
        return key;
      },
      nonce: (operation) => `idem-${digest(`${name}/nonce/${operation}`).slice(0, 12)}`,
    };
  }

  /**
   * What an attempt has besides its key: what stays equal for one key is made when that is sent first.
   * @param saved values of set-up steps
   */
  companions({ companions }: Pick<Contract, 'companions'>, key: string | null, saved: Saved): Companions {
    return companions.map((one, n) => {
      if (isSavedValue(one)) return withSaved(one.value, saved);
      if (key === null && !goesWithoutKey(one)) return undefined;
      if (key === null || one.repeats === 'fresh') return newValue(one);
      const name = `${n} ${key}`;
      const value = this.#companions.get(name) ?? newValue(one);
      this.#companions.set(name, value);
      return value;
    });
  }

  /** A digest of which the templates make different keys, none of them known: a narrow grammar has few keys. */
  #fresh(name: string, list: readonly string[]): string {
    const templates = [...new Set(list)];
    for (let n = 0; ; n += 1) {
      const hex = digest(n === 0 ? name : `${name}/${n}`);
      const keys = new Set(templates.map((one) => fillKey(one, hex)));
      const isNew =
        keys.size === templates.length && [...keys].every((key) => !this.#issued.has(key) && !this.#near.has(key));
      if (isNew || n === MOST_DRAWS) return hex;
    }
  }
}

function newValue(companion: Companion): string | number {
  return companionValue(companion, new Date(), randomBytes(16).toString('hex'));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
