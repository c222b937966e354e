/** The time axis of a timeline: stretched where much happens, cut where nothing does. */
import type { ExchangeRecord } from '../results.js';

export interface Axis {
  /** Where a moment lies, from 0 to 1. */
  at(ms: number): number;
  /** Pauses that were cut short: where, and how long they really are. */
  pauses: { at: number; ms: number }[];
  firstMs: number;
  lastMs: number;
}

type Span = { from: number; to: number; busy: boolean };

// A cut pause is this wide; a request that waits for ever needs room to show it.
const pauseShare = 0.05;
const openShare = 0.12;

export function axisOf(exchanges: readonly ExchangeRecord[]): Axis {
  const open = exchanges.some(({ doneMs }) => doneMs === null);
  const moments = [...new Set(exchanges.flatMap(({ sentMs, doneMs }) => [sentMs, doneMs ?? sentMs]))].sort(
    (a, b) => a - b,
  );
  const spans = moments.slice(1).map((to, index): Span => {
    const from = moments[index] ?? to;
    return { from, to, busy: exchanges.some((e) => e.sentMs <= from && e.doneMs !== null && e.doneMs >= to) };
  });
  const busyMs = spans.reduce((sum, span) => sum + (span.busy ? span.to - span.from : 0), 0);
  const weights = spans.map((span) => weightOf(span, busyMs, spans.length));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const room = open ? 1 - openShare : 1;
  const starts = new Map<number, number>([[moments[0] ?? 0, 0]]);
  const pauses: Axis['pauses'] = [];
  let x = 0;
  for (const [index, span] of spans.entries()) {
    const width = ((weights[index] ?? 0) / total) * room;
    if (isCut(span, busyMs)) pauses.push({ at: x + width / 2, ms: span.to - span.from });
    x += width;
    starts.set(span.to, x);
  }
  const lastMs = moments.at(-1) ?? 0;
  return { at: (ms) => starts.get(ms) ?? 0, pauses, firstMs: moments[0] ?? 0, lastMs };
}

function isCut({ from, to, busy }: Span, busyMs: number): boolean {
  return !busy && to - from > busyMs * pauseShare;
}

function weightOf(span: Span, busyMs: number, spans: number): number {
  // Without one complete answer only the order can be drawn.
  if (busyMs === 0) return 1;
  if (isCut(span, busyMs)) return busyMs * pauseShare;
  // However short, a span must be wide enough to be seen among the others.
  return Math.max(span.to - span.from, (busyMs * 0.4) / spans);
}
