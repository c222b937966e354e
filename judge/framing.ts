/** What differs around two bodies, and which requirement says that it does not matter. */
import { attemptsOf, type Framing, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';

/** REPLAY-15 for what a contract may leave in the comparison, REPLAY-7 for the rest; `null` where nothing differs. */
export function framedId(plan: Plan, a: Reading, b: Reading): 'REPLAY-7' | 'REPLAY-15' | null {
  const [one, other] = [a, b].map(({ exchange }) => attemptsOf(plan)[exchange.attempt]?.framing ?? {});
  if (JSON.stringify(usual(one)) !== JSON.stringify(usual(other))) return 'REPLAY-7';
  return JSON.stringify(compared(one)) === JSON.stringify(compared(other)) ? null : 'REPLAY-15';
}

/** Connections are another requirement's. */
function usual({ chunked, headers }: Framing = {}): unknown {
  return [chunked === true, (headers ?? []).filter((header) => !isCompared(header))];
}

function compared({ query, headers }: Framing = {}): unknown {
  return [query, (headers ?? []).filter(isCompared)];
}

/** The parameters of a Content-Type, and names in capitals, which no usual header has. */
function isCompared([name]: [string, string]): boolean {
  return name.toLowerCase() === 'content-type' || name === name.toUpperCase();
}
