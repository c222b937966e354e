/**
 * The judge's first reading: a summary of constant size for each register, enough to see that most need no closer
 * look. What it clears, the rules would clear, too; what it suspects is read again.
 */
import type { Observed } from './judge.js';

/** Different bodies refused under one key that are remembered; with more the register is suspect. */
const REFUSED_BODIES = 8;

interface Summary {
  exchanges: number;
  /** Of the successes: the latest id, the value, and the bytes, `null` before the first. */
  id: string | null;
  value: string | null;
  bytes: string | null;
  /** Successes came for different bytes of one value. */
  respelled: boolean;
  /** Bytes that were refused as a conflict. */
  refused: Set<string> | null;
  /** The least time a success was sent, and the least time a success or a conflict was complete. */
  winnerSent: number;
  answered: number;
  suspect: boolean;
}

export class Survey {
  /** Ids that more than one register answered. */
  readonly shared = new Set<string>();
  readonly #summaries = new Map<string, Summary>();
  readonly #owners = new Map<string, string>();

  add(x: Observed): void {
    const summary = this.#summaryOf(x.register);
    summary.exchanges += 1;
    if (x.kind === 'ok') this.#success(summary, x);
    else if (x.kind === 'conflict') refusal(summary, x);
    else if (x.kind === 'inflight') summary.suspect = true;
  }

  get registers(): number {
    return this.#summaries.size;
  }

  /** How many registers were met more than once. */
  repeated(): number {
    let count = 0;
    for (const { exchanges } of this.#summaries.values()) if (exchanges > 1) count += 1;
    return count;
  }

  /** The suspects, in groups of at most `atOnce` exchanges where no register alone has more. */
  suspects(atOnce: number): Set<string>[] {
    const groups: Set<string>[] = [];
    let room = 0;
    for (const [register, summary] of this.#summaries) {
      if (!summary.suspect && conflictsExplained(summary)) continue;
      if (groups.length === 0 || room < summary.exchanges) {
        groups.push(new Set());
        room = atOnce;
      }
      groups.at(-1)?.add(register);
      room -= summary.exchanges;
    }
    return groups;
  }

  #summaryOf(register: string): Summary {
    let summary = this.#summaries.get(register);
    if (summary === undefined) {
      summary = {
        exchanges: 0,
        id: null,
        value: null,
        bytes: null,
        respelled: false,
        refused: null,
        winnerSent: Number.POSITIVE_INFINITY,
        answered: Number.POSITIVE_INFINITY,
        suspect: false,
      };
      this.#summaries.set(register, summary);
    }
    return summary;
  }

  #success(summary: Summary, x: Observed): void {
    if (summary.value === null) {
      summary.value = x.value;
      summary.bytes = x.bytes;
    } else {
      if (summary.value !== x.value) summary.suspect = true;
      if (summary.bytes !== x.bytes) summary.respelled = true;
    }
    if (x.sent < summary.winnerSent) summary.winnerSent = x.sent;
    if (x.done < summary.answered) summary.answered = x.done;
    if (summary.id === x.id) return;
    if (summary.id !== null) summary.suspect = true;
    summary.id = x.id;
    const owner = this.#owners.get(x.id as string);
    if (owner === undefined) this.#owners.set(x.id as string, x.register);
    else if (owner !== x.register) this.shared.add(x.id as string);
  }
}

function refusal(summary: Summary, x: Observed): void {
  summary.refused ??= new Set();
  if (summary.refused.size < REFUSED_BODIES) summary.refused.add(x.bytes);
  else if (!summary.refused.has(x.bytes)) summary.suspect = true;
  if (x.done < summary.answered) summary.answered = x.done;
}

/** Rules 4 and 5 for the usual case: one body won, was never refused, and was sent before the first answer. */
function conflictsExplained({ refused, bytes, respelled, winnerSent, answered }: Summary): boolean {
  if (refused === null) return true;
  return bytes !== null && !respelled && !refused.has(bytes) && winnerSent <= answered;
}
