/** At the end, keys of long ago are sent again, the oldest among them. */
import type { LoadedContract } from '../contracts/load.js';
import type { Exchange, History } from '../history/history.js';
import type { Attempt, Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank, sameRegister } from '../history/register.js';
import type { Made } from './ledger.js';

/** Keys that are recalled. */
const RECALLED = 12;

/** The first acknowledged write of each key of some plans, oldest first, thinned out to `RECALLED`. */
export function recallable(made: Made[], { contract }: LoadedContract): Exchange[] {
  const seen = new Set<string>();
  const all = made.flatMap(({ readings }) => readings);
  const first = all
    .filter((reading) => isSettled(reading, all))
    .filter(({ exchange, kind }) => {
      const { key, credential } = exchange;
      if (kind !== 'ok' || typeof key !== 'string' || isBlank(key) || credential !== 'first') return false;
      if (exchange.operation !== 'create' || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .map(({ exchange }) => exchange)
    .sort((a, b) => a.sent - b.sent);
  if (contract.retention.atLeast === 0) return [];
  const step = Math.max(1, Math.floor(first.length / RECALLED));
  return first.filter((_, index) => index % step === 0).slice(0, RECALLED);
}

/** Sends the same key and the same bytes once more. */
export function recallPlan({ key, request, credential, target }: Exchange, id: string): Plan {
  const body = { value: {}, operation: 0, keyAt: 0, text: request.body };
  const attempt = {
    operation: 'create' as const,
    credential,
    key: typeof key === 'string' ? { kind: 'literal' as const, value: key } : { kind: 'absent' as const },
    body,
  };
  return { keys: [], steps: [{ do: 'storm', attempts: [{ ...attempt, target, recalled: id }] }] };
}

/** Then and now as one history, to be judged together. */
export function joinedHistory(earlier: Exchange, now: History): History {
  const [storm] = now.plan.steps;
  const attempts = storm?.do === 'storm' ? storm.attempts : [];
  const first = attempts.map((attempt): Attempt => {
    if (attempt.operation !== 'create') return attempt;
    const { recalled: _, ...rest } = attempt;
    return rest;
  });
  return {
    plan: {
      keys: [],
      steps: [
        { do: 'storm', attempts: first },
        { do: 'storm', attempts },
      ],
    },
    exchanges: [
      { ...earlier, attempt: 0, time: 0, retry: 0, step: 0 },
      ...now.exchanges.map((exchange) => ({ ...exchange, attempt: 1, step: 1 })),
    ],
  };
}

/** A key that was answered in two ways is somebody else's finding. */
function isSettled(reading: Reading, all: Reading[]): boolean {
  const own = all.filter((x) => sameRegister(x, reading));
  return own.every((x) => x.kind !== 'conflict' && (x.kind !== 'ok' || x.id === reading.id));
}
