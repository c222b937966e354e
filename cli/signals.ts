/**
 * Ctrl-C and its kin: the first ends a run in order, the second at once. A terminal that closes sends SIGHUP once or more:
 * it never asks for haste.
 */
import { constants } from 'node:os';

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm hands on what the terminal sends to both of them: what comes so soon after the first is the same one. */
const ONE_PRESS_MS = 200;

export class Signals {
  readonly #stopping = new AbortController();
  #first = Number.POSITIVE_INFINITY;
  #verdict: number | null = null;

  /** @param atOnce called at the second signal, before the process ends with 128 and the signal's number */
  constructor(atOnce: (signal: string) => void) {
    const onSignal = (name: NodeJS.Signals) => {
      const now = performance.now();
      if (this.#verdict !== null) {
        if (name !== 'SIGHUP') process.exit(this.#verdict);
      } else if (!this.#stopping.signal.aborted) {
        this.#first = now;
        this.#stopping.abort(new Error('interrupted'));
      } else if (name !== 'SIGHUP' && now - this.#first > ONE_PRESS_MS) {
        atOnce(name);
        process.exit(128 + constants.signals[name]);
      }
    };
    for (const name of NAMES) process.on(name, onSignal);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** The exit code is known: a signal that comes while the process ends does not change it. */
  finish(exitCode: number): void {
    this.#verdict = exitCode;
  }
}
