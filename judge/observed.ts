/** What the judge is given, and what it gives back. The rules, and their numbers, are those of `docs/judge.md`. */
import type { Kind } from '../history/reading.js';

export interface Observed {
  /** One key in one scope at one endpoint; a keyless request has a register of its own. */
  register: string;
  /** Identity of the bytes and of the JSON value: equal strings mean equal. */
  bytes: string;
  value: string;
  /** Any one clock, in milliseconds. An unknown outcome is done at `Infinity`. */
  sent: number;
  done: number;
  kind: Kind;
  /** The resource's id, for `ok`. */
  id: string | null;
  /** The caller's own number of this exchange, given back in proofs. */
  ref: number;
}

export type Rule =
  | 'two-ids'
  | 'shared-id'
  | 'two-values'
  | 'conflict-for-winner'
  | 'conflict-without-competitor'
  | 'repeat-refused-without-first'
  | 'refused-request-bound'
  | 'in-flight-without-competitor';

export interface Violation {
  rule: Rule;
  register: string;
  /** `ref`s of the exchanges that prove it, by time sent. */
  proof: number[];
}

export interface JudgeRules {
  /** Milliseconds after a competitor's answer during which an in-flight refusal is legal. */
  graceMs: number;
  /** Milliseconds for which a key is remembered at least; `Infinity`: forever. */
  retentionMs: number;
}

export interface Verdict {
  violations: Violation[];
  /** Registers in which a claim was seen to be given up: legal, worth reporting (rule 6). */
  givenUp: string[];
}

/** Receives what is found, one by one, so that it need not be kept. */
export interface Listener<T extends Observed> {
  /** `witnesses` are the exchanges of the proof, in its order. */
  violation(violation: Violation, witnesses: T[]): void;
  givenUp(register: string): void;
}

/** The order of proofs. */
export function earlier(a: Observed, b: Observed): boolean {
  return a.sent < b.sent || (a.sent === b.sent && a.ref < b.ref);
}
