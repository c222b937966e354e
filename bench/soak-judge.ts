/** Whether a finding of a run is met again in its own history: by the code of the verb `judge`, or else by the run's judge. */
import { writeFileSync } from 'node:fs';
import { AT_ONCE, openInputs, Recording } from '../cli/judge-input.js';
import type { LoadedContract } from '../contracts/load.js';
import type { Exchange, History } from '../history/history.js';
import { historyLine } from '../history/ndjson.js';
import type { Plan } from '../history/plan.js';
import { judgeEach } from '../judge/judge.js';
import { judgeHistory } from '../judge/judge-history.js';
import type { CaseRecord, ExchangeRecord, FindingRecord } from '../results/results.js';

/** What the verb can see: ids, conflicts and refusals of one key. */
const OF_THE_VERB = new Set([
  'second-resource',
  'second-resource-for-another-body',
  'another-body-replayed',
  'conflict-for-winner',
  'conflict-without-competitor',
  'repeat-refused-without-first',
  'incomplete-request-bound',
  'refused-request-bound',
  'resource-of-another-request',
  'unrelated-requests-joined',
]);

/** `later` needs more than the history: effects, deliveries, other plans. */
export type Again = 'by the verb' | 'by the judge' | 'later' | 'NOT MET AGAIN';

/** @param file where the history is written */
export async function judgedAgain(finding: FindingRecord, loaded: LoadedContract, file: string): Promise<Again> {
  const { smallest } = finding;
  const { readings, findings } = judgeHistory(historyOf(smallest), loaded);
  const lines = readings.map((reading) => historyLine(reading, 0, loaded.contract)).filter((line) => line !== null);
  writeFileSync(file, lines.join(''));
  if (OF_THE_VERB.has(finding.rule)) return (await violations(file, loaded)) > 0 ? 'by the verb' : 'NOT MET AGAIN';
  if (findings.some(({ id, rule }) => id === finding.id && rule === finding.rule)) return 'by the judge';
  return smallest.effects.length > 0 || BY_MORE.test(finding.rule) ? 'later' : 'NOT MET AGAIN';
}

/** Rules that look at effects, at what is read later, or at the whole run. */
const BY_MORE =
  /request-id-repeated|rewrite-decided|blank-key-changes|effect|executed|lost|vanish|list|orphan|webhook|deliver|stuck|down|never|twice/;

async function violations(file: string, { contract }: LoadedContract): Promise<number> {
  let met = 0;
  const unreadable = (_: string, line: number, problem: string) => {
    throw new Error(`${file}:${line}: ${problem}`);
  };
  const recording = new Recording(await openInputs([file]), 0, unreadable, () => null);
  const retentionMs =
    contract.retention.atLeast === null ? Number.POSITIVE_INFINITY : contract.retention.atLeast * 1000;
  const rules = { graceMs: contract.inFlight?.graceMs ?? 0, retentionMs };
  const listener = {
    violation: () => {
      met += 1;
    },
    givenUp: () => {},
  };
  judgeEach(recording.of(null), rules, listener, AT_ONCE);
  recording.close();
  return met;
}

function historyOf({ plan, exchanges }: CaseRecord): History {
  return { plan: plan as Plan, exchanges: exchanges.map(exchangeOf) };
}

function exchangeOf(one: ExchangeRecord): Exchange {
  const { attempt, time, retry, step, operation, target, key, answer, silence } = one;
  const { base64, ...request } = one.request;
  return {
    ...{ attempt, time, retry, step, operation, target, key },
    credential: one.credential as Exchange['credential'],
    request: base64 === null ? request : { ...request, base64 },
    sent: one.sentMs,
    done: one.doneMs,
    outcome:
      answer === null
        ? { kind: /^hung up before the body|NEVER/.test(silence ?? '') ? 'unsent' : 'unknown', reason: silence ?? '' }
        : { kind: 'answer', status: answer.status, headers: answer.headers, body: answer.body },
  };
}
