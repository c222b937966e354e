/** A logarithmic scale for times that reach from microseconds to seconds. */

export interface Scale {
  /** Where a time lies, from 0 to 1; what is shorter than the first mark lies at 0. */
  at(ms: number): number;
  /** Powers of ten. */
  marks: number[];
}

// Clocks are not finer.
const shortest = 0.001;

export function scaleOf(times: readonly number[]): Scale {
  const real = times.filter((ms) => ms >= shortest);
  const first = Math.floor(Math.log10(Math.min(...real, 1000)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...real, shortest))));
  const marks = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  return { at: (ms) => Math.min(1, Math.max(0, (Math.log10(Math.max(ms, shortest)) - first) / (last - first))), marks };
}
