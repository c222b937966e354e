/** How two requests stand in time. */
import type { Reading } from '../history/reading.js';

/** Milliseconds from the answer to `a` until `b` was sent; negative when they overlap, `null` without an answer. */
export function gapMs(a: Reading, b: Reading): number | null {
  return a.exchange.done === null ? null : b.exchange.sent - a.exchange.done;
}

/** Whether the later one was sent before the earlier one was answered. */
export function overlapped(a: Reading, b: Reading): boolean {
  const [first, second] = a.exchange.sent <= b.exchange.sent ? [a, b] : [b, a];
  return first.exchange.done !== null && second.exchange.sent <= first.exchange.done;
}
