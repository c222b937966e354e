/**
 * The results of a run: the only thing reports read. Published as `results.schema.json`.
 *
 * Nothing here depends on the engine: a reader needs this file alone.
 */

export type Level = 'MUST' | 'SHOULD' | 'OBSERVE';

/**
 * What is known of a requirement at the end.
 * - `warned`: a SHOULD is violated. `observed`: an OBSERVE was seen; it never fails.
 * - `noticed`: the contract is silent, and what was seen is what an engineer would want to know. It has findings, and
 *   never fails.
 * - `skipped`: the contract, the profile or the options rule it out.
 * - `blocked`: something it stands on failed. `inconclusive`: it was tried and nothing could be decided; it has findings
 *   where what was seen once could not be reproduced, and may have had a cause that has passed.
 * - `error`: the suite's own fault.
 */
export type Status =
  | 'passed'
  | 'failed'
  | 'warned'
  | 'noticed'
  | 'skipped'
  | 'blocked'
  | 'inconclusive'
  | 'observed'
  | 'error';

/** JSON: the data that a sentence is made from. */
type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

interface RequestRecord {
  method: string;
  url: string;
  headers: [string, string][];
  /**
   * The exact body, secrets masked; of one that is no text, what can be shown of it. A run of a thousand x or more is
   * written as U+E000, `pad:` with its length, and U+E001, here and in answers.
   */
  body: string;
  /** The exact bytes of a body that is no text. */
  base64: string | null;
}

export interface ExchangeRecord {
  /** A, B, …: the attempt in its plan, with the number of its repetition and a prime for each time it was sent again. */
  name: string;
  /** Number of the attempt in its plan, which of its storm's repetitions this is, and how often it was sent again; from 0. */
  attempt: number;
  time: number;
  retry: number;
  /** What was asked: `create` is the write under test, `other` another endpoint. */
  operation: 'create' | 'get' | 'cancel' | 'other' | 'upload';
  /** Index of the target among those of the run. */
  target: number;
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
  /** Id of the resource in the answer, read where the contract says; `null` where it names none. */
  resource: string | null;
  /** What the reference would have answered, in words. */
  expected: string;
  /** Where request and answer are those of one item of a batch: the batch as it went over the wire. */
  batch?: BatchRecord;
}

export interface BatchRecord {
  /** JSON Pointers to the item in the request, and to what the answer has for it; `null` where it has nothing. */
  item: string;
  result: string | null;
  request: string;
  answer: { status: number; body: string; truncated: boolean } | null;
  /** Whether it was sent with the exchange before it, as another item of the same batch. */
  isSecond: boolean;
}

/** A request of a set-up step, without which a case cannot be sent again. */
export interface SetUpRecord {
  /** Name of the step. */
  step: string;
  credential: string;
  request: { method: string; url: string; headers: [string, string][]; body: string };
  /** `null` where there was no answer. */
  status: number | null;
  /** What the requests of the case use of its answer, and where it stands there. */
  saved: { name: string; place: NonNullable<IdPlaceRecord>; value: string }[];
}

export interface CaseRecord {
  /** The plan as the suite sends it, for `idem-conformance replay`. */
  plan: object;
  /** The plan in words, one line for each step; attempts that are alike are named together. */
  steps: string[];
  /** Attempts in the plan. */
  attempts: number;
  /** What set-up steps made for it. Absent: nothing. */
  setUp?: SetUpRecord[];
  exchanges: ExchangeRecord[];
  /** The resources found that belong to this case, each with the exchanges whose answers named it. */
  effects: { id: string; named: string[] }[];
  /** Webhooks that came, where the plan waits for any. */
  deliveries: { atMs: number; event: string | null; type: string | null; resource: string | null; answered: number }[];
}

/** A requirement broken: what identifies it, then the words for people, then how it was met. */
export interface FindingRecord {
  /** The contract's operation, and the requirement that is broken. */
  operation: string;
  id: string;
  /** In which way it is broken, in kebab-case: stable, and with the id and `data.subject` the finding's identity. */
  rule: string;
  /** What the sentences are made from: exchanges by their index, pointers, statuses, ids. */
  data: { [name: string]: Json };
  /** Equal for findings of different runs that break the same requirement in the same way. */
  fingerprint: string;
  /** One sentence. */
  summary: string;
  /** Why it is a violation: sentences that name the requests. */
  argument: string[];
  expected: string;
  observed: string;
  /** Name of the exchange whose answer is wrong; `null` where no single one is. */
  illegal: string | null;
  /** The requirement whose plan met it. */
  foundBy: string;
  round: number;
  seed: number;
  /** fast-check's path: makes the plan again together with the seed. */
  path: string;
  smallest: CaseRecord;
  original: CaseRecord;
  /** The smallest case, run again with fresh keys. `of` is 0 when there was no time for it. */
  confirmed: { failed: number; of: number };
  /** Makes and runs the plan again. */
  commands: { rerun: string };
}

/** Why a requirement has its status: a stable code, and the requirement that it follows from. */
export interface Because {
  code: string;
  by: string | null;
}

/** One requirement of one operation, and what is known of it at the end. */
export interface RequirementRecord {
  /** The contract's operation. */
  operation: string;
  id: string;
  chapter: string;
  level: Level;
  /** At most 70 characters. */
  title: string;
  /** One or two sentences, with the contract's noun. */
  statement: string;
  /** Where the promise is made: absolute URLs, or files of this repository. */
  sources: { name: string; url: string }[];
  status: Status;
  /** Why it has this status, in words; empty for `passed`. */
  reason: string;
  /** The same as data; `null` where the status needs no reason. */
  because: Because | null;
  /** Of what is `noticed`: the name that `--promise` takes, so that it fails. */
  promise?: string;
  /** Plans that put it to the test, and how often they really exercised it. */
  evidence: { plans: number; exercised: number; requests: number };
  findings: FindingRecord[];
}

export interface ObservationRecord {
  operation: string;
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
  /** Absent: all operations. */
  operation?: string;
  id: string;
  reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  until: string | null;
  state: 'known' | 'fixed' | 'expired' | 'open';
}

/** Where a success shows the resource's id: a JSON pointer, a header, or nowhere. */
export type IdPlaceRecord = string | { header: string; pattern: string | null } | null;

/** A resource that the run made and that was not cancelled. */
export interface LeftRecord {
  /** The contract's operation that made it. */
  operation: string;
  id: string;
  /** Why it stays. */
  why: string;
}

export interface Results {
  schema: 'https://idem-conformance.dev/results/2';
  /** The closing sentence. */
  verdict: string;
  /** Why the run ended before its last round: an obstacle before anything was judged, a stop, or the suite's own error. */
  stop: { kind: 'obstacle' | 'stopped' | 'error'; message: string } | null;
  exitCode: 0 | 1 | 2 | 3 | 4;
  /** What the target was held to; `resource` is the noun for what it makes, `id` where a success shows its id. */
  contract: { name: string; version: string; title: string; resource: string; sign?: string; id: IdPlaceRecord };
  /** The operations of the contract. */
  operations: { name: string; title: string }[];
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
  /** Ids in that set, whether they decide here or not. */
  frozen: string[];
  /** Known failures, and what became of each. */
  baseline: BaselineRecord[];
  /** Which part of the rounds this is. `null`: all of them. */
  shard: { index: number; of: number } | null;
  /** The deliberate fault that the bundled reference was started with. */
  fault: string | null;
  rounds: { planned: number; done: number };
  targets: string[];
  /** The command of the run, as far as it changes what is sent or how it is judged: findings' rerun commands begin with it. */
  rerun: string;
  /** `HTTP/1.1` or `HTTP/2`. */
  transport: string;
  requests: { sent: number; budget: number | null };
  /** Resources that exist because of this run, those that others made, and what counted them; `blind`: why nothing did. */
  effects: { created: number; foreign: number; observer: string | null; blind: string | null };
  /** Resources that the run made and that are left on the target; on loopback only those of set-up steps. Absent where there are none. */
  left?: LeftRecord[];
  /** Off loopback: requests without an answer, as far as nothing showed what they made. Absent where there are none. */
  unresolved?: number;
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
