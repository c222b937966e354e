/** How long a write runs at a target, which bounds how long a refusal as in flight may be true. */
import type { Reading } from '../history/reading.js';

export class Running {
  /** Milliseconds that the longest first request took which came alone and was accepted. */
  longestMs = 0;

  /**
   * Learns from the first requests of keys that no other request met. Others may have waited for a lock that nothing
   * holds any more.
   */
  learn(readings: Reading[]): void {
    /** When the earliest two requests of each register were sent. */
    const earliest = new Map<string, number[]>();
    for (const { register, exchange } of readings) {
      if (register === null) continue;
      const times = [...(earliest.get(register) ?? []), exchange.sent];
      earliest.set(register, times.sort((a, b) => a - b).slice(0, 2));
    }
    for (const { register, kind, exchange } of readings) {
      const { sent, done, retry } = exchange;
      if (kind !== 'ok' || done === null || retry > 0) continue;
      const [first = sent, second = Number.POSITIVE_INFINITY] = earliest.get(register ?? '') ?? [];
      // Another one was sent before this one was done.
      if ((sent === first ? second : first) <= done) continue;
      this.longestMs = Math.max(this.longestMs, done - sent);
    }
  }

  /** Milliseconds after an answer during which something may still be running under its key. */
  graceMs(promised: number): number {
    return Math.max(promised, 2 * this.longestMs);
  }
}
