/**
 * Makes a finding small, from its proof: keep the attempts that the judge names, then leave out one thing after
 * the other. Every try sends new keys, and counts only if it breaks the same requirement.
 */
import { attemptsOf, isStormy, type Plan, referenceOf } from '../history/plan.js';
import { type Case, CONFIRMATIONS, type Found, isByEffects } from './ledger.js';
import { keepAttempts, smaller } from './smaller.js';

/** Sends a plan and gives the case if the requirement is broken again. */
export type Try = (plan: Plan, id: string) => Promise<Case | null>;

/** Tries and milliseconds that a finding is worth, beyond which what there is must do: some fail only now and then. */
const MOST_TRIES = 60;
export const MINIMISE_MS = 10_000;

export async function minimise(found: Found, required: Set<string>, attempt: Try, mostMs: number): Promise<void> {
  const { id } = found.original.finding;
  let tries = 0;
  const until = performance.now() + mostMs;
  const proof = new Set(
    found.original.finding.proof.map((index) => found.original.history.exchanges[index]?.attempt ?? 0),
  );
  const whole = found.original.history.plan;
  const start = await often(keepAttempts(whole, withReferences(whole, proof)), id, attempt);
  if (start !== null) found.smallest = start;
  // Plans that were tried, and the one that stands: nothing is sent twice.
  const tried = new Set([JSON.stringify(found.smallest.history.plan)]);
  for (let progress = true; progress; ) {
    progress = false;
    for (const plan of smaller(found.smallest.history.plan, required)) {
      const text = JSON.stringify(plan);
      if (plan.steps.length === 0 || tried.has(text)) continue;
      tried.add(text);
      if (tries >= MOST_TRIES || performance.now() > until) return;
      tries += 1;
      const result = await often(plan, id, attempt);
      if (result !== null) {
        found.smallest = result;
        progress = true;
        break;
      }
    }
  }
}

/** A storm is narrowed only while the narrower one still fails at least twice in five tries. */
async function often(plan: Plan, id: string, attempt: Try): Promise<Case | null> {
  if (!isStormy(plan)) return attempt(plan, id);
  let failed = 0;
  for (let n = 0; n < 5; n += 1) {
    const result = await attempt(plan, id);
    if (result !== null) failed += 1;
    if (result !== null && failed >= 2) return result;
    // Too few tries are left for two failures.
    if (failed + (4 - n) < 2) return null;
  }
  return null;
}

/** Sends the smallest case again and again: k of 10. */
export async function confirm(found: Found, attempt: Try): Promise<void> {
  const { history, finding } = found.smallest;
  const once = async () => {
    const result = await attempt(history.plan, finding.id);
    found.confirmed.of += 1;
    if (result !== null) found.confirmed.failed += 1;
  };
  // Effects are read for one case at a time, and nothing stands in a storm's way.
  if (isByEffects(finding, found.smallest.effects) || isStormy(history.plan))
    for (let n = 0; n < CONFIRMATIONS; n += 1) await once();
  else await Promise.all(Array.from({ length: CONFIRMATIONS }, once));
}

/** The attempts given, and those whose resources they read. */
function withReferences(plan: Plan, kept: Set<number>): Set<number> {
  const attempts = attemptsOf(plan);
  const references = [...kept].flatMap((number) => referenceOf(attempts[number]) ?? []);
  const cancelled = attempts.flatMap((one, number) => (one.operation === 'cancel' && kept.has(one.of) ? [number] : []));
  return new Set([...kept, ...references, ...cancelled]);
}
