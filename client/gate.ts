/** Holds the last part of each request of a storm back until all of them stand ready, and lets them go in one tick. */
export class Gate {
  #missing: number;
  readonly #waiting: (() => void)[] = [];
  #open = false;
  readonly #timer: NodeJS.Timeout;
  #signing = 0;

  /** @param patienceMs after which those that are ready go without the others, once none is being signed any more */
  constructor(count: number, patienceMs: number) {
    this.#missing = count;
    this.#timer = setTimeout(() => {
      if (this.#signing > 0) this.#timer.refresh();
      else this.#release();
    }, patienceMs);
  }

  /** Waits for a request to be signed, which has a limit of its own: patience begins anew after it. */
  async signing<T>(work: Promise<T>): Promise<T> {
    this.#signing += 1;
    try {
      return await work;
    } finally {
      this.#signing -= 1;
      if (!this.#open) this.#timer.refresh();
    }
  }

  /** Resolves when everybody may go. */
  arrive(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.leave();
    });
  }

  /** Somebody will not come. */
  leave(): void {
    this.#missing -= 1;
    if (this.#missing <= 0) this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#open = true;
    for (const go of this.#waiting.splice(0)) go();
  }
}
