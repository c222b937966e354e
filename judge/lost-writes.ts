/** Rule 13 of `docs/judge.md`: resources that an answer named, and that nothing shows. LOST-11, and LOST-5 after a restart. */
import type { Effect } from '../history/history.js';
import { attemptsOf, isRestarted, type Plan, referenceOf, writeOf } from '../history/plan.js';
import { doneAt, type Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { isStormy, lostId } from './lost.js';

/** What a request must belong to, for its resource to be missed. */
interface Sent {
  plan: Plan;
  readings: Reading[];
}

/** A resource that an answer named. */
export interface Write<Source> {
  source: Source;
  id: string;
  /** The first answer that named it. */
  reading: Reading;
  /** Whether a case can be made of it: control writes belong to no plan. */
  planned: boolean;
}

export class Acknowledged<Source extends Sent> {
  readonly #writes = new Map<string, Write<Source>>();
  /** Cancelled by a plan: it may be gone. */
  readonly #cancelled = new Set<string>();
  /** Cancelled so that nothing is left running: lists may show those, or hide them. */
  readonly #tidied = new Set<string>();
  /** Shown by some reading. */
  readonly #shown = new Set<string>();
  /** When readings began. */
  readonly #readAt: number[] = [];

  /** Remembers which resources were named, and which of them the plan itself cancels. */
  add(source: Source, readings: Reading[]): void {
    const attempts = attemptsOf(source.plan);
    for (const [index, reading] of readings.entries()) {
      const { exchange, kind, id } = reading;
      const attempt = attempts[exchange.attempt];
      if (exchange.operation === 'cancel') this.#cancelAll(readings.filter((x) => isOf(x, referenceOf(attempt))));
      if (exchange.operation !== 'create' || kind !== 'ok' || id === null || this.#writes.has(id)) continue;
      if (exchange.credential !== 'first' && exchange.credential !== 'second') continue;
      // Where endpoints share keys, it is a resource of the other one.
      if (readings.some((x) => x.exchange.operation === 'other' && x.id === id)) continue;
      const write = source.readings[index] === reading ? writeOf(attempt) : undefined;
      this.#writes.set(id, { source, id, reading, planned: write !== undefined && write.body.invalid === undefined });
    }
  }

  /** The suite has cancelled it, so that nothing is left running. */
  tidy(id: string): void {
    this.#tidied.add(id);
  }

  /** Its write failed after it was accepted: there may be nothing of it. */
  failed(id: string): void {
    this.#cancelled.add(id);
  }

  /** Whether it was cancelled, by a plan or after it. */
  isCancelled(id: string): boolean {
    return this.#cancelled.has(id) || this.#tidied.has(id);
  }

  /** Remembers what a reading that began at `at` has shown. */
  show(effects: Effect[], at: number): void {
    this.#readAt.push(at);
    for (const { id } of effects) this.#shown.add(id);
  }

  /** How old a resource was, in milliseconds, when the first reading that should have shown it began. */
  ageWhenRead({ reading }: Write<Source>, visibleMs: number, now: number): number {
    const since = doneAt(reading);
    return (this.#readAt.find((at) => at >= since + visibleMs) ?? now) - since;
  }

  /** All that were named, whatever became of them since. */
  effects(): Effect[] {
    return [...this.#writes.values()].map(({ id, reading: { exchange } }) => ({
      id,
      credential: exchange.credential,
      nonce: null,
      readable: false,
    }));
  }

  /** How many resources of plans were named. */
  get size(): number {
    return this.#planned().length;
  }

  /** How many of those are shown that a reading should show. */
  seen(shown: ReadonlySet<string>): number {
    const gone = this.#mayBeGone(shown);
    return this.#planned().filter(({ id }) => shown.has(id) && !gone(id)).length;
  }

  /**
   * Those of plans that are not shown, though nothing was done to them; the oldest first. What was shown before is not
   * lost, whatever became of it since (it may expire), unless the target was restarted.
   */
  missing(shown: ReadonlySet<string>): Write<Source>[] {
    const gone = this.#mayBeGone(shown);
    const missing = this.#planned().filter(
      ({ id, source }) => !shown.has(id) && !gone(id) && (!this.#shown.has(id) || isRestarted(source.plan)),
    );
    return missing.sort((a, b) => a.reading.exchange.sent - b.reading.exchange.sent);
  }

  /**
   * Whether others of its key holder are shown: most of those that are older, and one that is younger. Otherwise all of
   * its age may be hidden, by their state or by the length of the list.
   * @param aside those of which it is not known
   */
  isBeside({ reading, id }: Write<Source>, shown: ReadonlySet<string>, aside: ReadonlySet<string>): boolean {
    const { sent, done, credential } = reading.exchange;
    const gone = this.#mayBeGone(shown);
    const others = [...this.#writes.values()].filter(
      (x) =>
        x.id !== id &&
        x.reading.exchange.credential === credential &&
        !gone(x.id) &&
        (shown.has(x.id) || !aside.has(x.id)),
    );
    const older = others.filter((x) => doneAt(x.reading) <= sent);
    const younger = others.filter(({ reading: { exchange } }) => exchange.sent >= (done ?? sent));
    const count = (list: Write<Source>[]) => list.filter((x) => shown.has(x.id)).length;
    return 2 * count(older) > older.length && count(younger) > 0;
  }

  #planned(): Write<Source>[] {
    return [...this.#writes.values()].filter(({ planned }) => planned);
  }

  /** Cancelled ones may be gone; those that the suite cancelled itself only where the lists hide most of them. */
  #mayBeGone(shown: ReadonlySet<string>): (id: string) => boolean {
    const tidied = this.#planned().filter(({ id }) => this.#tidied.has(id) && !this.#cancelled.has(id));
    const areHidden = 2 * tidied.filter(({ id }) => shown.has(id)).length <= tidied.length;
    return (id) => this.#cancelled.has(id) || (areHidden && this.#tidied.has(id));
  }

  #cancelAll(readings: Reading[]): void {
    for (const { id } of readings) if (id !== null) this.#cancelled.add(id);
  }
}

/** What was seen of all lost writes of a run together. */
export interface Losses {
  lost: number;
  of: number;
  /** Those that were asked for in a storm, and those where a client had hung up before. */
  stormy: number;
  hungUp: number;
  /** How reading it by id was answered; `null` where the contract has no such request. */
  status: number | null;
}

/** How a resource was asked for that is lost. */
export function waysOf({ source, reading }: Write<Sent>): { stormy: boolean; hungUp: boolean } {
  const { readings } = source;
  return { stormy: isStormy(reading, readings), hungUp: lostId(reading, readings, reading) !== null };
}

/** The finding about an exchange that named it. */
export function lostFinding({ source, id, reading }: Write<Sent>, answered: number, losses: Losses): Finding {
  return {
    // Whatever else was sent, a restart is what lost it.
    id: isRestarted(source.plan) ? 'LOST-5' : 'LOST-11',
    rule: 'acknowledged-write-lost',
    data: { answered, resource: reading.id ?? id, ...losses },
    proof: [answered],
  };
}

function isOf({ exchange }: Reading, attempt: number | undefined): boolean {
  return exchange.attempt === attempt;
}
