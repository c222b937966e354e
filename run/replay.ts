/** Runs the smallest case of a finding again, with fresh keys, and says whether it is fixed. */
import { TokenRefused } from '../client/credentials.js';
import { isStop } from '../client/preparation.js';
import { SigningFailed } from '../client/signing.js';
import type { Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isEnding } from '../judge/after-unknown.js';
import { DECIDES_NOTHING } from '../judge/classify.js';
import type { FindingRecord, LeftRecord } from '../results/results.js';
import type { Engine } from './engine.js';
import { isByEffects, Ledger } from './ledger.js';
import { withDocument } from './openapi.js';
import { type Front, UsageError } from './options/usage.js';
import { type RunOptions, type Settings, settle } from './options.js';
import { preflight } from './preflight.js';
import { unfit } from './replayable.js';
import { setUp, share, withTarget } from './set-up.js';
import { repeatEnding } from './settle-unknown.js';
import { rehearsed } from './signer.js';
import { firstTokens } from './tokens.js';

export interface Replayed {
  state: 'fixed' | 'failing' | 'unknown';
  /** How many repetitions broke the requirement again. */
  failed: number;
  of: number;
  /** Why nothing can be said, for `unknown`. */
  reason: string;
  /** What it made and could not take away; of its writes only off loopback. */
  left: LeftRecord[];
  /** Off loopback: its requests without an answer, as far as nothing showed what they made. */
  unresolved: number;
}

/** Chance at most that a case which still fails is called fixed. */
const MOST_DOUBT = 0.01;

const FEWEST = 10;

/** What a case came to, without what is left of it. */
type Verdict = Omit<Replayed, 'left' | 'unresolved'>;

/** @param signal stops it. Throws `UsageError` and `ContractError` before anything is sent. */
export async function replay(
  id: string,
  finding: FindingRecord,
  options: RunOptions,
  front?: Front,
  signal = new AbortController().signal,
): Promise<Replayed> {
  const times = timesFor(finding);
  if (times === null)
    return {
      ...unknown('the case never failed again by itself: only a whole run can show it'),
      left: [],
      unresolved: 0,
    };
  const read = await withDocument(options);
  const chosen = settle({ ...read, operations: [finding.operation], only: [finding.foundBy, id] }, front);
  const plan = finding.smallest.plan as Plan;
  const wrong = plan.steps.length === 0 ? 'there is no plan of it' : unfit(plan, times, chosen.contract.contract);
  if (wrong !== null) throw new UsageError(`The smallest case of ${id} cannot be sent again: ${wrong}.`);
  return withTarget(chosen, async (settings) => {
    const readings: Reading[] = [];
    const shared = await share(settings, signal);
    const { engine, close } = setUp(settings, new Ledger(), shared, (one) => readings.push(one));
    let verdict: Verdict;
    try {
      const refused = (await firstTokens(shared.tokens, settings)) ?? (await rehearsed([settings], shared));
      verdict =
        refused === null
          ? await again({ id, finding, times, settings, engine, signal, readings })
          : unknown(refused.message);
    } catch (error) {
      if (error instanceof TokenRefused || error instanceof SigningFailed || isStop(error))
        verdict = unknown(error.message);
      else if (!signal.aborted) throw error;
      else verdict = unknown((signal.reason as Error).message);
    } finally {
      await close();
      await shared.receiver?.close();
      await shared.signer?.close();
      engine.answers.close();
    }
    const { left = [], unresolved = 0 } = engine.leftovers.records(settings.loopback);
    const { mask } = engine.client;
    return { ...verdict, reason: mask.text(verdict.reason), left: mask.all(left), unresolved };
  });
}

/** What sending a case again needs. */
interface Again {
  id: string;
  finding: FindingRecord;
  times: number;
  settings: Settings;
  engine: Engine;
  signal: AbortSignal;
  /** Filled with what is answered. */
  readings: Reading[];
}

async function again({ id, finding, times, settings, engine, signal, readings }: Again): Promise<Verdict> {
  await engine.client.open();
  const first = await preflight(engine.client, settings);
  if (first.obstacle !== null) return unknown(first.obstacle.message);
  await engine.observer.begin();
  const { foundBy, round, seed, path } = finding;
  const plan = finding.smallest.plan as Plan;
  const byEffects = isByEffects(finding, finding.smallest.effects);
  if (byEffects && engine.blind !== null) return unknown(`effects cannot be seen: ${engine.blind}`);
  if (isEnding(finding)) {
    const settling = { settings, engine, signal, say: () => {} };
    const { failed, succeeded } = await repeatEnding(settling, plan, id, times);
    return replayed(failed, succeeded, times);
  }
  let failed = 0;
  // Repetitions that did not put the case to the test show nothing: a target that refuses everything has fixed nothing.
  let shown = 0;
  for (let n = 0; n < times; n += 1) {
    readings.length = 0;
    const one = await engine.tryAgain({ id: foundBy, round, seed, path, plan }, plan, id, byEffects);
    if (one !== null) failed += 1;
    else if (isTested(finding, readings)) shown += 1;
  }
  // It may have gone blind meanwhile.
  if (failed === 0 && byEffects && engine.blind !== null) return unknown(`effects cannot be seen: ${engine.blind}`);
  return replayed(failed, shown, times);
}

/** Whether the target took the case in, and decided each request that proved the finding. */
function isTested({ smallest: { exchanges } }: FindingRecord, readings: Reading[]): boolean {
  const known = exchanges.filter(({ silence }) => silence !== null).length;
  const silent = readings.filter(({ exchange }) => exchange.outcome.kind !== 'answer').length;
  if (!readings.some(({ kind }) => kind === 'ok') || silent > known) return false;
  const proof = exchanges.filter((one) => one.proof && one.answer !== null);
  return proof.every(({ attempt, answer }) =>
    readings.some((one) => one.exchange.attempt === attempt && isDecided(one, answer?.status)),
  );
}

/** Not by what a credential, a rate limit or a failing server says of every request, unless it said so then. */
function isDecided({ exchange: { outcome, credential } }: Reading, then: number | undefined): boolean {
  if (outcome.kind !== 'answer') return false;
  const { status } = outcome;
  const refused = status === 401 && (credential === 'first' || credential === 'second');
  return status === then || !(refused || status >= 500 || DECIDES_NOTHING.has(status));
}

function unknown(reason: string): Verdict {
  return { state: 'unknown', failed: 0, of: 0, reason };
}

/** @param shown repetitions that would have shown it */
function replayed(failed: number, shown: number, times: number): Verdict {
  if (failed > 0) return { state: 'failing', failed, of: times, reason: '' };
  if (shown === times && times > 0) return { state: 'fixed', failed, of: times, reason: '' };
  return { ...unknown('the target refused the requests, or did not answer them'), of: times };
}

/** Repetitions after which a case that failed k of n times then would have failed again, but for a chance of 1 %. */
function timesFor({ confirmed: { failed, of } }: FindingRecord): number | null {
  if (failed === 0) return null;
  if (failed >= of) return FEWEST;
  return Math.max(FEWEST, Math.ceil(Math.log(MOST_DOUBT) / Math.log(1 - failed / of)));
}
