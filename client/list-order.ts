/** Whether a list is newest first, found out from where new entries stand, so that reading may end before its last page. */

/** Chance at which new entries stand first in a list without an order; below it, the list is taken to be newest first. */
const LUCK = 1e-6;

/** One reading of a list, page by page. */
interface Look {
  /** Takes a page; `true` where what follows was covered by an earlier reading. */
  page(ids: string[]): boolean;
  /** The reading is over. Gives how many entries were new. */
  end(start: number, done: number, visibleMs: number): number;
}

export class ListOrder {
  /** When each entry was first met, in milliseconds. */
  readonly #since = new Map<string, number>();
  /** Entries first met by then stand where all that is older has shown. */
  #settledBy = Number.NEGATIVE_INFINITY;
  /** Chance of what was seen, if the list had no order; its logarithm, because it becomes small. `null`: not newest first. */
  #logChance: number | null = 0;

  /** Entries that were there before the run. */
  before(ids: Iterable<string>): void {
    for (const id of ids) this.#since.set(id, Number.NEGATIVE_INFINITY);
  }

  /** Whether a page of these entries is followed by nothing but what was there before the run. */
  isBeforeRun(ids: string[]): boolean {
    const newestFirst = this.#logChance !== null && this.#logChance < Math.log(LUCK);
    return newestFirst && ids.length > 0 && ids.every((id) => this.#since.get(id) === Number.NEGATIVE_INFINITY);
  }

  look(): Look {
    const fresh = new Set<string>();
    const settled = new Set<string>();
    const isSettled = (id: string) => (this.#since.get(id) ?? Number.POSITIVE_INFINITY) <= this.#settledBy;
    return {
      page: (ids) => {
        for (const id of ids) {
          if (isSettled(id)) settled.add(id);
          else if (!this.#since.has(id) && !fresh.has(id)) {
            fresh.add(id);
            if (settled.size > 0) this.#logChance = null;
          }
        }
        const luck = this.#logChance === null ? null : this.#logChance + logChance(fresh.size, settled.size);
        return ids.length > 0 && ids.every(isSettled) && luck !== null && luck < Math.log(LUCK);
      },
      end: (start, done, visibleMs) => {
        if (this.#logChance !== null) this.#logChance += logChance(fresh.size, settled.size);
        for (const id of fresh) this.#since.set(id, done);
        // In a list that is newest first, all that stands after an entry was there when it was first met.
        this.#settledBy = Math.max(this.#settledBy, start - visibleMs);
        return fresh.size;
      },
    };
  }
}

/** Of `first` entries standing before all of `others`, if every order is as likely. */
function logChance(first: number, others: number): number {
  let sum = 0;
  for (let n = 1; n <= first; n += 1) sum += Math.log(n / (others + n));
  return sum;
}
