/** Budgets: how many requests, how fast, how many at once. */

/** A limit of the run is used up: what is left stays undecided. */
export class BudgetSpent extends Error {
  override name = 'BudgetSpent';
}

/** Shorter waits are not said. */
const SAID_MS = 2_000;

export interface Limits {
  maxRequests: number | null;
  maxCreates: number | null;
  /** Requests a minute. */
  perMinute: number | null;
}

export class Pace {
  sent = 0;
  creates = 0;
  /** Called before a wait of some seconds, with what is waited for. */
  onWait: ((words: string) => void) | null = null;
  /** Whether the target has ever asked everybody to wait. */
  limited = false;
  readonly #limits: Limits;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  #next = 0;
  #pausedUntil = 0;
  #pausedFor = '';

  constructor(limits: Limits, signal: AbortSignal) {
    this.#limits = limits;
    this.signal = signal;
  }

  /** Goes on with what another one has left of the same limits. */
  after(earlier: Pace): void {
    this.sent = earlier.sent;
    this.creates = earlier.creates;
    this.limited = earlier.limited;
    this.#next = earlier.#next;
    this.#pausedUntil = earlier.#pausedUntil;
  }

  /** Waits for the turn of `count` requests that are sent together. Throws `BudgetSpent`. */
  async take(count: number, creates: number): Promise<void> {
    const { maxRequests, maxCreates, perMinute } = this.#limits;
    if (maxRequests !== null && this.sent + count > maxRequests) {
      throw new BudgetSpent(`the budget of ${maxRequests} requests is spent`);
    }
    if (maxCreates !== null && this.creates + creates > maxCreates) {
      throw new BudgetSpent(`the budget of ${maxCreates} created resources is spent`);
    }
    this.sent += count;
    this.creates += creates;
    const now = performance.now();
    if (perMinute !== null) {
      const start = Math.max(this.#next, now);
      this.#next = start + (count * 60_000) / perMinute;
      await this.sleep(start - now, `a rate of ${perMinute} requests per minute`);
    }
    await this.sleep(this.#pausedUntil - performance.now(), this.#pausedFor);
  }

  /** Everybody waits: the target asked for it. */
  pause(ms: number, why: string): void {
    this.limited = true;
    this.#pausedFor = why;
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms);
  }

  /**
   * Throws what the signal was aborted with.
   * @param why what is waited for
   */
  async sleep(ms: number, why = ''): Promise<void> {
    this.signal.throwIfAborted();
    if (ms <= 0) return;
    if (why !== '' && ms >= SAID_MS) this.onWait?.(`waiting ${Math.ceil(ms / 1000)} s: ${why}`);
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(this.signal.reason);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      this.signal.addEventListener('abort', stop, { once: true });
    });
  }
}
