/** At the end, keys of long ago are sent again, the oldest among them. */
import type { LoadedContract } from '../contracts/load.js';
import { send } from '../generators/plans.js';
import type { Exchange, History } from '../history/history.js';
import type { CreateAttempt, Plan } from '../history/plan.js';
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
export function recallPlan(exchange: Exchange, id: string): Plan {
  return { keys: [], steps: [send(recallAttempt(exchange, id))] };
}

function recallAttempt({ key, request, credential, target }: Exchange, id: string): CreateAttempt {
  return {
    operation: 'create',
    credential,
    key: typeof key === 'string' ? { kind: 'literal', value: key } : { kind: 'absent' },
    body: { value: {}, operation: 0, keyAt: 0, text: request.body },
    target,
    recalled: id,
  };
}

/** Then and now as one history, to be judged together. */
export function joinedHistory(earlier: Exchange[], now: History): History {
  const then = earlier.map((exchange) => {
    const { recalled: _, ...attempt } = recallAttempt(exchange, '');
    return attempt;
  });
  return {
    plan: { keys: [], steps: [...then.map((attempt) => send(attempt)), ...now.plan.steps] },
    ...(now.setUp === undefined ? {} : { setUp: now.setUp }),
    exchanges: [
      ...earlier.map((exchange, n) => ({ ...exchange, attempt: n, time: 0, retry: 0, step: n })),
      ...now.exchanges.map((exchange) => ({ ...exchange, attempt: earlier.length, step: earlier.length })),
    ],
  };
}

/** A key that was answered in two ways is somebody else's finding. */
function isSettled(reading: Reading, all: Reading[]): boolean {
  const own = all.filter((x) => sameRegister(x, reading));
  return own.every((x) => x.kind !== 'conflict' && (x.kind !== 'ok' || x.id === reading.id));
}
