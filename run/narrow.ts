/** Where only the number of effects is seen: what of a plan may have made too many. */
import type { Plan } from '../history/plan.js';
import { countedId } from '../judge/bounds.js';
import { nonceOf } from '../judge/effects.js';
import type { Made } from './ledger.js';
import { keepAttempts } from './smaller.js';

/** A plan to send alone, and the requirement that it breaks if it makes too many resources. */
export interface Suspect {
  plan: Plan;
  id: string;
}

/** The plan itself. */
export function suspectOf({ plan, readings }: Made): Suspect {
  return { plan, id: countedId(plan, readings) };
}

/** Its logical operations one by one, where it has several. */
export function operationsOf({ plan, readings }: Made): Suspect[] {
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
