/** Which plans a run makes, and what they will send. Sends nothing. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, isRestarted, isStormy, keyUseOf, type Plan } from '../history/plan.js';
import { plannedRequirements, requirements } from '../suites/index.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import { KEYS_AT_ONCE, manyKeys } from '../suites/retention.js';
import { hasSecondCredential, limitsOf, looking, planOf } from './drawing.js';
import type { Engine } from './engine.js';
import type { Settings } from './options.js';
import { ruledOut, skipped } from './skip.js';

/** What will be sent, before it is. */
export interface Forecast {
  plans: number;
  requests: number;
  resources: number;
  /** By the rate limit. `null`: as fast as the target answers. */
  minutes: number | null;
}

/** Requirements with plans that are due in a round. */
export function dueIn(settings: Settings, round: number): PlannedRequirement[] {
  return plannedRequirements.filter(
    (one) => skipped(one, settings) === null && (round === settings.rounds[0] || one.once !== true),
  );
}

/** Pauses of half a second or more after which a target counts as one that asks to come again later. */
const MANY_PAUSES = 20;

const ROUNDS_AT_ONCE = 8;

/** How many rounds are made at once: where duplicates are asked to come again later, that need not be waited for each time. */
export function atOnce({ client, ledger }: Engine): number {
  return client.pauses > MANY_PAUSES && ledger.findings.size === 0 ? ROUNDS_AT_ONCE : 1;
}

/** When a plan is sent: beside others, alone, or after all others. */
export function kindOf(plan: Plan): 'calm' | 'storm' | 'restart' {
  if (isRestarted(plan)) return 'restart';
  return isStormy(plan) ? 'storm' : 'calm';
}

/** Requirements that recall keys at the end. */
export function recallsDue(settings: Settings): Requirement[] {
  return requirements.filter((one) => one.recall !== undefined && skipped(one, settings) === null);
}

/** Plans that use keys, where too few were used to be remembered. */
export function fillersFor(settings: Settings, keysSeen: number): PlannedRequirement[] {
  const due = recallsDue(settings);
  const [first] = due;
  if (first === undefined) return [];
  const after = Math.max(0, ...due.map(({ recall }) => recall?.afterKeys ?? 0));
  const missing = Math.max(0, (after === 0 ? 1 : after + KEYS_AT_ONCE) - keysSeen);
  return Array.from({ length: Math.ceil(missing / KEYS_AT_ONCE) }, () => manyKeys(first));
}

/** Rounds after the first that are planned to say what all of them send. */
const SAMPLED_ROUNDS = 2;

/** Counts what a run would send: the first round and two others exactly, further ones as these. */
export function forecast(settings: Settings): Forecast {
  const steps = forecasting(settings);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, and whatever else waits has its turn after each plan. Rejects with the signal's reason. */
export async function forecastInTurns(settings: Settings, signal: AbortSignal): Promise<Forecast> {
  const steps = forecasting(settings);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await turn();
    signal.throwIfAborted();
  }
}

/** Finds out which requirements a run has plans for, in turns: bodies of some schemas take a while to draw. */
export async function lookAhead(settings: Settings, signal: AbortSignal): Promise<void> {
  for (const one of requirements.filter((each) => ruledOut(each, settings) === null)) {
    for (const _ of looking(one, settings)) {
      await turn();
      signal.throwIfAborted();
    }
  }
}

/** What several operations send. */
export function forecastOfAll(forecasts: Forecast[]): Forecast {
  const sum = (of: (one: Forecast) => number) => forecasts.reduce((all, one) => all + of(one), 0);
  const isPaced = forecasts.some(({ minutes }) => minutes !== null);
  return {
    plans: sum(({ plans }) => plans),
    requests: sum(({ requests }) => requests),
    resources: sum(({ resources }) => resources),
    minutes: isPaced ? sum(({ minutes }) => minutes ?? 0) : null,
  };
}

function* forecasting(settings: Settings): Generator<void, Forecast> {
  const limits = limitsOf(settings);
  const total: Forecast = { plans: 0, requests: 3, resources: 1, minutes: null };
  const later = settings.rounds.length - 1;
  for (const [n, round] of settings.rounds.slice(0, 1 + SAMPLED_ROUNDS).entries()) {
    const times = n === 0 ? 1 : later / Math.min(later, SAMPLED_ROUNDS);
    for (const requirement of dueIn(settings, round)) {
      yield;
      const { plan } = planOf(settings, requirement, round, limits);
      total.plans += times;
      for (const step of plan.steps) {
        if (step.do === 'storm') total.requests += times * step.attempts.length * (step.times ?? 1);
      }
      total.resources += times * resourcesOf(plan);
    }
  }
  total.plans = Math.round(total.plans);
  total.requests = Math.round(total.requests);
  total.resources = Math.round(total.resources);
  const fillers = fillersFor(settings, total.resources).length;
  total.plans += fillers;
  total.requests += fillers * KEYS_AT_ONCE;
  total.resources += fillers * KEYS_AT_ONCE;
  const isCounted = settings.contract.contract.effects.list !== null && settings.noEffects !== true;
  const lists = isCounted ? (hasSecondCredential(settings) ? 2 : 1) : 0;
  // Two control writes before the first round, one after each, and one at the end; each time the list is read, and once more.
  const looks = settings.rounds.length + 2;
  total.resources += lists * (looks + 1);
  total.requests += lists * (2 * looks + 2) + (settings.loopback ? 0 : total.resources);
  const steps = stepsOf(settings, total);
  total.resources += steps.made;
  total.requests += steps.made + steps.cleanedUp;
  total.minutes = settings.perMinute === null ? null : total.requests / settings.perMinute;
  return total;
}

/** Requests of set-up steps, and those that take away what they made. */
function stepsOf(
  { contract: { contract } }: Settings,
  { plans, resources }: Forecast,
): { made: number; cleanedUp: number } {
  const times = { run: 1, plan: plans, operation: resources };
  const sum = (steps: Contract['setup']) => steps.reduce((all, { each }) => all + times[each], 0);
  return { made: sum(contract.setup), cleanedUp: sum(contract.setup.filter(({ cleanUp }) => cleanUp !== null)) };
}

/** One for each key, and for each request without one. */
function resourcesOf(plan: Plan): number {
  const keys = attemptsOf(plan).map((attempt, n) => {
    const key = keyUseOf(attempt);
    return JSON.stringify([attempt.credential, key?.kind === 'slot' ? key : n]);
  });
  return new Set(keys).size;
}
