/** How long answers took. */

import type { LatencyRecord } from './results.js';

const ORDER: LatencyRecord['outcome'][] = ['created', 'replayed', 'conflict', 'refused'];

/** Quantiles of the milliseconds of each outcome that was met, for all operations together. */
export function latenciesOf(durations: ReadonlyMap<LatencyRecord['outcome'], number[]>[]): LatencyRecord[] {
  return ORDER.flatMap((outcome) => {
    const sorted = durations.flatMap((one) => one.get(outcome) ?? []).sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    const at = (share: number) =>
      micro(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number);
    return [{ outcome, count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), longest: at(1) }];
  });
}

/** Of several shards together: the largest quantile of any, since none can be reckoned from those of the parts. */
export function slowest(shards: LatencyRecord[][]): LatencyRecord[] {
  return ORDER.flatMap((outcome) => {
    const all = shards.flat().filter((one) => one.outcome === outcome);
    if (all.length === 0) return [];
    const most = (member: 'p50' | 'p90' | 'p99' | 'longest') => Math.max(...all.map((one) => one[member]));
    const count = all.reduce((sum, one) => sum + one.count, 0);
    return [{ outcome, count, p50: most('p50'), p90: most('p90'), p99: most('p99'), longest: most('longest') }];
  });
}

/** Microseconds are enough. */
export function micro(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
