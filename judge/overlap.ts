/** Answers 'does an interval of another group overlap this one?' in logarithmic time. */

interface Interval {
  sent: number;
  done: number;
  group: unknown;
}

/** Intervals sorted by their start, with the two latest ends of different groups among each prefix. */
export class Overlaps {
  readonly #starts: number[];
  readonly #latest: { first: Interval; second: Interval | null }[] = [];

  constructor(intervals: Interval[]) {
    const sorted = [...intervals].sort((a, b) => a.sent - b.sent);
    this.#starts = sorted.map((interval) => interval.sent);
    let first: Interval | null = null;
    let second: Interval | null = null;
    for (const next of sorted) {
      if (first === null || next.done > first.done) {
        if (first !== null && first.group !== next.group) second = first;
        first = next;
      } else if (next.group !== first.group && (second === null || next.done > second.done)) {
        second = next;
      }
      this.#latest.push({ first, second });
    }
  }

  /** Whether an interval of a group other than `group` has `sent <= until` and `done >= from`. */
  has(group: unknown, from: number, until: number): boolean {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= until) low = middle + 1;
      else high = middle;
    }
    const latest = this.#latest[low - 1];
    if (latest === undefined) return false;
    const other = latest.first.group === group ? latest.second : latest.first;
    return other !== null && other.done >= from;
  }
}
