/** Judges one history: reads its answers, finds what is broken, notes what is observed. */
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import type { History } from '../history/history.js';
import type { Reading } from '../history/reading.js';
import { attribute } from './attribute.js';
import { BRUTE_FORCE_LIMIT, explain, inFlightExplained } from './brute.js';
import { checkAnswers } from './checks.js';
import { observe, readAll } from './classify.js';
import { checkConflicts } from './conflict-checks.js';
import type { Finding } from './finding.js';
import { checkHeaders } from './header-checks.js';
import { judge } from './judge.js';
import { checkKeys } from './key-checks.js';
import { checkKeyless } from './keyless-checks.js';
import type { JudgeRules, Observed, Violation } from './observed.js';
import { checkPromises } from './promise-checks.js';
import { checkRefusals } from './refusal-checks.js';
import { checkReplayHeaders } from './replay-headers.js';
import { checkServerErrors } from './server-errors.js';
import { Shapes } from './shapes.js';
import { isOutOfStep, type Shown, share } from './shown.js';
import { checkOthers } from './side-checks.js';
import { checkUploads } from './upload-checks.js';
import { checkWebhooks } from './webhook-checks.js';

export interface Judged {
  readings: Reading[];
  findings: Finding[];
  /** Registers as the judge sees them, for effects and for other plans. */
  observed: Observed[];
}

/** Thrown when judge and brute force disagree: the suite's own fault, never a finding. */
class Disagreement extends Error {
  override name = 'Disagreement';
}

/** `shapes`: what was learned from earlier histories of the target. */
export function judgeHistory(history: History, loaded: LoadedContract, shapes = new Shapes()): Judged {
  const { contract } = loaded;
  const readings = readAll(history.exchanges, loaded, shapes);
  const observed = readings.flatMap((reading, ref) => observe(reading, contract, ref) ?? []);
  shapes.running.learn(readings);
  const rules: JudgeRules = {
    graceMs: shapes.running.graceMs(contract.inFlight?.graceMs ?? 0),
    retentionMs: contract.retention.atLeast === null ? Number.POSITIVE_INFINITY : contract.retention.atLeast * 1000,
  };
  const { violations } = judge(observed, rules);
  for (const violation of violations) confirmByBruteForce(violation, observed, rules);
  return {
    readings,
    observed,
    findings: [
      ...violations.flatMap((violation) => {
        const how = shownBy(violation, readings, contract);
        if (how === 'no') return [];
        const finding = attribute(violation, history.plan, readings, contract);
        return how === 'likely' ? { ...finding, mayBeChance: true as const } : finding;
      }),
      ...checkAnswers(history.plan, readings, loaded),
      ...checkServerErrors(history.plan, readings, loaded),
      ...checkConflicts(readings, loaded),
      ...checkKeys(history.plan, readings, contract),
      ...checkKeyless(history.plan, readings, contract),
      ...checkPromises(history.plan, readings, contract),
      ...checkReplayHeaders(readings, contract),
      ...checkRefusals(history.plan, readings, loaded),
      ...checkHeaders(history.plan, readings, contract),
      ...checkOthers(readings, contract),
      ...checkUploads(history.plan, readings, contract.uploads),
      ...checkWebhooks(history, readings, loaded),
    ],
  };
}

/** Two accounts may have one number for two resources; within an account, every violation is certain. */
function shownBy({ rule, proof }: Violation, readings: Reading[], { scope }: Contract): Shown {
  const [a, b] = proof.map((ref) => readings[ref]);
  if (rule !== 'shared-id' || scope === 'account' || a === undefined || b === undefined) return 'certain';
  const how = share(a, b);
  const [owner, reader] = a.exchange.sent <= b.exchange.sent ? [a, b] : [b, a];
  return how === 'likely' && !isOutOfStep(reader, owner, readings) ? 'no' : how;
}

/** Judges again what was delivered, and nothing else: an event may come long after the answers. */
export function judgeDeliveries(
  history: History,
  loaded: LoadedContract,
): { readings: Reading[]; findings: Finding[] } {
  const readings = readAll(history.exchanges, loaded);
  return { readings, findings: checkWebhooks(history, readings, loaded) };
}

/** Judges a small violating register again, the other way. */
function confirmByBruteForce(violation: Violation, observed: Observed[], rules: JudgeRules): void {
  if (violation.rule === 'shared-id') return;
  const list = observed.filter((x) => x.register === violation.register);
  if (list.length > BRUTE_FORCE_LIMIT) return;
  const inFlight = violation.rule === 'in-flight-without-competitor';
  const explanation = explain(list);
  const legal = inFlight
    ? inFlightExplained(list, rules.graceMs)
    : explanation === 'order' || explanation === 'given-up';
  if (legal) {
    throw new Disagreement(
      `the judge found '${violation.rule}' where a search over all orders finds none: ${JSON.stringify(list)}`,
    );
  }
}
