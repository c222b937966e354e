/** When requests ran that were, or may have been, carried out: an index, for a history may have very many of them. */
import { doneAt, type Reading } from '../history/reading.js';

export interface Run {
  sent: number;
  /** When the last of this one and the earlier ones was done: never, where one has no answer. */
  until: number;
}

/** The runs of each name, the earliest first; requests that have none are left out. */
export function runsOf(readings: Reading[], nameOf: (reading: Reading) => string | null): Map<string, Run[]> {
  const result = new Map<string, Run[]>();
  for (const reading of holding(readings)) {
    const name = nameOf(reading);
    if (name === null) continue;
    const runs = result.get(name) ?? [];
    const until = reading.kind === 'unknown' ? Number.POSITIVE_INFINITY : doneAt(reading);
    runs.push({ sent: reading.exchange.sent, until: Math.max(until, runs.at(-1)?.until ?? 0) });
    result.set(name, runs);
  }
  return result;
}

/** Requests that hold a key or may do so, the earliest first. */
export function holding(readings: Reading[]): Reading[] {
  return readings
    .filter((x) => x.register !== null && (x.kind === 'ok' || x.kind === 'unknown'))
    .sort((a, b) => a.exchange.sent - b.exchange.sent);
}

/** The last that was sent by then, by bisection. */
export function lastSent(runs: Run[], by: number): Run | undefined {
  let [least, most] = [0, runs.length];
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((runs[middle] as Run).sent <= by) least = middle + 1;
    else most = middle;
  }
  return runs[least - 1];
}
