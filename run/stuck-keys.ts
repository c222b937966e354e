/** Keys whose last request had no final answer. */

import type { Contract } from '../contracts/contract.js';
import { hintMs } from '../contracts/refusals.js';
import type { Exchange } from '../history/history.js';
import { attemptsOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import { isUndecoded } from '../history/undecoded.js';

/** Keys that are asked again together. */
const MOST_ASKED = 8;

/** Times in a row that a key is asked again which is not answered at all: a connection may break for any reason. */
const LEAST_ASKED = 3;

/** Milliseconds between two requests under a key whose answer does not say when to come again. */
const ASK_AGAIN_MS = 1_000;

export interface StuckKey {
  /** The first request that had no final answer. */
  reading: Reading;
  /** What may have held the key: its first success, and what had no answer. */
  before: Exchange[];
  /** When it was sent last, and how long it must be left alone after that. */
  asked: number;
  pauseMs: number;
  /** How often in a row there was no answer at all when it was asked again. */
  silences: number;
  /** Whether there was no answer at all the last time. */
  silent: boolean;
  /** The longest pause that an answer has asked for. */
  hintMs: number;
}

/** The times within which a key must end, in milliseconds. */
export interface Within {
  final: number;
  most: number;
}

/** Whether another endpoint had the key before: where keys are shared, what is refused may be for that one. */
function isSentElsewhere({ exchange: { key, sent } }: Reading, readings: Reading[]): boolean {
  return readings.some(({ exchange: other }) => other.operation === 'other' && other.key === key && other.sent < sent);
}

export class StuckKeys {
  readonly #contract: Contract;
  readonly #stuck = new Map<string, StuckKey>();
  readonly #keys = new Set<string>();
  /** Why it cannot be said whether keys end: how long that takes, in a clause; `null` where it can. */
  undecided: string | null = null;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  remember(plan: Plan, readings: Reading[]): void {
    const attempts = attemptsOf(plan);
    for (const reading of readings) {
      const { register, exchange } = reading;
      // A blank key is no new one: another run may have used it up.
      if (register === null || isBlank(exchange.key)) continue;
      this.#keys.add(register);
      const hungUp = attempts[exchange.attempt]?.hangUp !== undefined;
      if (!isStuck(reading)) this.#stuck.delete(register);
      else if (!hungUp && !isSentElsewhere(reading, readings))
        this.#keep(register, this.#stuck.get(register)?.reading ?? reading, reading, readings);
    }
  }

  /** What a key was answered when it was asked again; what did not end in time is stuck. */
  answered({ reading, before }: StuckKey, last: Reading | undefined): void {
    if (last === undefined) return;
    const register = last.register ?? '';
    if (!isStuck(last)) this.#stuck.delete(register);
    else this.#keep(register, reading, last, [], before);
  }

  /** The oldest of them. */
  oldest(): StuckKey[] {
    return [...this.#stuck.values()]
      .sort((a, b) => a.reading.exchange.sent - b.reading.exchange.sent)
      .slice(0, MOST_ASKED);
  }

  /** Those that may be asked again, for their time is not over, and what they asked for is. */
  due(within: Within, now: number): StuckKey[] {
    return this.#open(within).filter((key) => key.asked + key.pauseMs <= now);
  }

  /** When the next of them may be asked; `null` where none need be. */
  next(within: Within): number | null {
    const times = this.#open(within).map(({ asked, pauseMs }) => asked + pauseMs);
    return times.length === 0 ? null : Math.min(...times);
  }

  #open(within: Within): StuckKey[] {
    return this.oldest().filter((key) => !isOver(key, within) && mayWait(key, within));
  }

  /** Those that did not end in their time. Those for which that is too long are left out, and make it undecided. */
  ended(within: Within): StuckKey[] {
    const long = this.oldest().find((key) => !mayWait(key, within));
    if (long !== undefined) this.undecided = whyLong(long, within);
    return this.oldest().filter((key) => mayWait(key, within) && isOver(key, within));
  }

  get none(): boolean {
    return this.#stuck.size === 0;
  }

  /** Distinct keys that were sent. */
  get keysSeen(): number {
    return this.#keys.size;
  }

  #keep(register: string, reading: Reading, last: Reading, readings: Reading[], before?: Exchange[]): void {
    const { outcome, sent, done } = last.exchange;
    const silent = outcome.kind !== 'answer';
    const hint = outcome.kind === 'answer' ? hintMs(outcome.headers['retry-after'], last.json, this.#contract) : null;
    this.#stuck.set(register, {
      reading,
      before: before ?? holders(reading, readings),
      asked: done ?? sent,
      silences: before === undefined || !silent ? 0 : (this.#stuck.get(register)?.silences ?? 0) + 1,
      silent,
      pauseMs: Math.max(hint ?? 0, ASK_AGAIN_MS),
      hintMs: Math.max(hint ?? 0, this.#stuck.get(register)?.hintMs ?? 0),
    });
  }
}

/** The first success of a key, and the requests that had no answer, besides the one that is asked again. */
function holders(reading: Reading, readings: Reading[]): Exchange[] {
  const own = readings.filter((x) => x.register === reading.register && x.exchange.sent <= reading.exchange.sent);
  const first = own.find(({ kind }) => kind === 'ok');
  const held = own.filter((x) => x === first || (x !== reading && x.exchange.outcome.kind === 'unknown'));
  return held.map(({ exchange }) => exchange);
}

function neededMs(key: StuckKey, { final }: Within): number {
  return Math.max(final, key.hintMs);
}

function whyLong({ hintMs }: StuckKey, { final }: Within): string {
  if (hintMs < final) return `the contract gives a key ${final / 1000} s until its final answer`;
  return `a key was refused as in flight, to be sent again after ${Math.ceil(hintMs / 1000)} s`;
}

/** Whether its time may be waited for. */
function mayWait(key: StuckKey, within: Within): boolean {
  return neededMs(key, within) <= within.most;
}

/** Whether it was asked after its time, and after what the answer before had asked for. */
function isOver(key: StuckKey, within: Within): boolean {
  if (key.silent && key.silences < LEAST_ASKED) return false;
  return key.asked - key.reading.exchange.sent >= neededMs(key, within);
}

/** Refused as in flight, or not answered at all: an answer that cannot be read is one. */
function isStuck({ kind, exchange: { outcome } }: Reading): boolean {
  return kind === 'inflight' || (kind === 'unknown' && outcome.kind === 'unknown' && !isUndecoded(outcome.reason));
}
