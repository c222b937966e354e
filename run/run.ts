/** A run: rounds of plans of each operation, from options to results. */
import { isStop } from '../client/preparation.js';
import type { Results } from '../results/results.js';
import { NOT_ENDED } from '../results/unended.js';
import type { Stop } from '../results/verdict.js';
import { drawNoMore } from './drawing.js';
import type { Progress, RunHooks } from './hooks.js';
import { withDocument } from './openapi.js';
import { announced, begin, finish, nextRounds, type RunState, stackOf, stateOf, tell } from './operation.js';
import { type RunOptions, type Settings, settle } from './options.js';
import { afterOutage } from './outage.js';
import { type Forecast, forecastInTurns, forecastOfAll } from './planning.js';
import { type KeptRecords, resultsOf } from './results.js';
import { type Shared, share, tokenSource, withTarget } from './set-up.js';
import { rehearsed, signWords } from './signer.js';
import { firstTokens, tokenWords } from './tokens.js';

/** Runs the suite. Throws `UsageError` and `ContractError` before anything is sent; after that everything is a result. */
export async function run(options: RunOptions, hooks: RunHooks = {}): Promise<Results> {
  return withTarget(settle(await withDocument(options), hooks.front), (settings) => runAgainst(settings, hooks));
}

async function runAgainst(settings: Settings, hooks: RunHooks): Promise<Results> {
  const startedAt = new Date();
  const stopping = new AbortController();
  const shared = await share(settings, stopping.signal);
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
  const kept: KeptRecords = new WeakMap();
  const report = (progress: Progress) => hooks.onProgress?.(progress, () => endedWith(kept, NOT_ENDED));
  const states = settings.operations.map((contract) => stateOf({ ...settings, contract }, shared, hooks, report));
  const endedWith = (records?: KeptRecords, otherwise: Stop | null = null) =>
    resultsOf(states.map((state) => ({ ...state, startedAt, stop: state.stop ?? otherwise, kept: records })));
  try {
    report({ kind: 'begin' });
    await rounds(states, shared);
  } catch (error) {
    for (const state of states) state.stop ??= { kind: 'error', message: stackOf(error) };
  } finally {
    try {
      await nameOutage(states, shared);
    } finally {
      clearTimeout(timer);
      for (const state of states) {
        const { signal } = state;
        // An interruption of what follows takes nothing back that was judged.
        if (signal.aborted) state.stop ??= { kind: 'stopped', message: (signal.reason as Error).message };
        await state.made.close();
      }
      await shared.receiver?.close();
      await shared.signer?.close();
      hooks.signal?.removeEventListener('abort', stop);
    }
  }
  for (const { signal, settings: own } of states) if (signal.aborted) drawNoMore(own);
  const results = endedWith();
  for (const { engine } of states) engine.answers.close();
  return results;
}

/** Where the target went down: after which request, and whether that takes it down again. */
async function nameOutage(states: RunState[], { watch, restart }: Shared): Promise<void> {
  const { outage } = watch;
  const state = states.find(({ engine }) => watch.isFor(engine.client)) ?? states[0];
  if (outage === null || state === undefined) return;
  const { settings, engine, made, ledger } = state;
  const client = made.secondClient();
  const stopAll = (message: string) => {
    for (const one of states) one.stop = { kind: 'stopped', message };
  };
  try {
    await client.open();
    const { message, found } = await afterOutage({ settings, client, ledger, outage, restart }, watch);
    stopAll(message);
    if (found !== null) announced(state, [found]);
  } catch (error) {
    // Interrupted, or the restart command failed: what is known is said.
    stopAll(`the target went down: ${outage.said}. ${(error as Error).message}`);
  } finally {
    engine.client.pace.sent += client.pace.sent;
    await client.close();
  }
}

/** All operations, one after the other in each round. */
async function rounds(states: RunState[], shared: Shared): Promise<void> {
  const [{ settings, report }] = states as [RunState];
  // Off loopback nothing is written before it is said what will be.
  if (!settings.loopback) await announce(states);
  for (const words of [...tokenWords(tokenSource(settings)), ...signWords(settings)])
    report({ kind: 'learnt', sentence: states[0]?.engine.client.mask.text(words) ?? words });
  const operations = states.map((state) => state.settings);
  const refused = (await firstTokens(shared.tokens, settings)) ?? (await rehearsed(operations, shared));
  if (refused !== null) {
    const { exitCode, message } = refused;
    for (const state of states) state.stop = { kind: 'obstacle', exitCode, message };
    return;
  }
  await eachOpen(states, begin);
  if (settings.loopback) await announce(states);
  else for (const sentence of settings.learnt) states[0]?.report({ kind: 'learnt', sentence });
  const isUnfinished = ({ stop, roundsDone, signal }: RunState) =>
    stop === null && !signal.aborted && roundsDone < settings.rounds.length;
  while (states.some(isUnfinished)) await eachOpen(states.filter(isUnfinished), nextRounds);
  await eachOpen(states, finish);
}

/** Those that nothing has stopped, one after the other. */
async function eachOpen(states: RunState[], work: (state: RunState) => Promise<void>): Promise<void> {
  for (const state of states) {
    const { engine, signal, settings } = state;
    if (state.stop !== null || signal.aborted) continue;
    engine.client.pace.onWait = (words) => tell(state, settings.rounds[0] as number, words);
    try {
      await work(state);
    } catch (error) {
      if (isStop(error)) state.stop = { kind: 'stopped', message: error.message };
      else if (!signal.aborted) state.stop = { kind: 'error', message: stackOf(error) };
    }
  }
}

async function announce(states: RunState[]): Promise<void> {
  const [{ settings, hooks, report, signal }] = states as [RunState];
  if (hooks.onProgress === undefined) return;
  try {
    const expected: Forecast[] = [];
    for (const { settings: own, stop } of states) if (stop === null) expected.push(await forecastInTurns(own, signal));
    if (expected.length === 0) return;
    report({ kind: 'announce', forecast: forecastOfAll(expected), settings, targets: settings.targets });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
