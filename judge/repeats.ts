/** Which requests of a history ended without an answer that can be read: what counts against a pass. */
import type { Contract } from '../contracts/contract.js';
import { type Attempt, attemptsOf, type CreateAttempt, type Plan, writeOf } from '../history/plan.js';
import { isUnreadable, type Reading } from '../history/reading.js';
import { isBlank, sameRegister } from '../history/register.js';
import { looksAtKey } from './after-unknown.js';

/**
 * - `readable`: a success with an id, or a conflict. `permitted`: a refusal of a repeat that the contract says or leaves open.
 * - `refused`; `unreadable`: a success without an id; `failed`: any other answer; `unanswered`.
 */
type Ending = 'readable' | 'permitted' | 'refused' | 'unreadable' | 'failed' | 'unanswered';

/** A request that was sent more than once, or answered with a success that names nothing. */
export interface Repeated {
  /** What its requests have in common. */
  name: string;
  /** The earliest that was accepted, or whose outcome was unknown where none was. */
  first: Reading;
  /** Whether a repeat was refused as the contract permits, and none was answered with a resource. */
  permitted: Reading | null;
  /** Whether a repeat was answered with a resource. */
  replayed: boolean;
  /** What speaks against a pass: nothing that was sent later could be read. */
  open: { reading: Reading; ending: Ending } | null;
}

/** Each of a plan's valid requests that was repeated; one that was only ever refused shows nothing of repeats. */
export function repeatsIn(plan: Plan, readings: Reading[], contract: Contract): Repeated[] {
  const attempts = attemptsOf(plan);
  // How a body is refused whose key another one has is for CONFLICT to judge.
  const isTaken = (own: Reading[]) =>
    own.every(({ kind }) => kind !== 'ok') &&
    readings.some((x) => x.kind === 'ok' && own.some((one) => sameRegister(x, one) && x.value !== one.value));
  const groups = new Map<string, Reading[]>();
  for (const reading of lastTries(readings)) {
    const name = nameOf(reading, writeOf(attempts[reading.exchange.attempt]));
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), reading]);
  }
  return [...groups].flatMap(([name, own]) => (isTaken(own) ? [] : (repeatedOf(name, own, attempts, contract) ?? [])));
}

/** The endings of what was answered last to each attempt. */
function repeatedOf(name: string, own: Reading[], attempts: Attempt[], contract: Contract): Repeated | null {
  const first = own.find(({ kind }) => kind === 'ok') ?? own.find(isUnknown);
  if (first === undefined) return null;
  const repeats = own.filter(
    (x) => x !== first && attempts[x.exchange.attempt]?.hangUp === undefined && !endedBefore(x, first),
  );
  const ends = [...(isUnreadable(first) ? [first] : []), ...repeats].map((reading) => ({
    reading,
    ending: endingOf(reading, first, contract),
  }));
  if (ends.length === 0) return null;
  const isOpen = ({ reading }: (typeof ends)[number]) =>
    !isSettled(reading, first, contract) &&
    !own.some((later) => isSettled(later, first, contract) && endedBefore(reading, later));
  const replayed = ends.some(({ reading }) => reading.kind === 'ok');
  return {
    name,
    first,
    replayed,
    permitted: replayed ? null : (ends.find(({ ending }) => ending === 'permitted')?.reading ?? null),
    open: ends.findLast(isOpen) ?? null,
  };
}

/** What requests with the same name have in common; `null` for what is wrong or unusual on purpose. */
function nameOf({ exchange, register, value }: Reading, attempt: CreateAttempt | undefined): string | null {
  const { credential, key } = exchange;
  if (attempt === undefined || key === undefined || isBlank(key)) return null;
  if (credential !== 'first' && credential !== 'second') return null;
  const { body, framing } = attempt;
  if (body.invalid !== undefined || body.rewrite !== undefined) return null;
  const { connection: _, token: _token, ...rest } = framing ?? {};
  return JSON.stringify([register ?? `${credential} without a key`, value, rest]);
}

/** Whether a repeat of `first` ended in a way that the contract allows, or leaves open. */
export function isSettled(reading: Reading, first: Reading, contract: Contract): boolean {
  return ['readable', 'permitted'].includes(endingOf(reading, first, contract));
}

function endingOf(reading: Reading, first: Reading, contract: Contract): Ending {
  const { kind, exchange } = reading;
  const { outcome } = exchange;
  if (kind === 'ok' || kind === 'conflict') return 'readable';
  if (outcome.kind !== 'answer') return 'unanswered';
  if (kind === 'unknown') return isUnreadable(reading) ? 'unreadable' : 'failed';
  if (kind === 'inflight') return 'refused';
  const silent = contract.replay.kind === null && exchange.key !== null && first.kind === 'ok';
  if (silent && looksAtKey(reading, contract)) return 'permitted';
  return kind === 'refused' && contract.replay.kind !== 'success' ? 'permitted' : 'refused';
}

/** Accepted or not: its client cannot know. */
function isUnknown({ kind, exchange }: Reading): boolean {
  return kind === 'unknown' || exchange.outcome.kind !== 'answer';
}

function endedBefore({ exchange: { sent, done } }: Reading, later: Reading): boolean {
  return (done ?? sent) < later.exchange.sent;
}

/** Without what was asked again. */
function lastTries(readings: Reading[]): Reading[] {
  const nameOf = ({ exchange: { attempt, time } }: Reading) => `${attempt} ${time}`;
  const last = new Map(readings.map((reading) => [nameOf(reading), 0]));
  for (const reading of readings) {
    const name = nameOf(reading);
    last.set(name, Math.max(last.get(name) as number, reading.exchange.retry));
  }
  return readings.filter((reading) => reading.exchange.retry === last.get(nameOf(reading)));
}
