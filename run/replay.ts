/** Runs the smallest case of a finding again, with fresh keys, and says whether it is mended. */
import type { Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isEnding } from '../judge/after-unknown.js';
import type { FindingRecord } from '../results/results.js';
import { isByEffects, Ledger } from './ledger.js';
import { type Front, UsageError } from './options/usage.js';
import { type RunOptions, settle } from './options.js';
import { preflight } from './preflight.js';
import { unfit } from './replayable.js';
import { setUp, withTarget } from './set-up.js';
import { repeatEnding } from './settle-unknown.js';

export interface Replayed {
  state: 'fixed' | 'failing' | 'unknown';
  /** How many repetitions broke the requirement again. */
  failed: number;
  of: number;
  /** Why nothing can be said, for `unknown`. */
  reason: string;
}

/** Chance at most that a case which still fails is called fixed. */
const MOST_DOUBT = 0.01;

const FEWEST = 10;

/** Throws `UsageError` and `ContractError` before anything is sent. */
export async function replay(
  id: string,
  finding: FindingRecord,
  options: RunOptions,
  front?: Front,
): Promise<Replayed> {
  const times = timesFor(finding);
  if (times === null) {
    const reason = 'the case never failed again by itself: only a whole run can show it';
    return { state: 'unknown', failed: 0, of: 0, reason };
  }
  const chosen = settle({ ...options, only: [finding.foundBy, id] }, front);
  const plan = finding.smallest.plan as Plan;
  const wrong = plan.steps.length === 0 ? 'there is no plan of it' : unfit(plan, times, chosen.contract.contract);
  if (wrong !== null) throw new UsageError(`The smallest case of ${id} cannot be sent again: ${wrong}.`);
  return withTarget(chosen, async (settings) => {
    const readings: Reading[] = [];
    const { signal } = new AbortController();
    const { engine, close } = await setUp(settings, new Ledger(), signal, (one) => readings.push(one));
    try {
      await engine.client.open();
      const first = await preflight(engine.client, settings);
      if (first.obstacle !== null) return { state: 'unknown', failed: 0, of: 0, reason: first.obstacle.message };
      await engine.observer.begin();
      const { foundBy, round, seed, path } = finding;
      const known = finding.smallest.exchanges.filter(({ silence }) => silence !== null).length;
      const byEffects = isByEffects(finding, finding.smallest.effects);
      if (byEffects && engine.blind !== null)
        return { state: 'unknown', failed: 0, of: 0, reason: `effects cannot be seen: ${engine.blind}` };
      if (isEnding(finding)) {
        const settling = { settings, engine, signal, say: () => {} };
        const { failed, succeeded } = await repeatEnding(settling, plan, id, times);
        return replayed(failed, succeeded, times);
      }
      let failed = 0;
      // Repetitions without a success show nothing: a target that refuses everything has mended nothing.
      let shown = 0;
      for (let n = 0; n < times; n += 1) {
        readings.length = 0;
        const again = await engine.tryAgain({ id: foundBy, round, seed, path, plan }, plan, id, byEffects);
        if (again !== null) failed += 1;
        const silent = readings.filter(({ exchange }) => exchange.outcome.kind !== 'answer').length;
        if (readings.some(({ kind }) => kind === 'ok') && silent <= known) shown += 1;
      }
      return replayed(failed, shown, times);
    } finally {
      await close();
      engine.answers.close();
    }
  });
}

/** @param shown repetitions that would have shown it */
function replayed(failed: number, shown: number, times: number): Replayed {
  if (failed > 0) return { state: 'failing', failed, of: times, reason: '' };
  if (shown === times) return { state: 'fixed', failed, of: times, reason: '' };
  return { state: 'unknown', failed, of: times, reason: 'the target refused the requests, or did not answer them' };
}

/** Repetitions after which a case that failed k of n times then would have failed again, but for a chance of 1 %. */
function timesFor({ confirmed: { failed, of } }: FindingRecord): number | null {
  if (failed === 0) return null;
  if (failed >= of) return FEWEST;
  return Math.max(FEWEST, Math.ceil(Math.log(MOST_DOUBT) / Math.log(1 - failed / of)));
}
