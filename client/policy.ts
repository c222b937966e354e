/** Refused duplicates that are asked again in vain, until no more are. */
const MOST_IN_VAIN = 8;

/** How long a client waits for what may never come. Whoever runs plans owns one, and hands it to each of them. */
export class Policy {
  /** Whether a resource that is not found is asked for again; once that is known to be in vain, it need not be. */
  patient = true;
  /** Whether answers are waited for, and in-flight refusals asked again, as long as may be: until a request had no answer. */
  hopeful = true;
  /** Milliseconds that the longest first request took which came alone: so long a refusal in flight may be true. */
  runsMs = 0;
  /** Refusals of duplicates that the contract does not explain: of how many the request was answered in the end. */
  readonly #guessed = { well: 0, in: 0 };

  /** Whether it pays to ask such a duplicate again: not where all of them stay refused. */
  get mayBeInFlight(): boolean {
    return this.#guessed.well > 0 || this.#guessed.in < MOST_IN_VAIN;
  }

  /** What became of one. */
  guessed(well: boolean): void {
    this.#guessed.in += 1;
    if (well) this.#guessed.well += 1;
  }
}
