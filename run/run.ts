/** A run: rounds of plans, from options to results. */
import { setImmediate as turn } from 'node:timers/promises';
import { BudgetSpent } from '../client/pace.js';
import type { Exchange } from '../history/history.js';
import { isRestarted, isStormy } from '../history/plan.js';
import { isEnding } from '../judge/after-unknown.js';
import { sentencesOf } from '../judge/sentences/index.js';
import type { Results } from '../results/results.js';
import { NOT_ENDED } from '../results/unended.js';
import type { Stop } from '../results/verdict.js';
import { plannedRequirements, requirementById, requirements } from '../suites/index.js';
import type { PlannedRequirement, Requirement } from '../suites/requirement.js';
import { askStuck } from './ask-stuck.js';
import { drawNoMore, type Limits, limitsOf, type Planned, planOf } from './drawing.js';
import type { Engine } from './engine.js';
import type { Progress, RunHooks } from './hooks.js';
import { largestBody } from './largest-body.js';
import { type Found, isByEffects, isFleeting, Ledger, type Made } from './ledger.js';
import { isDoubted, isNoticed, isOpen } from './levels.js';
import { longestKey } from './longest-key.js';
import { confirm, MINIMISE_MS, minimise, type Try } from './minimise.js';
import { type RunOptions, type Settings, settle } from './options.js';
import { afterOutage } from './outage.js';
import { atOnce, dueIn, fillersFor, forecastInTurns, kindOf, lookAhead, recallsDue } from './planning.js';
import { preflight } from './preflight.js';
import { recallable } from './recall.js';
import { RestartFailed } from './restart.js';
import { type KeptRecords, resultsOf } from './results.js';
import { type SetUp, setUp, tokenSource, withTarget } from './set-up.js';
import { confirmSettled, settleUnknown } from './settle-unknown.js';
import { skipped } from './skip.js';
import { firstTokens, tokenWords } from './tokens.js';
import type { Watch } from './watch.js';

/** Runs the suite. Throws `UsageError` and `ContractError` before anything is sent; after that everything is a result. */
export async function run(options: RunOptions, hooks: RunHooks = {}): Promise<Results> {
  return withTarget(settle(options, hooks.front), (settings) => runAgainst(settings, hooks));
}

async function runAgainst(settings: Settings, hooks: RunHooks): Promise<Results> {
  const startedAt = new Date();
  const ledger = new Ledger(settings.skip);
  const stopping = new AbortController();
  const made = await setUp(settings, ledger, stopping.signal, hooks.onReading);
  const { engine, watch, tokens, close } = made;
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
    watch,
    tokens,
    signal: AbortSignal.any([stopping.signal, watch.signal, ...(tokens === undefined ? [] : [tokens.refused])]),
    roundsDone: 0,
    stop: null,
    limits: limitsOf(settings),
    early: [],
    evidence: [],
    report: (progress) => hooks.onProgress?.(progress, () => endedWith(state.stop ?? NOT_ENDED, kept)),
  };
  const kept: KeptRecords = new WeakMap();
  const endedWith = (stop: Stop | null, kept?: KeptRecords) => resultsOf({ ...state, ledger, startedAt, stop, kept });
  try {
    state.report({ kind: 'begin' });
    await rounds(state);
  } catch (error) {
    if (error instanceof BudgetSpent) state.stop = { kind: 'stopped', message: error.message };
    else if (!state.signal.aborted) state.stop = { kind: 'error', message: stackOf(error) };
  }
  try {
    await nameOutage(state, made);
  } finally {
    clearTimeout(timer);
    // An interruption of what follows takes nothing back that was judged.
    if (state.signal.aborted) state.stop ??= { kind: 'stopped', message: (state.signal.reason as Error).message };
    await close();
    hooks.signal?.removeEventListener('abort', stop);
  }
  if (state.signal.aborted) drawNoMore(settings);
  const results = endedWith(state.stop);
  engine.answers.close();
  return results;
}

/** Where the target went down: after which request, and whether that takes it down again. */
async function nameOutage(state: RunState, { watch, secondClient, restart }: SetUp): Promise<void> {
  const { outage } = watch;
  if (outage === null) return;
  const { settings, engine } = state;
  const client = secondClient();
  try {
    await client.open();
    const { message, found } = await afterOutage({ settings, client, ledger: engine.ledger, outage, restart }, watch);
    state.stop = { kind: 'stopped', message };
    if (found !== null) announced(state, [found]);
  } catch (error) {
    // Interrupted, or the restart command failed: what is known is said.
    state.stop = { kind: 'stopped', message: `the target went down: ${outage.said}. ${(error as Error).message}` };
  } finally {
    engine.client.pace.sent += client.pace.sent;
    await client.close();
  }
}

interface RunState {
  settings: Settings;
  engine: Engine;
  watch: Watch;
  hooks: RunHooks;
  tokens: SetUp['tokens'];
  signal: AbortSignal;
  roundsDone: number;
  stop: Stop | null;
  /** What the contract allows, until it is known what the target accepts. */
  limits: Limits;
  /** What the first round sent. */
  early: Made[];
  /** Exchanges to show when nothing else was sent. */
  evidence: Exchange[];
  report(progress: Progress): void;
}

async function rounds(state: RunState): Promise<void> {
  const { settings, engine, hooks } = state;
  const { contract } = settings.contract;
  engine.client.pace.onWait = (words) => tell(state, settings.rounds[0] as number, words);
  await engine.client.open();
  const announce = async () => {
    if (hooks.onProgress === undefined) return;
    const expected = await forecastInTurns(settings, state.signal);
    state.report({ kind: 'announce', forecast: expected, settings, targets: settings.targets });
  };
  // Off loopback nothing is written before it is said what will be.
  if (!settings.loopback) await announce();
  for (const words of tokenWords(tokenSource(settings)))
    state.report({ kind: 'learnt', sentence: engine.client.mask.text(words) });
  const refused = await firstTokens(state.tokens, settings);
  if (refused !== null) {
    state.stop = { kind: 'obstacle', exitCode: refused.exitCode, message: refused.message };
    return;
  }
  const first = await preflight(engine.client, settings);
  state.evidence = first.histories.flatMap(({ exchanges }) => exchanges);
  if (first.obstacle !== null) {
    state.stop = { kind: 'obstacle', ...first.obstacle };
    return;
  }
  state.watch.begin(engine.client);
  for (const history of first.histories) engine.accountFor(history);
  await lookAhead(settings, state.signal);
  const due = settings.rounds.flatMap((round) => dueIn(settings, round));
  if (due.some((one) => one.longestKey === true)) state.limits.longestKey = await longestKey(engine, settings.contract);
  if (due.some((one) => one.largestBody === true)) state.limits.largestBody = await largestBody(engine, settings);
  await engine.observer.begin();
  if (settings.loopback) await announce();
  else for (const sentence of settings.learnt) state.report({ kind: 'learnt', sentence });
  while (state.roundsDone < settings.rounds.length) {
    const together = settings.rounds.slice(state.roundsDone, state.roundsDone + atOnce(engine));
    const found = await sendRounds(state, together);
    await minimiseEach(state, found, together.at(-1) as number);
    if (state.stop !== null || state.signal.aborted) return;
    const say = (phase: string) => tell(state, together[0] as number, phase);
    announced(state, await askStuck({ settings, engine, say }));
    state.roundsDone += together.length;
  }
  await recallEarly(state);
  // Effects that showed late.
  const visibleMs = contract.visibleWithin * 1000;
  if (engine.blind === null)
    await engine.client.pace.sleep(engine.observer.lags ? visibleMs : Math.min(visibleMs, 250));
  await minimiseEach(state, announced(state, await engine.countEffects()), lastRound(settings));
  await settleEach(state);
  if (await askRepeats(state)) announced(state, await engine.countEffects());
  await settleLost(state);
  const late = announced(state, engine.lateDeliveries());
  await minimiseEach(state, late, lastRound(settings));
  // No case that is sent again is waited for so long: that it did not fail says nothing.
  for (const one of late) if (one.confirmed.failed === 0) one.confirmed.of = 0;
  await engine.observer.end();
}

function lastRound({ rounds }: Settings): number {
  return rounds.at(-1) as number;
}

/** Reports new findings at once: those that are judged, and those that are noticed. */
function announced({ settings, engine, report }: RunState, found: Found[]): Found[] {
  const { contract } = settings.contract;
  const reported = found.filter(({ original }) => {
    const requirement = requirementById(original.finding.id);
    return isNoticed(requirement, settings) || !isOpen(requirement, settings);
  });
  for (const { original, made } of reported) {
    const { finding, history, readings } = engine.client.mask.all(original);
    const sentences = sentencesOf(finding, { plan: history.plan, readings }, contract);
    const noticed = isOpen(requirementById(finding.id), settings);
    report({ kind: 'finding', finding, sentences, foundBy: made.id, noticed });
  }
  return reported;
}

/** Keys of the first round, the oldest among them; with `--retention` once more when the time is over. */
async function recallEarly(state: RunState): Promise<void> {
  const { engine, settings } = state;
  const fillers = fillersFor(settings, engine.stuck.keysSeen).map((requirement, round) => ({
    requirement,
    plan: planOf(settings, requirement, round, state.limits),
  }));
  await Promise.all(fillers.map((one) => sendOne(state, one, settings.rounds[0] as number)));
  if (state.stop !== null || state.signal.aborted) return;
  const earlier = recallable(state.early, settings.contract);
  const since = engine.stuck.keysSeen;
  for (const { id, recall = { keys: 0 } } of recallsDue(settings)) {
    if (since < (recall.afterKeys ?? 0)) continue;
    if (recall.afterRetention === true) {
      const youngest = Math.max(0, ...earlier.map(({ sent }) => sent));
      const ms = youngest + (settings.retention ?? 0) * 1000 - engine.client.clock();
      await engine.client.pace.sleep(ms, 'until the retention of keys is over');
    }
    await recallAll(state, earlier.slice(0, recall.keys), id);
  }
}

async function recallAll(state: RunState, earlier: Exchange[], id: string): Promise<void> {
  for (const one of earlier) announced(state, (await state.engine.recall(one, { id })).found);
}

/** Keys that are refused since an outcome was unknown, and what they come to. */
async function settleEach(state: RunState): Promise<void> {
  const { settings, engine, signal, hooks } = state;
  const say = (phase: string) => tell(state, lastRound(settings), phase);
  const settling = { settings, engine, signal, say };
  const found = announced(state, await settleUnknown(settling));
  if (hooks.small !== false)
    await confirmSettled(
      settling,
      found.filter(({ original }) => isEnding(original.finding)),
    );
}

/** Asks again for repeats that could not be read, until one of a requirement's stays so. Gives whether any was sent. */
async function askRepeats(state: RunState): Promise<boolean> {
  const { engine, settings, signal } = state;
  const doubted = plannedRequirements.filter((one) => isDoubted(one, settings) && !engine.ledger.isBroken(one.id));
  let sent = false;
  for (const { id } of doubted) {
    for (let open = engine.repeats.open(id); open.length > 0 && !signal.aborted; ) {
      sent = true;
      tell(state, lastRound(settings), 'asking again for repeats that could not be read');
      announced(state, await engine.askRepeats(id));
      const left = engine.repeats.open(id);
      open = left.some((one) => open.includes(one)) ? [] : left;
    }
  }
  return sent;
}

/** Looks for what was acknowledged and is nowhere, where a requirement asks for it. */
async function settleLost(state: RunState): Promise<void> {
  const { engine, settings, signal } = state;
  const about = requirements.find((one) => one.lostWrites === true);
  if (about === undefined || skipped(about, settings) !== null || signal.aborted) return;
  tell(state, lastRound(settings), 'looking for what was acknowledged');
  announced(state, await engine.findLost(about, signal));
}

/** One plan for each requirement that is due: those of single requests side by side, then storms, alone; then effects. */
async function sendRounds(state: RunState, rounds: number[]): Promise<Found[]> {
  const { settings, engine } = state;
  const planned: { requirement: PlannedRequirement; plan: Planned }[] = [];
  for (const round of rounds) {
    for (const requirement of dueIn(settings, round).filter((one) => !isDecided(one, engine))) {
      // Whatever else waits has its turn: signals, timers, connections.
      await turn();
      if (state.signal.aborted) return [];
      planned.push({ requirement, plan: planOf(settings, requirement, round, state.limits) });
    }
  }
  const due = (kind: ReturnType<typeof kindOf>) =>
    planned
      .filter(({ plan }) => kindOf(plan.plan) === kind)
      .map((one) => () => sendOne(state, one, rounds[0] as number));
  const isOver = () => state.signal.aborted || state.stop !== null;
  const found: Found[] = [];
  for (const kind of ['calm', 'storm', 'restart'] as const) {
    const sending = Promise.all(due(kind).map((send) => send()));
    // While a backend is down, a control write would say that it is.
    found.push(...(await (kind === 'storm' ? engine.observer.beside(sending) : sending)).flat());
    if (isOver()) return found;
  }
  return [...found, ...announced(state, await engine.countEffects())];
}

/**
 * What failed is not tried again; where keys stay stuck, every lost answer would only stick another; and what the target
 * does not let in cannot be waited for.
 */
function isDecided({ id, needs, stopsWith = [] }: Requirement, { ledger, uncalled }: Engine): boolean {
  if (needs?.includes('receiver') === true && uncalled !== null) return true;
  return [id, ...stopsWith].some((one) => ledger.isBroken(one));
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
    // Whether the backend is there, and what became of its requests, is not known then.
    if (error instanceof RestartFailed) state.stop ??= { kind: 'stopped', message: error.message };
    else if (!state.signal.aborted) engine.ledger.errors.set(requirement.id, stackOf(error));
    return [];
  }
}

/** Minimises the first finding of each requirement that is not fleeting and confirms it, with nothing else going on. */
async function minimiseEach(state: RunState, found: Found[], round: number): Promise<void> {
  const { engine, settings } = state;
  if (state.hooks.small === false) return;
  const required = new Set((settings.contract.schemas.requestSchema.required ?? []) as string[]);
  const nonceMember = settings.contract.contract.create.nonce?.split('/')[1];
  if (nonceMember !== undefined) required.add(nonceMember);
  for (const one of found) {
    const { finding, effects } = one.original;
    const { id } = finding;
    const first = engine.ledger.findings.get(id)?.find((other) => !isFleeting(other));
    if (first !== one || state.signal.aborted) continue;
    // A restart for every try would take minutes.
    if (isRestarted(one.made.plan)) continue;
    tell(state, round, `minimising ${id}`);
    const again: Try = (plan, wanted) => engine.tryAgain(one.made, plan, wanted, isByEffects(finding, effects));
    try {
      // What was not found in all the time it had need not be waited for in every try, only when it counts.
      const { lookUp } = requirementById(id);
      if (lookUp === true) engine.policy.patient = false;
      await minimise(one, required, again, state.hooks.minimiseMs ?? MINIMISE_MS);
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
  const { settings, engine } = state;
  const findings = [...engine.ledger.findings.values()].reduce((sum, list) => sum + list.length, 0);
  state.report({
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
