/** Sees that a target goes down, and which requests it had before. */
import { IN_FRONT } from '../client/again.js';
import type { Exchange } from '../history/history.js';
import { type Attempt, attemptsOf, isRestarted, type Plan } from '../history/plan.js';
import { isUndecoded } from '../history/undecoded.js';

/** A request after which the target may have gone down. */
export interface Suspect {
  exchange: Exchange;
  attempt: Attempt;
  plan: Plan;
  /** The requirement whose plan sent it. */
  id: string;
}

export interface Outage {
  target: number;
  /** What the connection said. */
  said: string;
  /** When that was seen, in milliseconds since the run began. */
  at: number;
  /** It answers reads all the same. */
  reads?: true;
}

/** What the watch needs of a client. */
interface Prober {
  clock(): number;
  /** Milliseconds until an answer must be complete. */
  readonly timeoutMs: number;
  pace: { sleep(ms: number): Promise<void> };
  /** Waits as long as every request may take. */
  silence(target: number): Promise<string | null>;
}

/** Exchanges that are remembered. */
const REMEMBERED = 400;

/** How long a target may close every connection, or leave everything to a layer in front of it. */
const PATIENCE_MS = 5_000;

/** Plans in a row whose writes with new keys get no answer, while no other write does: then no more are sent. */
const MOST_UNANSWERED = 5;

/** Pause until it is asked once more. */
const ASK_AGAIN_MS = 100;

/** Nothing listens: not a slow answer, and no connection that was closed. */
const REFUSED = /ECONNREFUSED/;

/** A connection was taken, and nothing answered in time. A target that is only slow looks the same. */
const UNANSWERED = /^no complete answer within /;

/** Whether what a connection said leaves open that the target is only slow. */
export function mayBeSlow(said: string): boolean {
  return UNANSWERED.test(said);
}

/** Whether nothing listened. */
export function isRefused(said: string): boolean {
  return REFUSED.test(said);
}

export class Watch {
  /** Why the target went down; `null` while it is up. */
  outage: Outage | null = null;
  readonly #gone = new AbortController();
  readonly #ids = new WeakMap<Plan, string>();
  /** Since when all that each target was sent is answered by a layer in front of it. */
  readonly #inFront = new Map<number, number>();
  #recent: { exchange: Exchange; plan: Plan }[] = [];
  readonly #keys = new Set<string>();
  /** Plans with unanswered writes since one was answered, and the first of those writes. */
  readonly #unanswered = { plans: new Set<Plan>(), first: null as Exchange | null };
  #prober: Prober | null = null;
  #looking: Promise<void> | null = null;

  /** Aborted once the target went down. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** From now on the target is known to answer. */
  begin(prober: Prober): void {
    this.#prober = prober;
  }

  /** Remembers which requirement a plan is sent for. */
  name(plan: Plan, id: string): void {
    this.#ids.set(plan, id);
  }

  remember(exchange: Exchange, plan: Plan): void {
    const { outcome, target, done, sent } = exchange;
    if (isInFront(exchange)) this.#inFront.set(target, this.#inFront.get(target) ?? done ?? sent);
    else if (outcome.kind === 'answer') this.#inFront.delete(target);
    this.#countWrite(exchange, plan);
    this.#recent.push({ exchange, plan });
    if (this.#recent.length > 2 * REMEMBERED) this.#recent = this.#recent.slice(-REMEMBERED);
  }

  /** A target that answers reads alone is as good as down. A key that was used before may hang for its own reasons. */
  #countWrite(exchange: Exchange, plan: Plan): void {
    const { operation, outcome, key, sent, target } = exchange;
    if (operation !== 'create' || isRestarted(plan)) return;
    const isNew = typeof key !== 'string' || !this.#keys.has(key);
    if (typeof key === 'string') this.#keys.add(key);
    const { plans } = this.#unanswered;
    const isAnswered = outcome.kind === 'answer' || isUndecoded(outcome.reason);
    if (isAnswered) {
      plans.clear();
      this.#unanswered.first = null;
    }
    const isMeant = attemptsOf(plan)[exchange.attempt]?.hangUp !== undefined;
    if (isAnswered || outcome.kind !== 'unknown' || !isNew || isMeant || this.#prober === null || this.outage !== null)
      return;
    this.#unanswered.first ??= exchange;
    plans.add(plan);
    const { timeoutMs } = this.#prober;
    const at = Math.min(sent, this.#unanswered.first.sent);
    if (plans.size < MOST_UNANSWERED || this.#prober.clock() - at < timeoutMs) return;
    const said = `no complete answer within ${timeoutMs / 1000} s to any write since`;
    this.outage = { target, said, at, reads: true };
    this.#gone.abort(new Error(`the target answers no writes any more: ${said}`));
  }

  /** Looks whether a target that left a request unanswered, or to a layer in front of it, still answers others. */
  async look(reason: string, target: number): Promise<void> {
    const prober = this.#prober;
    if (prober === null || this.outage !== null) return;
    this.#looking ??= this.#probe(prober, reason, target).finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  async #probe(prober: Prober, reason: string, target: number): Promise<void> {
    const now = prober.clock();
    const at = this.#inFront.get(target) ?? now;
    let said: string | null = REFUSED.test(reason) ? reason : await prober.silence(target);
    while (said !== null && !REFUSED.test(said) && !mayBeSlow(said) && prober.clock() < now + PATIENCE_MS) {
      await prober.pace.sleep(ASK_AGAIN_MS);
      // It has answered another request meanwhile.
      if (at !== now && this.#inFront.get(target) !== at) return;
      said = await prober.silence(target);
    }
    if (said === null) return;
    this.outage = { target, said, at };
    this.#gone.abort(new Error(`the target went down: ${said}`));
  }

  /** Whether this was answered for a target that was down already: it says nothing of the request. */
  isAfterwards(exchange: Exchange): boolean {
    const { outage } = this;
    return outage !== null && isInFront(exchange) && (exchange.done ?? exchange.sent) >= outage.at;
  }

  /** Those that got no answer, hung up on before others, then all others; each time the latest first. */
  suspects({ at }: Outage, most: number): Suspect[] {
    const all = this.#recent.flatMap(({ exchange, plan }): Suspect[] => {
      const attempt = attemptsOf(plan)[exchange.attempt];
      const refused = exchange.outcome.kind !== 'answer' && REFUSED.test(exchange.outcome.reason);
      const isSuspect = attempt !== undefined && !refused && exchange.sent <= at && !isRestarted(plan);
      return isSuspect ? [{ exchange, attempt, plan, id: this.#ids.get(plan) ?? '' }] : [];
    });
    const rank = ({ exchange, attempt }: Suspect) => {
      if (exchange.outcome.kind === 'answer' && !isInFront(exchange)) return 2;
      return attempt.hangUp !== undefined && exchange.retry === 0 ? 0 : 1;
    };
    return all.sort((a, b) => rank(a) - rank(b) || b.exchange.sent - a.exchange.sent).slice(0, most);
  }
}

function isInFront({ outcome }: Exchange): boolean {
  return outcome.kind === 'answer' && IN_FRONT.has(outcome.status);
}
