/** How long a write runs at a target, which bounds how long a refusal as in flight may be true. */
import type { Reading } from '../history/reading.js';
import { sameRegister } from '../history/register.js';

export class Running {
  /** Milliseconds that the longest first request took which came alone and was accepted. */
  longestMs = 0;

  /**
   * Learns from the first requests of keys that no other request met. Others may have waited for a lock that nothing
   * holds any more.
   */
  learn(readings: Reading[]): void {
    for (const reading of readings) {
      const { sent, done, retry } = reading.exchange;
      if (reading.kind !== 'ok' || done === null || retry > 0) continue;
      if (readings.some((x) => sameRegister(x, reading) && x.exchange.sent <= done)) continue;
      this.longestMs = Math.max(this.longestMs, done - sent);
    }
  }

  /** Milliseconds after an answer during which something may still be running under its key. */
  graceMs(promised: number): number {
    return Math.max(promised, 2 * this.longestMs);
  }
}
