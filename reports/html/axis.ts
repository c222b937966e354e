/** The time axis of a timeline: stretched where much happens, cut where nothing does. */

import type { ExchangeRecord } from '../../results/results.js';
import { groupsOf } from '../curl/groups.js';

export interface Axis {
  /** Where a moment lies, from 0 to 1. */
  at(ms: number): number;
  /** Pauses that were cut short: where, and how long they really are. */
  pauses: { at: number; ms: number }[];
  /** Moments with room for a label, in milliseconds since the first. */
  ticks: { at: number; ms: number }[];
  firstMs: number;
  lastMs: number;
}

type Span = { from: number; to: number; busy: boolean };

// A cut pause is this wide; a request that waits for ever needs room to show it; a label needs room, too.
const pauseShare = 0.05;
const openShare = 0.12;
const tickShare = 0.17;

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
  const firstMs = moments[0] ?? 0;
  const starts = new Map<number, number>([[firstMs, 0]]);
  const pauses: Axis['pauses'] = [];
  let x = 0;
  for (const [index, span] of spans.entries()) {
    const width = ((weights[index] ?? 0) / total) * room;
    if (isCut(span, busyMs)) pauses.push({ at: x + width / 2, ms: span.to - span.from });
    x += width;
    starts.set(span.to, x);
  }
  return {
    at: (ms) => starts.get(ms) ?? 0,
    pauses,
    ticks: ticksOf(starts, firstMs),
    firstMs,
    lastMs: moments.at(-1) ?? 0,
  };
}

export interface Overlap {
  /** On the axis, with a little room at both ends. */
  from: number;
  to: number;
  /** Its begin, and its length. */
  ticks: { at: number; ms: number }[];
}

/** Where the requests lie that were under way together; `null` when that is most of the axis. */
export function overlapOf(exchanges: readonly ExchangeRecord[], axis: Axis): Overlap | null {
  const proofs = (group: { exchanges: ExchangeRecord[] }) => group.exchanges.filter(({ proof }) => proof).length;
  const [group] = groupsOf(exchanges)
    .filter((one) => one.exchanges.length > 1)
    .sort((a, b) => proofs(b) - proofs(a) || b.exchanges.length - a.exchanges.length);
  if (group === undefined) return null;
  const fromMs = Math.min(...group.exchanges.map(({ sentMs }) => sentMs));
  const toMs = Math.max(...group.exchanges.map(({ doneMs, sentMs }) => doneMs ?? sentMs));
  const [from, to] = [axis.at(fromMs), axis.at(toMs)];
  if (to <= from || to - from > 0.8) return null;
  const ticks = [
    { at: from, ms: fromMs - axis.firstMs },
    { at: to, ms: toMs - fromMs },
  ];
  const room = (to - from) * 0.03;
  return { from: Math.max(0, from - room), to: Math.min(1, to + room), ticks };
}

function ticksOf(starts: Map<number, number>, firstMs: number): Axis['ticks'] {
  const all = [...starts].map(([ms, at]) => ({ at, ms: ms - firstMs }));
  const last = all.at(-1);
  const ticks: Axis['ticks'] = [];
  for (const tick of all) {
    const before = ticks.at(-1);
    const farEnough = before === undefined || tick.at - before.at >= tickShare;
    if (tick === last || (farEnough && (last === undefined || last.at - tick.at >= tickShare))) ticks.push(tick);
  }
  return ticks.length > 1 && (ticks.at(-1)?.at ?? 0) - (ticks.at(-2)?.at ?? 0) < 0.02 ? ticks.slice(0, -1) : ticks;
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
