/** Keys whose first outcome was unknown, and which are refused ever since, or answered with the same error. */
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { hintMs } from '../contracts/refusals.js';
import { send } from '../generators/plans.js';
import type { History } from '../history/history.js';
import { attemptsOf, type CreateAttempt, type Plan, writeOf } from '../history/plan.js';
import { type Reading, readAs } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import { type Ending, endingFinding, endingOf, LEAST_ANSWERS } from '../judge/after-unknown.js';
import { readAll } from '../judge/classify.js';
import type { Case, Made } from './ledger.js';
import { recallPlan } from './recall.js';

/** Keys that are asked again together. */
const MOST_ASKED = 8;

/** One key, with what was sent and answered so far. */
export interface Key {
  made: Made;
  readings: Reading[];
  ending: Ending;
}

export class AfterUnknown {
  readonly #loaded: LoadedContract;
  readonly #keys = new Map<string, Key>();
  /** Keys of which it could not be said whether they had an effect. */
  undecided = 0;

  constructor(loaded: LoadedContract) {
    this.#loaded = loaded;
  }

  /** Keeps the keys of a plan that end so. */
  remember(made: Made): void {
    const byRegister = new Map<string, Reading[]>();
    for (const reading of made.readings) {
      if (!isOrdinary(reading, made.plan)) continue;
      const register = reading.register as string;
      byRegister.set(register, [...(byRegister.get(register) ?? []), reading]);
    }
    for (const [register, readings] of byRegister) this.#keep(register, made, readings);
  }

  /** Forgets all but the oldest of those that were answered, and then of the others: many keys show no more than a few. */
  keepOldest(): void {
    const unanswered = ([, { ending }]: [string, Key]) => Number(ending.answers.length === 0);
    const sorted = [...this.#keys].sort((a, b) => unanswered(a) - unanswered(b));
    for (const [register] of sorted.slice(MOST_ASKED)) this.#keys.delete(register);
  }

  open(): Key[] {
    return [...this.#keys.values()];
  }

  /** What a key was answered when it was asked again; one that still has no answer may never have any. */
  answered(key: Key, now: Reading[]): void {
    const register = key.ending.unknown.register as string;
    this.#keep(register, key.made, [...key.readings, ...this.#readBeside(key, now)]);
    if (this.#keys.get(register)?.ending.answers.length === 0) this.#keys.delete(register);
  }

  /** Whether it was asked often enough, for so long. */
  isFinal({ ending: { unknown, answers } }: Key, forMs: number): boolean {
    const last = answers.at(-1)?.exchange.sent ?? 0;
    return answers.length >= LEAST_ANSWERS && last - unknown.exchange.sent >= forMs;
  }

  /** It is not the key that is refused. */
  drop({ ending }: Key): void {
    this.#keys.delete(ending.unknown.register as string);
  }

  /** Alone, a status that stands for several refusals would be read as one in flight: what came before says which it is. */
  #readBeside(key: Key, now: Reading[]): Reading[] {
    if (now.every(({ kind }) => kind !== 'inflight')) return now;
    const exchanges = [...key.readings, ...now].map(({ exchange }) => exchange);
    const after = readAll(exchanges, this.#loaded).slice(key.readings.length);
    return now.map((reading, n) => (reading.kind === 'inflight' ? (after[n] ?? reading) : reading));
  }

  #keep(register: string, made: Made, readings: Reading[]): void {
    const ending = endingOf(readings, this.#loaded.contract);
    if (ending === null) this.#keys.delete(register);
    else this.#keys.set(register, { made, readings, ending });
  }
}

/** The same request as a plan. */
export function askingAgain({ made, ending: { unknown } }: Key): Plan {
  return recallPlan(unknown.exchange, made.id);
}

/** The same body under a new key: where that fails as well, it is not the key that is refused. */
export function control(made: Made, reading: Reading): Plan {
  return { keys: made.plan.keys, steps: [send(again(attemptOf(made, reading)))] };
}

function attemptOf({ plan }: Made, { exchange }: Reading): CreateAttempt {
  return writeOf(attemptsOf(plan)[exchange.attempt]) as CreateAttempt;
}

/** The attempt as its sender repeats it: without what was done to it on purpose. */
function again({ hangUp: _hangUp, atFraction: _atFraction, ...rest }: CreateAttempt): CreateAttempt {
  return rest;
}

/** Milliseconds that the last answer asks to wait. */
export function lastHintMs({ ending: { answers } }: Key, contract: Contract): number {
  const last = answers.at(-1);
  if (last?.exchange.outcome.kind !== 'answer') return 0;
  return hintMs(last.exchange.outcome.headers['retry-after'], last.json, contract) ?? 0;
}

/**
 * The proof as a case of its own, which can be sent again under new keys: the request whose outcome was unknown, two of
 * its answers, and the last.
 */
export function caseOf(key: Key, resources: string[]): { made: Omit<Made, 'id' | 'seed'>; one: Case } {
  const { unknown, is } = key.ending;
  const answers = [...key.ending.answers.slice(0, LEAST_ANSWERS - 1), key.ending.answers.at(-1) as Reading];
  const readings = [unknown, ...answers].map((reading, n): Reading => {
    return readAs(reading, { exchange: { ...reading.exchange, attempt: n, time: 0, retry: 0, step: n } });
  });
  const { atFraction: _, ...first } = attemptOf(key.made, key.ending.unknown);
  const plan: Plan = {
    keys: key.made.plan.keys,
    steps: [send(first), ...answers.map(() => send(again(first)))],
  };
  const history: History = { plan, exchanges: readings.map(({ exchange }) => exchange) };
  const last = answers.at(-1)?.exchange.sent as number;
  const seconds = (last - unknown.exchange.sent) / 1000;
  const finding = endingFinding({ is, answers }, { resources, seconds });
  return {
    made: { round: key.made.round, path: key.made.path, plan, history, readings },
    one: { history, readings, finding, effects: resources },
  };
}

/** A valid request under a key of its own. */
function isOrdinary({ register, exchange }: Reading, plan: Plan): boolean {
  if (register === null || isBlank(exchange.key)) return false;
  if (exchange.credential !== 'first' && exchange.credential !== 'second') return false;
  return writeOf(attemptsOf(plan)[exchange.attempt])?.body.invalid === undefined;
}
