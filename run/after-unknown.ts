/** Keys whose first outcome was unknown, and which are refused ever since, or answered with the same error. */
import type { LoadedContract } from '../contracts/load.js';
import type { Exchange, History } from '../history/history.js';
import { attemptsOf, type CreateAttempt, type Plan, writeOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import { type Ending, endingFinding, endingOf, LEAST_ANSWERS } from '../judge/after-unknown.js';
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

  /** Forgets all but the oldest: many keys show no more than a few. */
  keepOldest(): void {
    for (const register of [...this.#keys.keys()].slice(MOST_ASKED)) this.#keys.delete(register);
  }

  open(): Key[] {
    return [...this.#keys.values()];
  }

  /** What a key was answered when it was asked again. */
  answered({ made, readings }: Key, now: Reading[]): void {
    const [{ register = null } = {}] = readings;
    this.#keep(register as string, made, [...readings, ...now]);
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
export function control(made: Made, { exchange }: Reading): Plan {
  const attempt = writeOf(attemptsOf(made.plan)[exchange.attempt]) as CreateAttempt;
  const { hangUp: _hangUp, atFraction: _atFraction, ...rest } = attempt;
  return { keys: made.plan.keys, steps: [{ do: 'storm', attempts: [rest] }] };
}

/** Longest pause that a target can ask for. */
export const LONGEST_HINT_MS = 60_000;

/** Milliseconds that the last answer asks to wait. */
export function lastHintMs({ ending: { answers } }: Key): number {
  const outcome = answers.at(-1)?.exchange.outcome;
  const seconds = outcome?.kind === 'answer' ? Number(outcome.headers['retry-after']) : 0;
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, LONGEST_HINT_MS) : 0;
}

/** The proof as a case of its own: the request whose outcome was unknown, two of its answers, and the last. */
export function caseOf({ ending }: Key, resources: string[]): { made: Omit<Made, 'id' | 'seed'>; one: Case } {
  const { unknown } = ending;
  const answers = [...ending.answers.slice(0, LEAST_ANSWERS - 1), ending.answers.at(-1) as Reading];
  const shown = [unknown, ...answers];
  const exchanges = shown.map(({ exchange }, n): Exchange => ({ ...exchange, attempt: n, time: 0, retry: 0, step: n }));
  const plan: Plan = {
    keys: [],
    steps: shown.flatMap(({ exchange }) => recallPlan(exchange, '').steps.map(unrecalled)),
  };
  const history: History = { plan, exchanges };
  const readings = shown.map((reading, n) => ({ ...reading, exchange: exchanges[n] as Exchange }));
  const last = answers.at(-1)?.exchange.sent as number;
  const seconds = (last - unknown.exchange.sent) / 1000;
  const finding = endingFinding({ is: ending.is, answers }, { resources, seconds });
  return {
    made: { round: 0, path: '', plan, history, readings },
    one: { history, readings, finding, effects: resources },
  };
}

function unrecalled(step: Plan['steps'][number]): Plan['steps'][number] {
  if (step.do !== 'storm') return step;
  const attempts = step.attempts.map((attempt) => {
    if (attempt.operation !== 'create') return attempt;
    const { recalled: _, ...rest } = attempt;
    return rest;
  });
  return { ...step, attempts };
}

/** A valid request under a key of its own. */
function isOrdinary({ register, exchange }: Reading, plan: Plan): boolean {
  if (register === null || isBlank(exchange.key)) return false;
  if (exchange.credential !== 'first' && exchange.credential !== 'second') return false;
  return writeOf(attemptsOf(plan)[exchange.attempt])?.body.invalid === undefined;
}
