/** How many effects requests may have, for an observer that shows only their number (rule 10). */
import { isRestarted, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import { broken } from './effects.js';
import type { Finding } from './finding.js';

/** Rule of findings that a number proves, and no resource by its id. */
export const COUNTED = 'too-many-counted';

export class Bounds {
  readonly #acknowledged = new Set<string>();
  readonly #registers = new Set<string>();
  #others = 0;

  add(readings: Reading[]): void {
    for (const { exchange, kind, id, register } of readings) {
      // Where answers name nothing, each key has its resource.
      const named = id ?? (register === null || isBlank(exchange.key) ? null : `of ${register}`);
      if (exchange.operation === 'create' && kind === 'ok' && named !== null) this.#acknowledged.add(named);
      if (exchange.operation === 'get' || exchange.operation === 'cancel') continue;
      if (kind === 'none' || kind === 'inflight') continue;
      if (exchange.operation === 'create' && register !== null && !isBlank(exchange.key)) this.#registers.add(register);
      // Another endpoint may make what is counted, too.
      else this.#others += 1;
    }
  }

  /** Resources that were acknowledged. */
  get least(): number {
    return this.#acknowledged.size;
  }

  /** One for each register, and for each request without a key. */
  get most(): number {
    return this.#registers.size + this.#others;
  }
}

/** What a plan broke that was sent alone and made more than it may; `null` where it did not. */
export function countedTooMany(plan: Plan, readings: Reading[], counted: number): Finding | null {
  const bounds = new Bounds();
  bounds.add(readings);
  if (counted <= bounds.most) return null;
  const indexes = readings.flatMap(({ exchange }, n) => (exchange.operation === 'create' ? [n] : []));
  return {
    id: countedId(plan, readings),
    rule: COUNTED,
    data: { requests: indexes, counted, allowed: bounds.most },
    proof: indexes,
  };
}

/** The requirement that a plan breaks where it makes too many resources. */
export function countedId(plan: Plan, readings: Reading[]): string {
  if (isRestarted(plan)) return 'LOST-5';
  return broken(
    readings.filter(({ exchange }) => exchange.operation === 'create'),
    plan,
  );
}
