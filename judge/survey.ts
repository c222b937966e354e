/**
 * The judge's first reading: a summary of constant size for each register. It decides rules 1 and 3 for keys that
 * are never forgotten, and clears the conflicts of most registers; what is left is suspect and is read again.
 */
import { earlier, type Listener, type Observed, type Rule } from './observed.js';

/** Different bodies refused under one key that are remembered; with more the register is suspect. */
const REFUSED_BODIES = 8;

interface Summary<T> {
  exchanges: number;
  /** The earliest success, and the earliest ones with another id and another value than that. */
  first: T | null;
  otherId: T | null;
  otherValue: T | null;
  /** Successes came for different bytes. */
  respelled: boolean;
  /** Bytes that were refused as a conflict. */
  refused: Set<string> | null;
  /** The least time a success or a conflict was complete. */
  answered: number;
  suspect: boolean;
}

export class Survey<T extends Observed> {
  /** Ids that more than one register answered. */
  readonly shared = new Set<string>();
  readonly #summaries = new Map<string, Summary<T>>();
  readonly #owners = new Map<string, string>();

  add(x: T): void {
    let summary = this.#summaries.get(x.register);
    if (summary === undefined) {
      summary = empty();
      this.#summaries.set(x.register, summary);
    }
    summary.exchanges += 1;
    if (x.kind === 'ok') this.#success(summary, x);
    else if (x.kind === 'conflict') refusal(summary, x);
    else if (x.kind === 'inflight' || x.kind === 'refused') summary.suspect = true;
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

  /**
   * Reports what is decided, and gives the suspects, in groups of at most `atOnce` exchanges where no register alone
   * has more.
   */
  decide(retentionMs: number, atOnce: number, listener: Listener<T>): Set<string>[] {
    const groups: Set<string>[] = [];
    let room = 0;
    for (const [register, summary] of this.#summaries) {
      if (decided(register, summary, retentionMs, listener)) continue;
      if (groups.length === 0 || room < summary.exchanges) {
        groups.push(new Set());
        room = atOnce;
      }
      groups.at(-1)?.add(register);
      room -= summary.exchanges;
    }
    return groups;
  }

  #success(summary: Summary<T>, x: T): void {
    const { first } = summary;
    if (x.done < summary.answered) summary.answered = x.done;
    if (first === null || first.id !== x.id) this.#own(x);
    // What names nothing may be about any resource.
    const isApart = first !== null && first.id !== null && x.id !== null && first.id !== x.id;
    if (first !== null && (first.id === null) !== (x.id === null)) summary.suspect = true;
    if (first === null) summary.first = x;
    else if (earlier(x, first)) {
      if (isApart) summary.otherId = first;
      if (x.value !== first.value) summary.otherValue = first;
      if (x.bytes !== first.bytes) summary.respelled = true;
      summary.first = x;
    } else {
      const { otherId, otherValue } = summary;
      if (isApart && (otherId === null || earlier(x, otherId))) summary.otherId = x;
      if (x.value !== first.value && (otherValue === null || earlier(x, otherValue))) summary.otherValue = x;
      if (x.bytes !== first.bytes) summary.respelled = true;
    }
  }

  #own({ id, register }: T): void {
    if (id === null) return;
    const owner = this.#owners.get(id);
    if (owner === undefined) this.#owners.set(id, register);
    else if (owner !== register) this.shared.add(id);
  }
}

function empty<T>(): Summary<T> {
  return {
    exchanges: 0,
    first: null,
    otherId: null,
    otherValue: null,
    respelled: false,
    refused: null,
    answered: Number.POSITIVE_INFINITY,
    suspect: false,
  };
}

function refusal<T>(summary: Summary<T>, x: Observed): void {
  summary.refused ??= new Set();
  if (summary.refused.size < REFUSED_BODIES) summary.refused.add(x.bytes);
  else if (!summary.refused.has(x.bytes)) summary.suspect = true;
  if (x.done < summary.answered) summary.answered = x.done;
}

/** Whether the summary alone settles the register; a violation found is reported. */
function decided<T extends Observed>(
  register: string,
  summary: Summary<T>,
  retentionMs: number,
  listener: Listener<T>,
): boolean {
  const { first, otherId, otherValue, suspect } = summary;
  if (suspect || (otherId !== null && Number.isFinite(retentionMs))) return false;
  const other = otherId ?? otherValue;
  // A key that was forgotten may have been used for another body, which no id shows.
  if (first?.id === null && other !== null && Number.isFinite(retentionMs)) return false;
  if (first === null || other === null) return conflictsExplained(summary);
  const rule: Rule = otherId === null ? 'two-values' : 'two-ids';
  listener.violation({ rule, register, proof: [first.ref, other.ref] }, [first, other]);
  return true;
}

/** Rules 4 and 5 for the usual case: one body won, was never refused, and was sent before the first answer. */
function conflictsExplained<T extends Observed>({ refused, first, respelled, answered }: Summary<T>): boolean {
  if (refused === null) return true;
  return first !== null && !respelled && !refused.has(first.bytes) && first.sent <= answered;
}
