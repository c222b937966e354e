/** Draws the plans of a run, and says where none of them can show what a requirement is about. Sends nothing. */
import fc from 'fast-check';
import { longestToTry } from '../contracts/key.js';
import type { BodySource } from '../generators/bodies.js';
import { largestToTry } from '../generators/padding.js';
import type { PlanSource } from '../generators/plans.js';
import type { Plan } from '../history/plan.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import { hasSecond } from './credentials.js';
import type { Made } from './ledger.js';
import type { Settings } from './options.js';

/** A plan that is to be sent. */
export type Planned = Omit<Made, 'history' | 'readings'>;

/** What a target accepts, as far as plans depend on it. */
export interface Limits {
  /** In characters. */
  longestKey: number;
  /** In bytes; 0 where none is large. */
  largestBody: number;
}

/** What the contract allows. */
export function limitsOf(settings: Settings): Limits {
  return { longestKey: longestToTry(settings.contract.contract.key), largestBody: largestToTry(bodySource(settings)) };
}

/** The plan of a requirement in a round: always the same for the same seed, and the same limits. */
export function planOf(
  settings: Settings,
  requirement: PlannedRequirement,
  round: number,
  { longestKey, largestBody }: Limits,
): Planned {
  const { stormWidth, profile, loopback, contract } = settings;
  const { limits, batch } = contract.contract;
  const unfinished = limits.unfinished === null ? null : Math.floor(limits.unfinished / (batch?.size ?? 1));
  const source: PlanSource = {
    ...bodySource(settings),
    round,
    stormWidth,
    longestKey,
    largestBody,
    secondCredential: hasSecondCredential(settings),
    storms: profile === 'smoke' ? 1 : 3,
    repeats: profile === 'smoke' ? 4 : 60,
    fanOut: loopback || unfinished === null ? 50 : Math.max(2, Math.min(50, unfinished)),
  };
  const { id } = requirement;
  const path = String(round);
  const [plan] = fc.sample(requirement.plans(source), { seed: seedOf(settings.seed, id), path, numRuns: 1 }) as [Plan];
  return { id, round, seed: settings.seed, path, plan };
}

/** What bodies are made from. */
export function bodySource({ contract: { contract, schemas } }: Pick<Settings, 'contract'>): BodySource {
  return { contract, requestSchema: schemas.requestSchema, validate: (body) => schemas.request(body) === true };
}

/** A seed of its own for each requirement, so that one more plan does not change all others. */
function seedOf(seed: number, id: string): number {
  let hash = seed ^ 0x9e3779b9;
  for (const character of id) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash | 0;
}

/** The bundled reference, which stands where no target is given, has a replica, two keys and a known secret. */
export function isBundled({ targets }: Settings): boolean {
  return targets.length === 0;
}

/** Whether requests can be sent for two key holders: without authentication all of them are of one. */
export function hasSecondCredential(settings: Settings): boolean {
  const { contract } = settings.contract;
  return hasSecond(settings, contract) || (contract.authentication !== null && isBundled(settings));
}

/** What was found out of each run's requirements: drawing takes a while, and it is asked often. */
const known = new WeakMap<Settings, Map<string, string | null>>();

/** Runs that have stopped, for which no more is drawn. */
const stopped = new WeakSet<Settings>();

/** From now on, what is not known yet of a run's requirements is taken for drawable. */
export function drawNoMore(settings: Settings): void {
  stopped.add(settings);
}

/** Why none of a run's plans can put a requirement to the test, by what bodies and keys the contract allows; otherwise `null`. */
export function undrawn(requirement: Requirement, settings: Settings): string | null {
  const steps = looking(requirement, settings);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Finds that out round by round: bodies of some schemas take a while to draw. */
export function* looking(requirement: Requirement, settings: Settings): Generator<void, string | null> {
  const { id, draws, plans, once } = requirement;
  if (draws === undefined || plans === undefined) return null;
  const all = known.get(settings) ?? new Map<string, string | null>();
  known.set(settings, all);
  const reason = all.get(id);
  if (reason !== undefined) return reason;
  const limits = limitsOf(settings);
  for (const round of once === true ? settings.rounds.slice(0, 1) : settings.rounds) {
    yield;
    if (stopped.has(settings)) return null;
    if (!draws.in(planOf(settings, requirement as PlannedRequirement, round, limits).plan)) continue;
    all.set(id, null);
    return null;
  }
  all.set(id, draws.otherwise);
  return draws.otherwise;
}
