/** Holds the last part of each request of a storm back until all of them stand ready, and lets them go in one tick. */
export class Gate {
  #missing: number;
  readonly #waiting: (() => void)[] = [];
  #open = false;
  readonly #timer: NodeJS.Timeout;

  /** @param patienceMs after which those that are ready go without the others */
  constructor(count: number, patienceMs: number) {
    this.#missing = count;
    this.#timer = setTimeout(() => this.#release(), patienceMs);
  }

  /** One more has got ready for its connection: patience begins anew, for the others may still be signed. */
  signed(): void {
    if (!this.#open) this.#timer.refresh();
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
