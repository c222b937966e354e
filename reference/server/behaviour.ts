/**
 * The seam: everything in which servers differ, right or wrong, as small functions; `side-behaviour.ts`
 * has those of the endpoints around tasks.
 * `correct.ts` holds the right ones; a fault or a variation replaces one or two of them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../contracts/contract.js';
import type { Answer, ModelRules } from '../../history/model.js';
import type { Problem } from './problem.js';
import type { Entry, Records } from './records.js';
import type { Pause, SideBehaviour } from './side-behaviour.js';
import type { Task } from './task.js';
import type { Tasks } from './tasks.js';
import type { FieldProblem } from './validation.js';

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
export type View = 'created' | 'replayed' | 'read';

export interface Behaviour extends SideBehaviour {
  // Who may come in, and when
  /** Time that passes before anything else. */
  latency(): Pause;
  /** The API key behind an Authorization header; throws where it is none of ours. */
  identify(authorization: string | undefined, credentials: readonly string[]): string;
  /** Refuses a request before it is looked at. */
  admit(credential: string, at: number, method: string): Problem | null;
  /** The JSON object in a body; throws where there is none. */
  parse(bytes: Buffer): JsonObject;
  /** Whether something that is wrong with a body goes unnoticed. */
  overlooks(problem: FieldProblem): boolean;

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
  inFlight(encounter: Encounter): Problem | null | Promise<Problem | null>;
  /** Another answer to a repeat than the one that the record gives. */
  onReplay(encounter: Encounter): Answer | null;
  /** Time between the decision and the answer, where no task is made. */
  beforeReply(request: KeyedRequest): Pause;
  /** Told of a body that validation refused; `create` makes a task for it. */
  onInvalid: ((request: WriteRequest, records: Records, create: () => Task) => void) | null;
  /** What is carried out of a body whose client left before it was complete. `null`: nothing. */
  onCut(received: Buffer): Buffer | null;
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
  renderSuccess(body: JsonObject, view: View): Rendering;
  renderProblem(envelope: JsonObject, problem: Problem): Rendering;
  /** Added to every answer; `null` for a refusal. */
  headersOf(view: View | null): Record<string, string>;

  // What else shows a task
  hasList: boolean;
  /** The most tasks that a page of the list holds. */
  longestPage: number;
  /** The page that a list shows instead. */
  showsPage(page: JsonObject[]): JsonObject[];
  lists(task: Task, credential: string, at: number): boolean;
  gets(task: Task, credential: string, at: number): boolean;
  /** HTTP status of a cancellation. */
  cancelStatus: number;
  /** Refuses to cancel a task that is terminal. */
  refusesCancel(): Problem | null;
}

/** The body of an answer; no text is no body at all. */
export interface Rendering {
  contentType: string;
  text: string;
}

/** What one defect or permitted variation replaces; it may keep state of its own for each server. */
export type Deviation = (correct: Behaviour) => Partial<Behaviour>;
