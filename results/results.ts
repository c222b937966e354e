/**
 * The results of a run: the only thing reports read. Published as `results.schema.json`.
 *
 * Nothing here depends on the engine: a reader needs this file alone.
 */

export type Level = 'MUST' | 'SHOULD' | 'OBSERVE';

/**
 * What is known of a requirement at the end.
 * - `warned`: a SHOULD is violated. `observed`: an OBSERVE was seen; it never fails.
 * - `skipped`: the contract, the profile or the options rule it out.
 * - `blocked`: something it stands on failed. `inconclusive`: it was tried and nothing could be decided.
 * - `error`: the suite's own fault.
 */
export type Status = 'passed' | 'failed' | 'warned' | 'skipped' | 'blocked' | 'inconclusive' | 'observed' | 'error';

interface RequestRecord {
  method: string;
  url: string;
  headers: [string, string][];
  /** The exact body, secrets masked; of one that is no text, what can be shown of it. */
  body: string;
  /** The exact bytes of a body that is no text. */
  base64: string | null;
}

export interface ExchangeRecord {
  /** A, B, …: the attempt in its plan. */
  name: string;
  /** Which step of the plan sent it, counted from 0: exchanges of one step may overlap. */
  step: number;
  /** `created`, `replayed`, `conflict`, `refused`, `in flight`, `unknown`, `read`. */
  outcome: string;
  /** Part of the proof. */
  proof: boolean;
  /** Milliseconds since the run began. */
  sentMs: number;
  doneMs: number | null;
  key: string | null;
  /** Which credential was used: `first`, `second`, `none`, `wrong`. */
  credential: string;
  request: RequestRecord;
  answer: { status: number; headers: Record<string, string>; body: string; truncated: boolean } | null;
  /** Why there is no answer. */
  silence: string | null;
  /** What the reference would have answered, in words. */
  expected: string;
}

export interface CaseRecord {
  /** The plan in words, one line for each step. */
  steps: string[];
  /** Attempts in the plan. */
  attempts: number;
  exchanges: ExchangeRecord[];
  /** The resources found that belong to this case. */
  effects: { id: string; why: string }[];
  /** Webhooks that came, where the plan waits for any. */
  deliveries: { atMs: number; event: string | null; type: string | null; resource: string | null; answered: number }[];
}

export interface FindingRecord {
  /** One sentence. */
  summary: string;
  /** Why it is a violation: sentences that name the requests. */
  argument: string[];
  expected: string;
  observed: string;
  /** The requirement whose plan met it. */
  foundBy: string;
  round: number;
  seed: number;
  /** fast-check's path: makes the plan again together with the seed. */
  path: string;
  /** The smallest case as the suite sends it, for `idem-conformance replay`. */
  plan: object;
  smallest: CaseRecord;
  original: CaseRecord;
  /** The smallest case, run again with fresh keys. `of` is 0 when there was no time for it. */
  confirmed: { failed: number; of: number };
  commands: { rerun: string; curl: string };
}

export interface RequirementRecord {
  id: string;
  chapter: string;
  level: Level;
  sentence: string;
  source: string;
  status: Status;
  /** Why it has this status; empty for `passed`. */
  reason: string;
  /** Plans that put it to the test, and how often they really exercised it. */
  evidence: { plans: number; exercised: number; requests: number };
  findings: FindingRecord[];
}

export interface ObservationRecord {
  id: string;
  /** What was looked at, e.g. `status of a replay`. */
  subject: string;
  /** What was seen, most frequent first. */
  seen: { value: string; count: number }[];
}

export interface ChapterRecord {
  /** `CREATE`, `REPLAY`, … */
  id: string;
  /** What it is about, in a few words. */
  title: string;
}

export interface LatencyRecord {
  outcome: 'created' | 'replayed' | 'conflict' | 'refused';
  count: number;
  p50: number;
  p90: number;
  p99: number;
  longest: number;
}

export interface StormRecord {
  /** Requests that were released together. */
  width: number;
  /** Milliseconds between the release of the first and of the last. */
  spreadMs: number;
  /** The most that were under way at one time. */
  together: number;
}

/**
 * A known failure.
 * - `known`: still violated, and not counted. `fixed`: it passes now, so the entry must go, and the run fails.
 * - `expired`: past its date, so it counts again. `open`: this run did not decide it.
 */
export interface BaselineRecord {
  id: string;
  reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  until: string | null;
  state: 'known' | 'fixed' | 'expired' | 'open';
}

export interface Results {
  schema: 'https://idem-conformance.dev/results/1';
  /** The closing sentence. */
  verdict: string;
  exitCode: 0 | 1 | 2 | 3 | 4;
  contract: { name: string; version: string; title: string };
  seed: number;
  profile: string;
  /** A violated SHOULD fails the run. */
  strict: boolean;
  /** Ids that must be decided: one that was not checked fails the run. */
  required: string[];
  /** Ids that decide the exit code: chosen, judged by the contract, and in the set of requirements that holds. */
  decides: string[];
  /** Version of the frozen set of requirements that decides. */
  catalogue: string;
  /** Known failures, and what became of each. */
  baseline: BaselineRecord[];
  /** Which part of the rounds this is. `null`: all of them. */
  shard: { index: number; of: number } | null;
  /** The deliberate fault that the bundled reference was started with. */
  fault: string | null;
  rounds: { planned: number; done: number };
  targets: string[];
  transport: string;
  requests: { sent: number; budget: number | null };
  /** Resources that exist because of this run, and those that somebody else made. */
  effects: { created: number; foreign: number; observer: string };
  /** Milliseconds from sending to the complete answer, by outcome. */
  latencies: LatencyRecord[];
  /** What each storm achieved, in the order they were sent. */
  storms: StormRecord[];
  startedAt: string;
  durationMs: number;
  versions: { suite: string; node: string };
  observations: ObservationRecord[];
  /** What the reader should know besides: stops, limits met, resources left behind. */
  notes: string[];
  /** The chapters in the order of the catalogue. */
  chapters: ChapterRecord[];
  requirements: RequirementRecord[];
}
