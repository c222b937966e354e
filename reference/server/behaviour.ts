/**
 * The seam: everything in which servers differ, right or wrong, as small functions; `side-behaviour.ts`
 * has those of the endpoints around tasks.
 * `correct.ts` holds the right ones; a fault or a variation replaces one or two of them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../contracts/contract.js';
import type { Answer, ModelRules } from '../model.js';
import type { Problem } from './problem.js';
import type { Entry, Records } from './records.js';
import type { Pause, SideBehaviour } from './side-behaviour.js';
import type { Task } from './task.js';
import type { Tasks } from './tasks.js';

/** A POST whose body could be read. */
export interface WriteRequest {
  credential: string;
  /** The body exactly as received. */
  bytes: Buffer;
  value: JsonObject;
  headers: IncomingHttpHeaders;
  /** The same object for all requests of one connection. */
  connection: object;
  /** Local port, which tells the targets of one backend apart. */
  port: number;
  at: number;
  /** Calls back when the client goes away before it has its answer. */
  onHangUp(listener: () => void): void;
}

export interface KeyedRequest extends WriteRequest {
  key: string;
  scope: string;
  fingerprint: string;
}

/** What is at hand when a key meets another body, or a key that was bound in the meantime. */
export interface Encounter {
  request: KeyedRequest;
  entry: Entry;
  tasks: Tasks;
  /** Makes one more task for this request. */
  create(): Task;
}

/** Why a task is shown. */
type View = 'created' | 'replayed' | 'read';

export interface Behaviour extends SideBehaviour {
  // Who may come in, and when
  /** Time that passes before anything else. */
  latency(): Pause;
  /** Refuses a request before it is looked at. */
  admit(credential: string, at: number): Problem | null;

  // Which requests are the same
  keyOf(request: WriteRequest): string | null;
  /** A validation code when the key cannot be used. */
  refusesKey(key: string): string | null;
  scopeOf(request: WriteRequest): string;
  fingerprintOf(request: WriteRequest): string;
  rules: ModelRules;

  // The store
  /** The record that a look-up sees. */
  find(records: Records, request: KeyedRequest, tasks: Tasks): Entry | null;
  /** Time between look-up and effect. The correct server lets none pass. */
  beforeEffect(request: KeyedRequest): Pause;
  /** Time between effect and record. The correct server lets none pass. */
  beforeRecord(request: KeyedRequest): Pause;
  /** The key was bound between look-up and effect. `null`: goes on as if it had not been. */
  onCollision(encounter: Encounter): Answer | null;
  /** Refuses to make one more task. */
  refusesTask(tasks: Tasks, at: number): Problem | null;
  /** The work that the first request waits for, after its key is claimed. */
  work(request: WriteRequest): Pause;
  /** How a duplicate is answered while that work goes on. `null`: it waits. */
  inFlight(): Problem | null;
  /** Told of a body that validation refused. */
  onInvalid: ((request: WriteRequest, records: Records) => void) | null;
  /** Told of a client that left before its answer. */
  onHangUp: ((request: KeyedRequest, records: Records) => void) | null;

  // Answers
  onConflict(encounter: Encounter): Problem;
  /** HTTP status of a success. */
  statusOf(view: 'created' | 'replayed'): number;
  /** Whether unknown members of a body are dropped; otherwise they are refused. */
  dropsUnknown: boolean;
  /** The echo of the request that a task keeps. */
  echoOf(value: JsonObject): JsonObject;
  present(task: Task, view: View, at: number): JsonObject;
  newRequestId(): string;
  renderProblem(envelope: JsonObject, problem: Problem): { contentType: string; text: string };
  /** Added to every answer. */
  headers: Record<string, string>;

  // What else shows a task
  hasList: boolean;
  lists(task: Task, credential: string, at: number): boolean;
  gets(task: Task, credential: string, at: number): boolean;
  /** HTTP status of a cancellation. */
  cancelStatus: number;
}

/** What one defect or permitted variation replaces; it may keep state of its own for each server. */
export type Deviation = (correct: Behaviour) => Partial<Behaviour>;
