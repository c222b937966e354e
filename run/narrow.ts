/** Where only the number of effects is seen: what of a plan may have made too many. */
import type { Plan } from '../history/plan.js';
import { countedId } from '../judge/bounds.js';
import { nonceOf } from '../judge/effects.js';
import type { Case, Found, Ledger, Made } from './ledger.js';
import type { Observer } from './observer.js';
import { keepAttempts } from './smaller.js';

/** What it needs of the run that it is part of. */
interface Surroundings {
  observer: Observer;
  account: { created: number };
  ledger: Ledger;
  clock(): number;
  /** Milliseconds within which an effect shows. */
  visibleMs: number;
  /** Sends a plan again alone: the case if it makes too many, which breaks requirement `id`, otherwise `null`. */
  tryAgain(made: Made, plan: Plan, id: string): Promise<Case | null>;
}

export class Narrowing {
  readonly #of: Surroundings;
  /** Plans of which an effect may not be counted yet, and when they were over. */
  #uncounted: { made: Made; at: number }[] = [];
  /** Effects beyond those acknowledged that were looked into. */
  #explained = 0;
  /** Effects that no answer names, and that no plan sent alone has again. */
  unattributed = 0;

  constructor(surroundings: Surroundings) {
    this.#of = surroundings;
  }

  remember(made: Made): void {
    this.#uncounted.push({ made, at: this.#of.clock() });
  }

  /** Counts effects, and where there are too many, sends the plans that may have made them again, each alone. */
  async count(): Promise<Found[]> {
    const { observer, account, clock, visibleMs } = this.#of;
    const plans = this.#uncounted;
    const begun = clock();
    this.#uncounted = plans.filter(({ at }) => begun - at < visibleMs);
    const total = await observer.total();
    if (total === null) return [];
    account.created = total.counted;
    const surplus = total.counted - total.least - this.#explained;
    if (surplus <= 0) return [];
    const found: Found[] = [];
    for (const { made } of plans) found.push(...(await this.#alone(made)));
    if (found.length === 0) this.unattributed += surplus;
    const now = await observer.total();
    this.#explained = now === null ? 0 : now.counted - now.least;
    return found;
  }

  /** Sends a plan again alone, and where it makes too many resources, its operations one by one. */
  async #alone(made: Made): Promise<Found[]> {
    const { ledger, tryAgain } = this.#of;
    const [whole, operations] = [suspectOf(made), operationsOf(made)];
    if ([whole, ...operations].every(({ id }) => ledger.findings.has(id))) return [];
    const again = ({ plan, id }: Suspect) => tryAgain(made, plan, id);
    if ((await again(whole)) === null) return [];
    const found: Found[] = [];
    // What a number shows stands only where it shows it again.
    for (const one of operations) {
      const shown = (await again(one)) === null ? null : await again(one);
      if (shown !== null) found.push(...[ledger.add(made, shown)].filter((x) => x !== null));
    }
    if (found.length > 0) return found;
    const shown = await again(whole);
    return shown === null ? [] : [ledger.add(made, shown)].filter((x) => x !== null);
  }
}

/** A plan to send alone, and the requirement that it breaks if it makes too many resources. */
interface Suspect {
  plan: Plan;
  id: string;
}

/** The plan itself. */
function suspectOf({ plan, readings }: Made): Suspect {
  return { plan, id: countedId(plan, readings) };
}

/** Its logical operations one by one, where it has several. */
function operationsOf({ plan, readings }: Made): Suspect[] {
  const writes = readings.filter(({ exchange }) => exchange.operation === 'create');
  const byNonce = new Map<string, typeof writes>();
  for (const one of writes) {
    const nonce = nonceOf(one) ?? one.register ?? '';
    byNonce.set(nonce, [...(byNonce.get(nonce) ?? []), one]);
  }
  if (byNonce.size < 2) return [];
  return [...byNonce.values()].map((own) => ({
    plan: keepAttempts(plan, new Set(own.map(({ exchange }) => exchange.attempt))),
    id: countedId(plan, own),
  }));
}
