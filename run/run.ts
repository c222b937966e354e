/** A run: rounds of plans, from options to results. */
import { BudgetSpent } from '../client/pace.js';
import type { Exchange } from '../history/history.js';
import { isRestarted, isStormy } from '../history/plan.js';
import { read } from '../judge/classify.js';
import type { Finding } from '../judge/finding.js';
import { type Sentences, sentencesOf } from '../judge/sentences/index.js';
import type { Results } from '../results/results.js';
import type { Stop } from '../results/verdict.js';
import { requirementById, requirements } from '../suites/index.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import type { Engine, OnReading } from './engine.js';
import { type Found, Ledger, type Made } from './ledger.js';
import { isOnlyObserved } from './levels.js';
import { confirm, minimise, type Try } from './minimise.js';
import type { Front } from './options/usage.js';
import { type RunOptions, type Settings, settle } from './options.js';
import { dueIn, type Forecast, fillersFor, forecast, type Planned, planOf, recallsDue } from './planning.js';
import { preflight } from './preflight.js';
import { recallable } from './recall.js';
import { resultsOf } from './results.js';
import { setUp, withTarget } from './set-up.js';

/** What a run tells while it runs. */
export type Progress =
  /** `forecast` draws every plan, so call it only where it is shown. */
  | { kind: 'announce'; forecast: () => Forecast; settings: Settings; targets: string[] }
  | { kind: 'progress'; round: number; rounds: number; phase: string; sent: number; findings: number }
  /** At once, before it is minimised. */
  | { kind: 'finding'; finding: Finding; sentences: Sentences; foundBy: string };

export interface RunHooks {
  /** Stops the run: what was found until then is in the results. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called for every exchange of a plan, with the plan's number. */
  onReading?: OnReading;
  /** `false`: findings stand as they were met, neither minimised nor confirmed. */
  small?: boolean;
  /** Where the options come from. Default: the library. */
  front?: Front;
}

/** Runs the suite. Throws `UsageError` and `ContractError` before anything is sent; after that everything is a result. */
export async function run(options: RunOptions, hooks: RunHooks = {}): Promise<Results> {
  return withTarget(settle(options, hooks.front), (settings) => runAgainst(settings, hooks));
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
          () => stopping.abort(new Error(`${settings.front.nameOf('maxTime')} of ${settings.maxTime} s is over`)),
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
    else if (!stopping.signal.aborted) state.stop = { kind: 'error', message: stackOf(error) };
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
  const first = await preflight(engine.client, settings.contract, settings.wait ?? 0, settings.front.nameOf);
  state.evidence = first.exchanges;
  if (first.obstacle !== null) {
    state.stop = { kind: 'obstacle', ...first.obstacle };
    return;
  }
  engine.accountFor(first.exchanges.map((exchange) => read(exchange, settings.contract)));
  await engine.beginEffects();
  hooks.onProgress?.({ kind: 'announce', forecast: () => forecast(settings), settings, targets: settings.targets });
  for (const round of settings.rounds) {
    const found = await oneRound(state, round);
    await minimiseEach(state, found, round);
    if (state.stop !== null || state.signal.aborted) return;
    await askStuck(state);
    state.roundsDone += 1;
  }
  await recallEarly(state);
  // Effects that showed late.
  if (engine.blind === null) await engine.client.pace.sleep(Math.min(contract.visibleWithin * 1000, 250));
  await minimiseEach(state, announced(state, await engine.countEffects()), lastRound(settings));
  await minimiseEach(state, announced(state, engine.lateDeliveries()), lastRound(settings));
}

function lastRound({ rounds }: Settings): number {
  return rounds.at(-1) as number;
}

/** Reports new findings at once, as far as the contract lets them be judged. */
function announced({ settings, hooks }: RunState, found: Found[]): Found[] {
  const { contract } = settings.contract;
  const judged = found.filter(({ original }) => !isOnlyObserved(requirementById(original.finding.id), contract));
  for (const { original, made } of judged) {
    const { finding, history, readings } = original;
    const sentences = sentencesOf(finding, { plan: history.plan, readings }, contract);
    hooks.onProgress?.({ kind: 'finding', finding, sentences, foundBy: made.id });
  }
  return judged;
}

/** Keys of the first round, the oldest among them; with `--retention` once more when the time is over. */
async function recallEarly(state: RunState): Promise<void> {
  const { engine, settings } = state;
  const fillers = fillersFor(settings, engine.stuck.keysSeen).map((requirement, round) => ({
    requirement,
    plan: planOf(settings, requirement, round),
  }));
  await Promise.all(fillers.map((one) => sendOne(state, one, settings.rounds[0] as number)));
  if (state.stop !== null || state.signal.aborted) return;
  const earlier = recallable(state.early, settings.contract);
  const since = engine.stuck.keysSeen;
  for (const { id, recall = { keys: 0 } } of recallsDue(settings)) {
    if (since < (recall.afterKeys ?? 0)) continue;
    if (recall.afterRetention === true) {
      const youngest = Math.max(0, ...earlier.map(({ sent }) => sent));
      await engine.client.pace.sleep(youngest + (settings.retention ?? 0) * 1000 - engine.client.clock());
    }
    await recallAll(state, earlier.slice(0, recall.keys), id);
  }
}

async function recallAll(state: RunState, earlier: Exchange[], id: string): Promise<void> {
  for (const one of earlier) announced(state, (await state.engine.recall(one, id)).found);
}

/** Keys that were left without a final answer are asked again together, until the contract's time is over. */
async function askStuck(state: RunState): Promise<void> {
  const { engine, settings } = state;
  const { stuck } = engine;
  const { finalWithin } = settings.contract.contract;
  const about = requirements.find((one) => one.stuckKeys === true);
  if (about === undefined) return;
  for (let open = stuck.oldest(); open.length > 0; open = stuck.oldest()) {
    tell(state, settings.rounds[state.roundsDone] ?? 0, `asking again for ${open.length} keys that are stuck`);
    const oldest = Math.min(...open.map(({ exchange }) => exchange.sent));
    const asked = await Promise.all(open.map(({ exchange }) => engine.askStuck(exchange, about)));
    announced(state, asked.flat());
    if (engine.client.clock() - oldest > finalWithin * 1000) break;
    await engine.client.pace.sleep(1000);
  }
  for (const reading of stuck.oldest().slice(0, 3)) announced(state, engine.reportStuck(reading, about));
}

/** One plan for each requirement that is due: those of single requests side by side, then storms, alone; then effects. */
async function oneRound(state: RunState, round: number): Promise<Found[]> {
  const { settings, engine } = state;
  const planned = dueIn(settings, round)
    .filter((one) => !isDecided(one, engine))
    .map((requirement) => ({ requirement, plan: planOf(settings, requirement, round) }));
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
  { requirement, plan }: { requirement: PlannedRequirement; plan: Planned },
  round: number,
): Promise<Found[]> {
  const { engine } = state;
  try {
    const { made, found, stopped } = await engine.send(plan, requirement);
    if (round === state.settings.rounds[0]) state.early.push(made);
    if (stopped !== null) state.stop ??= { kind: 'stopped', message: stopped.message };
    tell(state, round, isStormy(plan.plan) ? 'storms' : 'sending');
    return announced(state, found);
  } catch (error) {
    if (!state.signal.aborted) engine.ledger.errors.set(requirement.id, stackOf(error));
    return [];
  }
}

/** Minimises the first finding of each requirement and confirms it, with nothing else going on. */
async function minimiseEach(state: RunState, found: Found[], round: number): Promise<void> {
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
    tell(state, round, `minimising ${id}`);
    const again: Try = (plan, wanted) => engine.tryAgain(one.made, plan, wanted, one.original.effects.length > 0);
    try {
      // What was not found in all the time it had need not be waited for in every try, only when it counts.
      const { lookUp } = requirementById(id);
      if (lookUp === true) engine.policy.patient = false;
      await minimise(one, required, again);
      if (lookUp === true) engine.policy.patient = true;
      await confirm(one, again);
      if (lookUp === true) engine.policy.patient = false;
    } catch (error) {
      // The finding stands as it was met: only its smallest form is missing.
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

/** The suite's own error, with the place it comes from. */
function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
