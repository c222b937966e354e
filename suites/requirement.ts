/**
 * A requirement: one promise, whole. What it says, where that comes from, when it applies, how it is put to the test and
 * what counts as having done so. The judge decides by its id whether it is kept.
 */
import type fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import type { PlanSource } from '../generators/plans.js';
import type { Delivery } from '../history/history.js';
import type { CreateAttempt, Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';

/** A failed MUST fails the run, a failed SHOULD warns, an OBSERVE only reports. */
export type Level = 'MUST' | 'SHOULD' | 'OBSERVE';

/** Where a requirement comes from. */
export interface Source {
  name: string;
  /** An absolute URL, or a file of this repository with its anchor, e.g. `docs/bug-classes.md#bug-class-17`. */
  url: string;
}

/** What a run must have for a requirement to be put to the test; without it the requirement is skipped by name. */
export type Need =
  /** An API key of another key holder. */
  | 'second-credential'
  /** Another access token for the same account, whenever one is asked for. */
  | 'new-tokens'
  /** More than one target of one backend. */
  | 'several-targets'
  /** Leave to write to other endpoints than the one under test: what it makes there may stay. */
  | 'side-endpoint'
  /** A webhook receiver that the target can reach. */
  | 'receiver'
  /** The secret that webhooks are signed with. */
  | 'signing-secret'
  /** A command that kills the backend and starts it again. */
  | 'restart-command'
  /** A time to wait before keys are sent again. */
  | 'retention-time'
  /** A profile that uses a thousand keys. */
  | 'many-keys';

/** A requirement that says nothing of its own while another one fails. */
export interface Prerequisite {
  /** Requirements of which one failing is enough. */
  on: string[];
  /**
   * - `same-rule`: it fails in the same way as the other one does in its own plan, and would only repeat it.
   * - `not-exercised`: it was never exercised, because of the other one.
   * - `any`: it shows the other one at work, so whatever is wrong is reported there.
   */
  when: 'same-rule' | 'not-exercised' | 'any';
  /** Follows 'blocked by ID: ' in the reason, e.g. 'no conflict was ever seen'. */
  why: string;
}

/** Keys of early plans that are sent again at the end of the run. */
export interface Recall {
  /** The most keys that are sent again, the oldest among them. */
  keys: number;
  /** Only after so many other keys were used. */
  afterKeys?: number;
  /** Only after the time given by `--retention`. */
  afterRetention?: true;
}

export interface Requirement {
  /** `CHAPTER-n`; never reused or renumbered. */
  id: string;
  level: Level;
  /** At most 70 characters, for terminals, JUnit, SARIF and Vitest. Neutral: it says 'resource'. */
  title: string;
  /** One or two sentences for the report. `{resource}` is replaced by the contract's noun. */
  statement: string;
  /** Besides those that a contract gives. At least one of both. */
  sources: Source[];
  /** Why the contract rules it out, or `null`. */
  skip?(contract: Contract): string | null;
  needs?: Need[];
  /**
   * It holds for every API that accepts keys at all: an API described by a few flags is judged by these alone.
   * `unlisted`: a contract that lists what is judged need not list it, for it needs no promise.
   */
  safety?: true | 'unlisted';
  /** An engineer would want to know what breaks it: where the contract does not promise it, that is noticed. */
  noticed?: true;
  /** Whether the contract leaves it open, so that what breaks it fails no run. */
  silent?(contract: Contract): boolean;
  /** One plan is enough: in the first round. */
  once?: true;
  /**
   * Decided only where effects are seen by something other than the replies. `also`: replies show a part of it, which must
   * do where effects are not counted because the user says so.
   */
  byEffects?: true | 'also';
  /** It is about requests that must not be joined: where answers name no resource, only effects tell them apart. */
  apart?: true;
  standsOn?: Prerequisite[];
  /** Requirements whose failure makes further plans of this one pointless. */
  stopsWith?: string[];
  /** It is what a key breaks that never gets a final answer. At most one requirement has this. */
  stuckKeys?: true;
  /** It judges how repeats end, so that one that could not be read leaves nothing open. */
  judgesEndings?: true;
  /** Where a key is refused for good after an unknown outcome, it is decided by whether an effect is seen. */
  afterUnknown?: true;
  /** It is what an acknowledged resource breaks that is nowhere at the end of the run. At most one requirement has this. */
  lostWrites?: true;
  /** It is what an acknowledged resource breaks that cannot be read. At most one requirement has this. */
  lookUp?: true;
  /** Its plans depend on the longest key that the target accepts, which is found out before the first round. */
  longestKey?: true;
  /** Its plans depend on the largest body that the target accepts, which is found out before the first round. */
  largestBody?: true;
  /** Looked at once, at the end, by sending keys of other plans again. Such a requirement has no plans of its own. */
  recall?: Recall;
  /** One plan for each round is drawn from this. */
  plans?(source: PlanSource): fc.Arbitrary<Plan>;
  /** What a plan must have to put it to the test. Where no plan of a run has it, the requirement does not apply, and `otherwise` says why. */
  draws?: { in(plan: Plan): boolean; otherwise: string };
  /** Whether a history really exercised it: refusals and silences decide nothing. */
  exercised?(readings: Reading[], contract: Contract, deliveries: Delivery[], plan: Plan): boolean;
  /** The kind of requests that it needs accepted: where a target refuses all of them, it does not apply. */
  needsAccepted?(attempt: CreateAttempt, loaded: LoadedContract): boolean;
}

/** A requirement with plans of its own. */
export type PlannedRequirement = Requirement & Required<Pick<Requirement, 'plans' | 'exercised'>>;

/** A chapter of the catalogue: a file of this folder. */
export interface Chapter {
  name: string;
  title: string;
  /** What the chapter needs to be looked at at all, in words. */
  needs?: string;
  requirements: Requirement[];
}
