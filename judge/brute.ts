/**
 * The same verdict by brute force: every order that respects 'a was complete before b was sent' goes through
 * the model. Exponential, for at most eight exchanges a register; it is what the judge is held to.
 */

import { type Binding, write } from '../history/model.js';
import type { Observed } from './observed.js';

/** How a register can be explained; `given-up` and `refused-bound` are rules 6 and 7. */
export type Explanation = 'order' | 'given-up' | 'refused-bound' | 'none';

/** Most exchanges of a register that are searched. */
export const BRUTE_FORCE_LIMIT = 8;

const UNKNOWN_ID = '?';

/** Explains one register, ids of other registers aside. */
export function explain(list: Observed[]): Explanation {
  const certain = list.filter((x) => x.kind === 'ok' || x.kind === 'conflict' || x.kind === 'refused');
  const unknown = list.filter((x) => x.kind === 'unknown');
  const refused = list.filter((x) => x.kind === 'none');
  if (anyOrder(certain, unknown)) return 'order';
  const claims = [...unknown, ...refused];
  // Once a success was answered, the key is bound: it cannot be claimed any more.
  const successes = certain.filter((x) => x.kind === 'ok');
  const unbound = (x: Observed) => successes.every((first) => x.sent <= first.done);
  const firm = certain.filter(
    (x) =>
      x.kind === 'ok' ||
      !unbound(x) ||
      !claims.some(
        (y) => unbound(y) && (x.kind === 'refused' || y.value !== x.value) && y.sent <= x.done && y.done >= x.sent,
      ),
  );
  if (anyOrder(firm, unknown)) return 'given-up';
  return anyOrder(firm, claims) ? 'refused-bound' : 'none';
}

/** Whether each in-flight refusal had a competitor (rule 8). */
export function inFlightExplained(list: Observed[], graceMs: number): boolean {
  return list.every(
    (x) =>
      x.kind !== 'inflight' ||
      list.some((y) => y !== x && y.sent <= x.done && y.done + (y.kind === 'inflight' ? 0 : graceMs) >= x.sent),
  );
}

/** Whether some order, under some fingerprint between bytes and value, gives every certain answer. */
function anyOrder(certain: Observed[], optional: Observed[]): boolean {
  const spellings = [...new Set([...certain, ...optional].map((x) => x.bytes))];
  for (let choice = 0; choice < 1 << spellings.length; choice += 1) {
    const byValue = new Set(spellings.filter((_, index) => choice & (1 << index)));
    const fingerprint = (x: Observed) => (byValue.has(x.bytes) ? `value ${x.value}` : `bytes ${x.bytes}`);
    if (search(certain, optional, null, fingerprint)) return true;
  }
  return false;
}

function search(
  certain: Observed[],
  optional: Observed[],
  binding: Binding | null,
  fingerprint: (x: Observed) => string,
): boolean {
  if (certain.length === 0) return true;
  for (const x of [...certain, ...optional]) {
    // An exchange that was complete before this one was sent must come first.
    if (certain.some((y) => y !== x && y.done < x.sent)) continue;
    const next = step(x, binding, fingerprint(x));
    if (next === undefined) continue;
    const without = (list: Observed[]) => list.filter((y) => y !== x);
    if (search(without(certain), without(optional), next, fingerprint)) return true;
  }
  return false;
}

/** The binding after `x`, or `undefined` where the model answers otherwise. */
function step(x: Observed, binding: Binding | null, fingerprint: string): Binding | null | undefined {
  // It compares nothing and writes nothing: another request was there before.
  if (x.kind === 'refused') return binding ?? undefined;
  const request = { fingerprint, at: 0 };
  const rules = { compares: true, retentionMs: null };
  const { answer, binding: next } = write(binding, request, () => x.id ?? UNKNOWN_ID, rules);
  if (x.kind === 'conflict') return answer.kind === 'conflict' ? next : undefined;
  if (x.kind !== 'ok') return answer.kind === 'conflict' ? undefined : next;
  if (answer.kind === 'conflict') return undefined;
  // An answer that names nothing may be about any resource.
  if (x.id === null) return next;
  if (answer.id === UNKNOWN_ID && next !== null) return { ...next, id: x.id };
  return answer.id === x.id ? next : undefined;
}
