/** Outcomes in words: what each fault should break, what was found, and what all of it comes to. */
import type { Fault } from '../../reference/faults/index.js';
import type { Outcome } from './lane.js';

/** One fault under one contract. */
export interface Line {
  name: string;
  runs: number;
  /** Runs that found all of the fault's own requirements broken. */
  whole: number;
  /** Runs that found at least one of them. */
  killed: number;
  /** Own ids that some run did not find, with the number of those runs. */
  missed: Map<string, number>;
  /** Ids found that are neither the fault's own nor known to follow from it. */
  extra: Map<string, number>;
  /** Ids that some run could not decide. */
  inconclusive: Map<string, number>;
  medianRequests: number | null;
  medianSeconds: number | null;
}

/** @param breaks what must be found under the contract of these outcomes */
export function lineOf(fault: Pick<Fault, 'name' | 'breaks' | 'follows'>, breaks: string[], outcomes: Outcome[]): Line {
  const found = outcomes.map(({ failed, warned }) => [...failed, ...warned]);
  const known = new Set([...fault.breaks, ...(fault.follows ?? [])]);
  const firsts = outcomes.flatMap(({ first }) => first ?? []);
  return {
    name: fault.name,
    runs: outcomes.length,
    whole: found.filter((ids) => breaks.every((id) => ids.includes(id))).length,
    killed: found.filter((ids) => breaks.some((id) => ids.includes(id))).length,
    missed: counted(found.map((ids) => breaks.filter((id) => !ids.includes(id)))),
    extra: counted(found.map((ids) => ids.filter((id) => !known.has(id)))),
    inconclusive: counted(outcomes.map((one) => one.inconclusive)),
    medianRequests: median(firsts.map(({ requests }) => requests)),
    medianSeconds: median(firsts.map(({ seconds }) => seconds)),
  };
}

function counted(lists: string[][]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of lists.flat()) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

export function median(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** `STORM-3 (2), LOST-1`: a number only where not all runs agree. */
export function idWords(counts: Map<string, number>, runs: number): string {
  const words = [...counts].map(([id, count]) => (count === runs ? id : `${id} (${count})`));
  return words.length === 0 ? '–' : words.join(', ');
}
