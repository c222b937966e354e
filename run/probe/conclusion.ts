/** What probes come to: a member of the contract with its value, why, and the exchanges that show it. */

import type { Json } from '../../contracts/contract.js';
import type { Reading } from '../../history/reading.js';
import { nothingWords } from '../../history/undecoded.js';
import { excerpt } from '../../judge/words.js';
import type { Shown } from '../../suites/shown-by-probes.js';

/** One request of the probes. */
export interface Probe {
  /** What was particular to it, e.g. 'key 1, body A'. */
  label: string;
  reading: Reading;
}

/** The steps of the probes. */
export type StepName =
  | 'one'
  | 'oneAgain'
  | 'oneOther'
  | 'two'
  | 'twoAgain'
  | 'twoOther'
  | 'three'
  | 'keyless'
  | 'keylessAgain'
  | 'blank'
  | 'blankAgain'
  | 'spelled'
  | 'spaced'
  | 'pair'
  | 'pairAfter'
  | 'foreign';

/** What was answered, by step; of pairs both. */
export type Sent = { [Name in StepName]?: Probe[] };

export interface Conclusion {
  /** Pointer of the contract's member. */
  member: string;
  /** Its value. Absent: the answers do not conclude. */
  value?: Json;
  /** What was seen, in a sentence. */
  says: string;
  /** The exchanges that show it, a line each. */
  lines: string[];
  /** What it promises besides. */
  shows?: Shown[];
}

/** `POST /orders, key 1, body A: 201 {"id":"order_1"}`. */
export function lineOf({ label, reading }: Probe): string {
  const { request, outcome } = reading.exchange;
  const answer =
    outcome.kind === 'answer' ? `${outcome.status} ${excerpt(outcome.body)}` : nothingWords(outcome.reason);
  return `${request.method} ${new URL(request.url).pathname}, ${label}: ${answer}`.replace(/\s+/g, ' ').trimEnd();
}

export function linesOf(...probes: (Probe | undefined)[]): string[] {
  return probes.flatMap((one) => (one === undefined ? [] : [lineOf(one)]));
}

/** The status of an answer; `null` where there was none. */
export function statusOf({ reading }: Probe): number | null {
  const { outcome } = reading.exchange;
  return outcome.kind === 'answer' ? outcome.status : null;
}

/** Whether a request was turned down for what it is: not for its credential, its rate or a fault of the server. */
export function isRefused(probe: Probe): boolean {
  const status = statusOf(probe) ?? 0;
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

export function isOk({ reading }: Probe): boolean {
  return reading.kind === 'ok';
}

/** Whether both were answered with one resource. */
export function isSame(one: Probe, other: Probe): boolean {
  return isOk(one) && isOk(other) && one.reading.id === other.reading.id;
}

/** Whether each was answered with a resource of its own. */
export function areApart(one: Probe, other: Probe): boolean {
  return isOk(one) && isOk(other) && one.reading.id !== other.reading.id;
}

/** Numbers in order, each once. */
export function eachOnce(statuses: (number | null)[]): number[] {
  return [...new Set(statuses.filter((one) => one !== null))].sort((a, b) => a - b);
}
