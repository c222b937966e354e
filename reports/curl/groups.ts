/** Which requests of a case were under way together, and how long the pauses between them were. */
import type { ExchangeRecord } from '../../results/results.js';

export interface Group {
  step: number;
  exchanges: ExchangeRecord[];
  /** Milliseconds between the end of the group before and this one. */
  pauseMs: number;
}

// Without an answer the end is not known; requests released together are sent within this time.
const releasedWithinMs = 5;

export function groupsOf(exchanges: readonly ExchangeRecord[]): Group[] {
  const sorted = [...exchanges].sort((a, b) => a.sentMs - b.sentMs);
  const groups: Group[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const exchange of sorted) {
    const last = groups.at(-1);
    const own = exchange.doneMs ?? exchange.sentMs + releasedWithinMs;
    if (last !== undefined && last.step === exchange.step && exchange.sentMs < end) {
      last.exchanges.push(exchange);
      end = Math.max(end, own);
      continue;
    }
    const pauseMs = last === undefined ? 0 : Math.max(0, exchange.sentMs - end);
    groups.push({ step: exchange.step, exchanges: [exchange], pauseMs });
    end = own;
  }
  return groups;
}
