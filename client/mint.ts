/**
 * Makes keys and nonces. Every execution of a plan gets new ones, derived from where it stands in the run,
 * so that no key is ever met again by a repeat, a minimising try or a second run.
 */
import { createHash, randomBytes } from 'node:crypto';

/** One execution of one plan. */
export interface Execution {
  /** Makes the key of a slot's template. */
  key(slot: number, template: string): string;
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
    return {
      key: (slot, template) => {
        const known = minted.get(slot);
        if (known !== undefined) return known;
        const key = fill(template, digest(`${name}/key/${slot}`));
        if (this.#issued.has(key)) throw new Error(`the key ${key} was made twice: a template without placeholder?`);
        this.#issued.add(key);
        minted.set(slot, key);
        return key;
      },
      nonce: (operation) => `idem-${digest(`${name}/nonce/${operation}`).slice(0, 12)}`,
    };
  }
}

function fill(template: string, hex: string): string {
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return template.replace('{unique}', hex.slice(0, 24)).replace('{uuid}', uuid.join('-')).replace('{sha256}', hex);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
