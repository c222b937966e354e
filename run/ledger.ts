/** What all rounds have shown. */
import type { Exchange, History } from '../history/history.js';
import { attemptsOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { COUNTED } from '../judge/bounds.js';
import type { Finding } from '../judge/finding.js';
import type { Observation } from '../judge/observations.js';
import { leastAgain } from '../judge/standing.js';
import { kindOf } from '../results/fingerprint.js';
import type { LatencyRecord, StormRecord } from '../results/results.js';

/** A plan that was made and sent. */
export interface Made {
  /** The requirement it was made for; empty for none. */
  id: string;
  round: number;
  seed: number;
  /** fast-check's path. */
  path: string;
  plan: Plan;
  history: History;
  readings: Reading[];
}

/** A plan, its history, and where in it the proof stands. */
export interface Case {
  history: History;
  readings: Reading[];
  finding: Finding;
  /** Ids of resources that prove too many effects. */
  effects: string[];
}

/** Whether effects prove it, by their ids or by their number. */
export function isByEffects({ rule }: Pick<Finding, 'rule'>, effects: unknown[]): boolean {
  return rule === COUNTED || effects.length > 0;
}

export interface Found {
  made: Made;
  original: Case;
  smallest: Case;
  confirmed: { failed: number; of: number };
  /** How many plans met it, where sending it again never did. */
  seen: number;
}

/** Repetitions of the smallest case. */
export const CONFIRMATIONS = 10;

/** Whether it was met and then too seldom, and what was seen may have been a passing trouble: then it fails no run. */
export function isFleeting({ confirmed: { failed, of }, original }: Found): boolean {
  return of >= CONFIRMATIONS && failed < leastAgain(original.finding, of);
}

export interface Evidence {
  plans: number;
  exercised: number;
  requests: number;
}

/** Findings kept of one requirement; more of the same tell nobody anything. */
const MOST_FINDINGS = 3;

/** How often what passes is tried again, each time in a plan that met it. */
const MOST_SEEN = 3;

export class Ledger {
  readonly evidence = new Map<string, Evidence>();
  readonly findings = new Map<string, Found[]>();
  /** The suite's own errors, by the requirement whose plan met them. */
  readonly errors = new Map<string, string>();
  /** The spread of each storm's release in milliseconds, its width, and how many were in flight together. */
  readonly storms: StormRecord[] = [];
  /** Milliseconds of answered writes, by outcome. */
  readonly durations = new Map<LatencyRecord['outcome'], number[]>();
  readonly #observations = new Map<string, Map<string, number>>();

  /** @param leftOut ids that are not judged: nothing is kept of them */
  constructor(readonly leftOut: readonly string[] = []) {}

  exercise(made: Made, exercised: boolean): void {
    const evidence = this.evidence.get(made.id) ?? { plans: 0, exercised: 0, requests: 0 };
    evidence.plans += 1;
    evidence.exercised += exercised ? 1 : 0;
    evidence.requests += made.history.exchanges.length;
    this.evidence.set(made.id, evidence);
    this.storms.push(...stormsOf(made));
    this.#time(made.readings);
  }

  #time(readings: Reading[]): void {
    const seen = new Set<string>();
    for (const { exchange, kind, id } of readings) {
      if (exchange.operation !== 'create' || exchange.done === null) continue;
      const again = id !== null && seen.has(id);
      if (id !== null) seen.add(id);
      const outcome = { ok: again ? 'replayed' : 'created', conflict: 'conflict', none: 'refused' }[kind as string];
      if (outcome === undefined) continue;
      const list = this.durations.get(outcome as LatencyRecord['outcome']) ?? [];
      list.push(exchange.done - exchange.sent);
      this.durations.set(outcome as LatencyRecord['outcome'], list);
    }
  }

  /** Keeps a finding; `null` where enough of its kind are known. */
  add(made: Made, original: Case): Found | null {
    const { id } = original.finding;
    if (this.leftOut.includes(id)) return null;
    const kind = kindOf(original.finding);
    const known = this.findings.get(id) ?? [];
    const same = known.find((one) => kindOf(one.original.finding) === kind);
    // Its own plan shows it without what makes others particular.
    if (same !== undefined && made.id === id && same.made.id !== id && same.confirmed.of === 0) {
      Object.assign(same, { made, original, smallest: original });
    }
    // Another plan has met what passed: it is tried again, in that plan.
    const passed = same !== undefined && isFleeting(same) && same.seen < MOST_SEEN ? same : undefined;
    if (same !== undefined && passed === undefined) return null;
    const room = passed ?? (known.length < MOST_FINDINGS ? undefined : known.find(isFleeting));
    if (room === undefined && known.length >= MOST_FINDINGS) return null;
    const seen = (passed?.seen ?? 0) + 1;
    const found: Found = { made, original, smallest: original, confirmed: { failed: 0, of: 0 }, seen };
    this.findings.set(id, [...known.filter((one) => one !== room), found]);
    return found;
  }

  /** Whether something was found that breaks the requirement, and is not fleeting. */
  isBroken(id: string): boolean {
    return this.findings.get(id)?.some((one) => !isFleeting(one)) === true;
  }

  observe({ id, subject, value }: Observation): void {
    if (this.leftOut.includes(id)) return;
    const name = `${id}\n${subject}`;
    const seen = this.#observations.get(name) ?? new Map<string, number>();
    seen.set(value, (seen.get(value) ?? 0) + 1);
    this.#observations.set(name, seen);
  }

  /** What was seen, most frequent first. */
  observations(): { id: string; subject: string; seen: { value: string; count: number }[] }[] {
    return [...this.#observations].map(([name, values]) => {
      const [id, subject] = name.split('\n') as [string, string];
      const seen = [...values].map(([value, count]) => ({ value, count }));
      return { id, subject, seen: seen.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)) };
    });
  }
}

function stormsOf({ plan, history }: Made): StormRecord[] {
  const attempts = attemptsOf(plan);
  return plan.steps.flatMap((step, index) => {
    if (step.do !== 'storm' || step.attempts.length < 2) return [];
    // Those that are late on purpose say nothing about the release.
    const late = (one: Exchange) => attempts[one.attempt]?.atFraction !== undefined;
    const sent = history.exchanges.filter((one) => one.step === index && one.retry === 0 && !late(one));
    if (sent.length < 2) return [];
    const times = sent.map((one) => one.sent);
    const together = Math.max(
      ...sent.map(
        (one) => sent.filter((other) => other.sent <= one.sent && (other.done ?? Infinity) > one.sent).length,
      ),
    );
    return [{ width: sent.length, spreadMs: Math.max(...times) - Math.min(...times), together }];
  });
}
