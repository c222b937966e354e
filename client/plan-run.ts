/** A plan that is under way, and what it has sent so far. */
import type { Exchange, SetUpExchange } from '../history/history.js';
import { type Attempt, nearMissesOf, type Plan } from '../history/plan.js';
import type { Lines } from './connect.js';
import type { Gate } from './gate.js';
import type { Execution, Mint } from './mint.js';
import type { Policy } from './policy.js';
import type { Prepared } from './preparation.js';

export interface PlanRun {
  plan: Plan;
  execution: Execution;
  exchanges: Exchange[];
  /** What set-up steps made for its writes. */
  setUp: Set<SetUpExchange>;
  writes: Writes;
  lines: Lines;
  policy: Policy;
}

/** The storm that is under way and where it stands in its plan. */
export interface StormRun extends PlanRun {
  step: number;
  /** Number of its first attempt. */
  first: number;
  /** Waits for work while others may send. */
  aside(work: Promise<unknown>): Promise<void>;
}

/** One request of a storm, on its way. */
export interface Sending {
  attempt: Attempt;
  run: StormRun;
  /** What it uses of set-up steps. */
  prepared: Prepared;
  /** Number of the attempt in its plan. */
  number: number;
  time: number;
  retry: number;
  gate: Gate | undefined;
  /** Whether it is sent again with a token that was renewed for it. */
  renewed?: boolean;
  /** Attempts that are items of the same batch. */
  joined?: Sending[];
  /** When it was sent first, by the run's clock. */
  since: number;
  /** Called once it is answered, and before it is asked again. */
  answered(): void;
}

/** Other attempts of a plan with the key of a write. */
export interface Duplicates {
  any: boolean;
  /** One with its bytes as well, which may have been running while it was. */
  running: boolean;
}

/** What became of one attempt. */
export interface Answered {
  sending: Sending;
  exchange: Exchange;
  duplicates: Duplicates;
  /** The credentials that it was sent with. */
  used: { first?: string | undefined; second?: string | undefined };
}

interface Write {
  /** The attempt, however often it is asked again. */
  of: string;
  key: string;
  body: string;
  /** `Infinity` while it runs, and where it had no answer. */
  until: number;
}

/** The writes of a plan by their key: which of them may be a duplicate of another. */
class Writes {
  readonly #all: Write[] = [];

  begin({ number, time }: Pick<Sending, 'number' | 'time'>, key: string, body: string): Write {
    const write = {
      of: `${number} ${time}`,
      key,
      body,
      until: Number.POSITIVE_INFINITY,
    };
    this.#all.push(write);
    return write;
  }

  duplicates(write: Write | null, sent: number): Duplicates {
    if (write === null) return { any: false, running: false };
    const others = this.#all.filter(({ of, key }) => of !== write.of && key === write.key);
    return { any: others.length > 0, running: others.some(({ body, until }) => body === write.body && until >= sent) };
  }
}

/** The attempts of a storm that are still under way. */
export class Open {
  count: number;
  /** Resolves when each has been answered once, or has ended. */
  readonly allAnswered: Promise<void>;
  readonly #answered = new Set<number>();
  readonly #of: number;
  #resolve = () => {};

  constructor(of: number) {
    this.#of = of;
    this.count = of;
    this.allAnswered = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (of === 0) this.#resolve();
  }

  answered(number: number): void {
    this.#answered.add(number);
    if (this.#answered.size === this.#of) this.#resolve();
  }

  end(number: number): void {
    this.count -= 1;
    this.answered(number);
  }
}

/** Attempts that go in one request. */
export function sendingOf(
  indexes: readonly number[],
  { attempts, prepared }: { attempts: readonly Attempt[]; prepared: readonly Prepared[] },
  common: Omit<Sending, 'attempt' | 'prepared' | 'number' | 'answered'>,
  open: Open,
): Sending {
  const [first, ...joined] = indexes.map((index): Sending => {
    const number = common.run.first + index;
    const [attempt, own] = [attempts[index] as Attempt, prepared[index] as Prepared];
    return { attempt, prepared: own, ...common, number, answered: () => open.answered(number) };
  });
  return { ...(first as Sending), joined };
}

/** What a plan begins with. */
export function started(plan: Plan, mint: Mint): Pick<PlanRun, 'plan' | 'execution' | 'writes' | 'setUp'> {
  return { plan, setUp: new Set(), execution: mint.execution(nearMissesOf(plan)), writes: new Writes() };
}
