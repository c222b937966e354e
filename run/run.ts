/** A run: rounds of plans, from options to results. */
import { BudgetSpent } from '../client/pace.js';
import type { Exchange } from '../history/history.js';
import { attemptsOf, isRestarted, isStormy } from '../history/plan.js';
import { read } from '../judge/classify.js';
import type { Finding } from '../judge/finding.js';
import type { Results } from '../results/results.js';
import type { Stop } from '../results/verdict.js';
import { plannedRequirements, requirementById, requirements } from '../suites/index.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import { KEYS_AT_ONCE, manyKeys } from '../suites/retention.js';
import { Engine, type OnReading, type Planned } from './engine.js';
import { type Found, Ledger, type Made } from './ledger.js';
import { confirm, minimise, type Try } from './minimise.js';
import { type RunOptions, type Settings, settle } from './options.js';
import { preflight } from './preflight.js';
import { recallable } from './recall.js';
import { resultsOf } from './results.js';
import { setUp, withTarget } from './set-up.js';
import { skipReason } from './skip.js';

/** What a run tells while it runs. */
export type Progress =
  | { kind: 'announce'; forecast: Forecast; settings: Settings; targets: string[] }
  | { kind: 'progress'; round: number; rounds: number; phase: string; sent: number; findings: number }
  /** Told at once, before it is made small. */
  | { kind: 'finding'; finding: Finding; foundBy: string };

/** What will be sent, before it is. */
export interface Forecast {
  plans: number;
  requests: number;
  resources: number;
  /** By the rate limit. `null`: as fast as the target answers. */
  minutes: number | null;
}

export interface RunHooks {
  /** Stops the run: what was found until then is in the results. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called for every exchange of a plan, with the plan's number. */
  onReading?: OnReading;
  /** `false`: findings stand as they were met, neither made small nor repeated. */
  small?: boolean;
}

/** Runs the suite. Throws `UsageError` and `ContractError` before anything is sent; after that everything is a result. */
export async function run(options: RunOptions, hooks: RunHooks = {}): Promise<Results> {
  return withTarget(settle(options), (settings) => runAgainst(settings, hooks));
}

/** Counts what a run would send. Sends nothing. */
export function forecast(settings: Settings): Forecast {
  const engine = new Engine(settings, null as never, new Ledger());
  const total: Forecast = { plans: 0, requests: 3, resources: 1, minutes: null };
  for (const suite of plannedRequirements.filter((one) => skipReason(one, settings) === null)) {
    for (const round of suite.once === true ? settings.rounds.slice(0, 1) : settings.rounds) {
      const { plan } = engine.plan(suite, round);
      total.plans += 1;
      for (const step of plan.steps) {
        if (step.do === 'storm') total.requests += step.attempts.length * (step.times ?? 1);
      }
      total.resources += new Set(
        attemptsOf(plan).map(({ key, credential }, n) => JSON.stringify([credential, key?.kind === 'slot' ? key : n])),
      ).size;
    }
  }
  const fillers = fillersFor(settings, total.resources).length;
  total.plans += fillers;
  total.requests += fillers * KEYS_AT_ONCE;
  total.resources += fillers * KEYS_AT_ONCE;
  const reads = settings.contract.contract.effects.list === null ? 0 : settings.rounds.length;
  total.requests += reads + (settings.loopback ? 0 : total.resources);
  total.minutes = settings.perMinute === null ? null : total.requests / settings.perMinute;
  return total;
}

async function runAgainst(settings: Settings, hooks: RunHooks): Promise<Results> {
  const startedAt = new Date();
  const ledger = new Ledger();
  const stopping = new AbortController();
  const { engine, close } = await setUp(settings, ledger, stopping.signal, hooks.onReading);
  const stop = () => stopping.abort(hooks.signal?.reason ?? new Error('interrupted'));
  if (hooks.signal?.aborted) stop();
  hooks.signal?.addEventListener('abort', stop, { once: true });
  const timer =
    settings.maxTime === undefined
      ? undefined
      : setTimeout(
          () => stopping.abort(new Error(`--max-time of ${settings.maxTime} s is over`)),
          settings.maxTime * 1000,
        );
  const state: RunState = {
    settings,
    engine,
    hooks,
    signal: stopping.signal,
    roundsDone: 0,
    stop: null,
    early: [],
    evidence: [],
  };
  try {
    await rounds(state);
  } catch (error) {
    if (error instanceof BudgetSpent) state.stop = { kind: 'stopped', message: error.message };
    else if (!stopping.signal.aborted) state.stop = { kind: 'error', message: describeError(error) };
  } finally {
    clearTimeout(timer);
    hooks.signal?.removeEventListener('abort', stop);
    await close();
  }
  if (stopping.signal.aborted && state.stop === null) {
    state.stop = { kind: 'stopped', message: (stopping.signal.reason as Error).message };
  }
  return resultsOf({
    settings,
    engine,
    ledger,
    startedAt,
    roundsDone: state.roundsDone,
    stop: state.stop,
    evidence: state.evidence,
  });
}

interface RunState {
  settings: Settings;
  engine: Engine;
  hooks: RunHooks;
  signal: AbortSignal;
  roundsDone: number;
  stop: Stop | null;
  /** What the first round sent. */
  early: Made[];
  /** Exchanges to show when nothing else was sent. */
  evidence: Exchange[];
}

async function rounds(state: RunState): Promise<void> {
  const { settings, engine, hooks } = state;
  const { contract } = settings.contract;
  await engine.client.open();
  const first = await preflight(engine.client, settings.contract, settings.wait ?? 0);
  state.evidence = first.exchanges;
  if (first.obstacle !== null) {
    state.stop = { kind: 'obstacle', ...first.obstacle };
    return;
  }
  engine.accountFor(first.exchanges.map((exchange) => read(exchange, settings.contract)));
  await engine.beginEffects();
  hooks.onProgress?.({ kind: 'announce', forecast: forecast(settings), settings, targets: settings.targets });
  for (const round of settings.rounds) {
    const found = await oneRound(state, round);
    await makeSmall(state, found, round);
    if (state.stop !== null || state.signal.aborted) return;
    await askStuck(state);
    state.roundsDone += 1;
  }
  await recallEarly(state);
  // Effects that showed late.
  if (engine.blind === null) await engine.client.pace.sleep(Math.min(contract.visibleWithin * 1000, 250));
  await makeSmall(state, announced(state, await engine.countEffects()), lastRound(settings));
  await makeSmall(state, announced(state, engine.lateDeliveries()), lastRound(settings));
}

function lastRound({ rounds }: Settings): number {
  return rounds.at(-1) as number;
}

/** Tells of new findings at once, as far as the contract lets them be judged. */
function announced({ settings, hooks }: RunState, found: Found[]): Found[] {
  const { judged } = settings.contract.contract;
  const told = found.filter(({ original }) => judged === null || judged.includes(original.finding.id));
  for (const { original, made } of told)
    hooks.onProgress?.({ kind: 'finding', finding: original.finding, foundBy: made.id });
  return told;
}

/** RETENTION: keys of the first round, the oldest among them; with `--retention` once more when the time is over. */
async function recallEarly(state: RunState): Promise<void> {
  const { engine, settings } = state;
  const fillers = fillersFor(settings, engine.keysSeen).map((suite, round) => ({
    suite,
    plan: engine.plan(suite, round),
  }));
  await Promise.all(fillers.map((one) => sendOne(state, one, settings.rounds[0] as number)));
  if (state.stop !== null || state.signal.aborted) return;
  const earlier = recallable(state.early, settings.contract);
  const since = engine.keysSeen;
  for (const { id, recall = { keys: 0 } } of atTheEnd(settings)) {
    if (since < (recall.afterKeys ?? 0)) continue;
    if (recall.afterRetention === true) {
      const youngest = Math.max(0, ...earlier.map(({ sent }) => sent));
      await engine.client.pace.sleep(youngest + (settings.retention ?? 0) * 1000 - engine.client.clock());
    }
    await recallAll(state, earlier.slice(0, recall.keys), id);
  }
}

function atTheEnd(settings: Settings): Requirement[] {
  return requirements.filter((one) => one.recall !== undefined && skipReason(one, settings) === null);
}

/** Plans that use keys, where too few were used to be remembered. */
function fillersFor(settings: Settings, keysSeen: number): PlannedRequirement[] {
  const due = atTheEnd(settings);
  const [first] = due;
  if (first === undefined) return [];
  const after = Math.max(0, ...due.map(({ recall }) => recall?.afterKeys ?? 0));
  const missing = Math.max(0, (after === 0 ? 1 : after + KEYS_AT_ONCE) - keysSeen);
  return Array.from({ length: Math.ceil(missing / KEYS_AT_ONCE) }, () => manyKeys(first));
}

async function recallAll(state: RunState, earlier: Exchange[], id: string): Promise<void> {
  for (const one of earlier) announced(state, (await state.engine.recall(one, id)).found);
}

/**
 * LOST-4: keys that were left without a final answer are asked again together, until the contract's time is over.
 */
async function askStuck(state: RunState): Promise<void> {
  const { engine, settings } = state;
  const { finalWithin } = settings.contract.contract;
  for (let open = engine.stuckKeys(); open.length > 0; open = engine.stuckKeys()) {
    tell(state, settings.rounds[state.roundsDone] ?? 0, `asking again for ${open.length} keys that are stuck`);
    const oldest = Math.min(...open.map(({ exchange }) => exchange.sent));
    const asked = await Promise.all(open.map(({ exchange }) => engine.askStuck(exchange)));
    announced(state, asked.flat());
    if (engine.client.clock() - oldest > finalWithin * 1000) break;
    await engine.client.pace.sleep(1000);
  }
  for (const reading of engine.stuckKeys().slice(0, 3)) announced(state, engine.reportStuck(reading, finalWithin));
}

/** One plan for each requirement that is due: those of single requests side by side, then storms, alone; then effects. */
async function oneRound(state: RunState, round: number): Promise<Found[]> {
  const { settings, engine } = state;
  const due = plannedRequirements.filter(
    (suite) =>
      skipReason(suite, settings) === null &&
      !isDecided(suite, engine) &&
      (round === settings.rounds[0] || suite.once !== true),
  );
  const planned = due.map((suite) => ({ suite, plan: engine.plan(suite, round) }));
  const [stormy, calm] = [true, false].map((wanted) => planned.filter(({ plan }) => isStormy(plan.plan) === wanted));
  const found = (await Promise.all((calm ?? []).map((one) => sendOne(state, one, round)))).flat();
  if (state.signal.aborted || state.stop !== null) return found;
  found.push(...(await Promise.all((stormy ?? []).map((one) => sendOne(state, one, round)))).flat());
  if (state.signal.aborted || state.stop !== null) return found;
  return [...found, ...announced(state, await engine.countEffects())];
}

/**
 * What failed is not tried again; where keys stay stuck, every lost answer would only stick another; and what the target
 * does not let in cannot be waited for.
 */
function isDecided({ id, needs, stopsWith = [] }: Requirement, { ledger, uncalled }: Engine): boolean {
  if (needs?.includes('receiver') === true && uncalled !== null) return true;
  return [id, ...stopsWith].some((one) => ledger.findings.has(one));
}

async function sendOne(
  state: RunState,
  { suite, plan }: { suite: PlannedRequirement; plan: Planned },
  round: number,
): Promise<Found[]> {
  const { engine } = state;
  try {
    const { made, found, stopped } = await engine.send(plan, suite);
    if (round === state.settings.rounds[0]) state.early.push(made);
    if (stopped !== null) state.stop ??= { kind: 'stopped', message: stopped.message };
    tell(state, round, isStormy(plan.plan) ? 'storms' : 'sending');
    return announced(state, found);
  } catch (error) {
    if (!state.signal.aborted) engine.ledger.errors.set(suite.id, describeError(error));
    return [];
  }
}

/** Makes the first finding of each requirement small, and repeats it, with nothing else going on. */
async function makeSmall(state: RunState, found: Found[], round: number): Promise<void> {
  const { engine, settings } = state;
  if (state.hooks.small === false) return;
  const required = new Set((settings.contract.schemas.requestSchema.required ?? []) as string[]);
  const nonceMember = settings.contract.contract.create.nonce?.split('/')[1];
  if (nonceMember !== undefined) required.add(nonceMember);
  for (const one of found) {
    const { id } = one.original.finding;
    if (engine.ledger.findings.get(id)?.[0] !== one || state.signal.aborted) continue;
    // A restart for every try would take minutes.
    if (isRestarted(one.made.plan)) continue;
    tell(state, round, `making ${id} small`);
    const again: Try = (plan, wanted) => engine.tryAgain(one.made, plan, wanted, one.original.effects.length > 0);
    try {
      // What was not found in all the time it had need not be waited for in every try, only when it counts.
      if (requirementById(id).lookUp === true) engine.client.patient = false;
      await minimise(one, required, again);
      if (requirementById(id).lookUp === true) engine.client.patient = true;
      await confirm(one, again);
      if (requirementById(id).lookUp === true) engine.client.patient = false;
    } catch (error) {
      // The finding stands as it was met: only its small form is missing.
      if (!state.signal.aborted) state.stop ??= { kind: 'stopped', message: (error as Error).message };
      return;
    }
  }
}

function tell(state: RunState, round: number, phase: string): void {
  const { settings, engine, hooks } = state;
  const findings = [...engine.ledger.findings.values()].reduce((sum, list) => sum + list.length, 0);
  hooks.onProgress?.({
    kind: 'progress',
    // Of a shard's rounds, which have gaps between their numbers.
    round: settings.rounds.indexOf(round),
    rounds: settings.rounds.length,
    phase,
    sent: engine.client.pace.sent,
    findings,
  });
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
