/** Several shards of one run as one result: counts added, worst status taken, what only all of them show judged again. */

import { baselineStates } from './baseline.js';
import { fingerprint } from './fingerprint.js';
import { slowest } from './latencies.js';
import { rerunOf } from './rerun.js';
import type { FindingRecord, ObservationRecord, RequirementRecord, Results, Status } from './results.js';
import { exitCodeOf, type Stop, verdictOf } from './verdict.js';

/** Shards that do not belong together. */
export class MergeError extends Error {
  override name = 'MergeError';
}

/** Findings kept of one requirement, as in a run. */
const MOST_FINDINGS = 3;

/** Worst first. */
const WORST: Status[] = [
  'failed',
  'error',
  'warned',
  'noticed',
  'inconclusive',
  'blocked',
  'observed',
  'passed',
  'skipped',
];

/** What stands although nothing else was exercised. */
const SHOWN = new Set<Status>(['failed', 'error', 'warned', 'noticed']);

/** What must be equal in all shards. */
const SAME = ['profile', 'seed', 'strict', 'catalogue', 'fault'] as const;

/** What only all shards together break: identity and words of findings. */
export type Together = (
  observations: ObservationRecord[],
  first: Results,
) => Pick<FindingRecord, 'operation' | 'id' | 'rule' | 'data' | 'summary' | 'argument' | 'expected' | 'observed'>[];

/** `together` judges what no shard alone could see. Throws `MergeError`. */
export function merge(shards: Results[], together: Together): Results {
  const [first, ...rest] = shards;
  if (first === undefined) throw new MergeError('there is nothing to merge.');
  for (const other of rest) checkSame(first, other);
  const missing = missingShards(shards);
  const observations = mergeObservations(shards);
  const joint = together(observations, first);
  const requirements = first.requirements.map((one) => withJoint(mergeRequirement(one, shards), joint, first));
  const stop = stopOf(shards, missing);
  const startedAt = shards.map((one) => one.startedAt).sort()[0] as string;
  const whole: Results = {
    ...first,
    requirements,
    observations,
    shard: null,
    rounds: { planned: sum(shards, (x) => x.rounds.planned), done: sum(shards, (x) => x.rounds.done) },
    targets: [...new Set(shards.flatMap(({ targets }) => targets))],
    requests: { sent: sum(shards, (x) => x.requests.sent), budget: budgetOf(shards) },
    effects: {
      ...first.effects,
      created: sum(shards, (x) => x.effects.created),
      foreign: sum(shards, (x) => x.effects.foreign),
    },
    latencies: slowest(shards.map(({ latencies }) => latencies)),
    storms: shards.flatMap(({ storms }) => storms),
    startedAt,
    durationMs: Math.max(...shards.map(({ durationMs }) => durationMs)),
    baseline: baselineStates(first.baseline, requirements, startedAt.slice(0, 10), stop === null),
    notes: [
      ...missing.named.map((index) => `Shard ${index} is missing: its rounds are missing from the report.`),
      ...(missing.more > 0 ? [`${missing.more} more shards are missing.`] : []),
      ...shards.flatMap(({ notes, shard }) =>
        notes.map((note) => `${shard === null ? '' : `Shard ${shard.index}: `}${note}`),
      ),
    ],
  };
  const left = shards.flatMap((one) => one.left ?? []);
  if (left.length > 0) whole.left = left;
  const unresolved = sum(shards, (x) => x.unresolved ?? 0);
  if (unresolved > 0) whole.unresolved = unresolved;
  const exitCode = exitCodeOf(whole, stop);
  return {
    ...whole,
    stop: stop === null ? null : { kind: stop.kind, message: stop.message },
    exitCode,
    verdict: verdictOf(whole, stop, exitCode),
  };
}

function checkSame(first: Results, other: Results): void {
  if (first.versions.suite !== other.versions.suite)
    throw new MergeError(
      `the results are of different versions of the suite: ${JSON.stringify(first.versions.suite)} and ${JSON.stringify(other.versions.suite)}.`,
    );
  const different = SAME.find((member) => first[member] !== other[member]);
  const contract = JSON.stringify(first.contract) !== JSON.stringify(other.contract);
  if (different !== undefined || contract) {
    const what = different === undefined ? 'contract' : different;
    const words = (x: Results) => JSON.stringify(different === undefined ? x.contract.name : x[different]);
    throw new MergeError(
      `the results are of different runs: ${what} ${words(first)} and ${words(other)}. Give all shards the same.`,
    );
  }
  if (JSON.stringify([first.decides, first.required]) !== JSON.stringify([other.decides, other.required])) {
    throw new MergeError(
      'the results are of different runs: other requirements decide. Choose and require the same in all shards.',
    );
  }
  if (JSON.stringify(ids(first)) !== JSON.stringify(ids(other))) {
    throw new MergeError('the results are of different versions of the suite: they have other requirements.');
  }
}

function ids({ requirements }: Results): string[] {
  return requirements.map(({ operation, id }) => `${operation} ${id}`);
}

/** Missing shards that are named. */
const MOST_NAMED = 20;

/** Shards that were not given: the first of their numbers, and how many more. Throws where one was given twice. */
function missingShards(shards: Results[]): { named: number[]; more: number } {
  const given = shards.map(({ shard }) => shard);
  if (given.length === 1 && given[0] === null) return { named: [], more: 0 };
  const [first] = given;
  if (first === null || first === undefined || given.some((one) => one === null || one.of !== first.of)) {
    throw new MergeError('not all results are shards of the same number of them.');
  }
  const indexes = given.map((one) => (one as { index: number }).index);
  const twice = indexes.find((index, n) => indexes.indexOf(index) !== n);
  if (twice !== undefined) throw new MergeError(`shard ${twice}/${first.of} was given twice.`);
  const beyond = indexes.find((index) => index > first.of);
  if (beyond !== undefined) throw new MergeError(`there is no shard ${beyond}/${first.of}.`);
  const named: number[] = [];
  const known = new Set(indexes);
  for (let index = 1; index <= first.of && named.length < MOST_NAMED; index += 1)
    if (!known.has(index)) named.push(index);
  return { named, more: first.of - known.size - named.length };
}

function mergeRequirement(first: RequirementRecord, shards: Results[]): RequirementRecord {
  const same = (one: RequirementRecord) => one.id === first.id && one.operation === first.operation;
  const all = shards.map(({ requirements }) => requirements.find(same) as RequirementRecord);
  // A shard that never came to it says nothing against one that did.
  const shown = all.filter(({ status, evidence }) => evidence.exercised > 0 || SHOWN.has(status));
  const worst = (shown.length > 0 ? shown : all).reduce((a, b) =>
    WORST.indexOf(b.status) < WORST.indexOf(a.status) ? b : a,
  );
  const findings: FindingRecord[] = [];
  // What decides comes first: another shard may have met it once, and never again.
  for (const finding of [worst, ...all].flatMap((one) => one.findings)) {
    if (findings.length < MOST_FINDINGS && !findings.some((one) => one.fingerprint === finding.fingerprint)) {
      findings.push(finding);
    }
  }
  return {
    ...worst,
    findings: worst.findings.length > 0 ? findings : [],
    evidence: {
      plans: sum(all, (x) => x.evidence.plans),
      exercised: sum(all, (x) => x.evidence.exercised),
      requests: sum(all, (x) => x.evidence.requests),
    },
  };
}

function mergeObservations(shards: Results[]): ObservationRecord[] {
  const merged = new Map<string, ObservationRecord>();
  for (const { operation, id, subject, seen } of shards.flatMap(({ observations }) => observations)) {
    const name = JSON.stringify([operation, id, subject]);
    const known = merged.get(name) ?? { operation, id, subject, seen: [] };
    for (const { value, count } of seen) {
      const same = known.seen.find((one) => one.value === value);
      if (same === undefined) known.seen.push({ value, count });
      else same.count += count;
    }
    known.seen.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    merged.set(name, known);
  }
  return [...merged.values()];
}

/** A requirement that held in every shard, and is broken by what they show together. */
function withJoint(one: RequirementRecord, joint: ReturnType<Together>, first: Results): RequirementRecord {
  const broken = joint.find(({ operation, id }) => operation === one.operation && id === one.id);
  if (broken === undefined || one.status !== 'passed') return one;
  const none = { plan: { keys: [], steps: [] }, steps: [], attempts: 0, exchanges: [], effects: [], deliveries: [] };
  const finding: FindingRecord = {
    ...broken,
    fingerprint: fingerprint(broken, first.operations),
    illegal: null,
    foundBy: one.id,
    round: 0,
    seed: first.seed,
    path: '',
    smallest: none,
    original: none,
    confirmed: { failed: 0, of: 0 },
    commands: { rerun: rerunOf(first.rerun, { ...first, ids: [one.id], shard: null }) },
  };
  const because = { code: 'violated', by: null };
  const status = one.level === 'MUST' ? 'failed' : 'warned';
  return { ...one, status, because, reason: finding.summary, findings: [finding] };
}

/** A shard that is missing or did not end leaves the whole undecided. */
function stopOf(shards: Results[], { named, more }: ReturnType<typeof missingShards>): Stop | null {
  if (named.length > 0) {
    const rest = more > 0 ? ` and ${more} more` : '';
    return { kind: 'stopped', message: `missing: ${named.map((index) => `shard ${index}`).join(', ')}${rest}` };
  }
  const short = shards.find(({ rounds }) => rounds.done < rounds.planned);
  if (short !== undefined) {
    const { shard, rounds } = short;
    return { kind: 'stopped', message: `shard ${shard?.index} did ${rounds.done} of ${rounds.planned} rounds` };
  }
  const ended = shards.find(({ stop }) => stop !== null);
  return ended === undefined
    ? null
    : {
        kind: 'stopped',
        message: `${ended.shard === null ? '' : `shard ${ended.shard.index}: `}${ended.stop?.message}`,
      };
}

function budgetOf(shards: Results[]): number | null {
  return shards.some(({ requests }) => requests.budget === null) ? null : sum(shards, (x) => x.requests.budget ?? 0);
}

function sum<T>(list: T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
