/**
 * The seam: everything in which servers differ, right or wrong, as small functions; `side-behaviour.ts`
 * has those of the endpoints around the write under test.
 * `correct.ts` holds the right ones, by the contract; a fault or a variation replaces one or two of them.
 */
import type { Json, JsonObject } from '../../contracts/contract.js';
import type { Answer, ModelRules } from '../../history/model.js';
import type { ListForm } from './list.js';
import type { Problem } from './problem.js';
import type { FieldProblem } from './problems.js';
import type { Entry, Records } from './records.js';
import type { Resource } from './resource.js';
import type { Resources } from './resources.js';
import type { Pause, SideBehaviour } from './side-behaviour.js';
import type { World } from './world.js';
import type { KeyedRequest, WriteRequest } from './write-request.js';

export type { KeyedRequest, WriteRequest } from './write-request.js';

/** What is at hand when a key meets another body, or a key that was bound in the meantime. */
export interface Encounter {
  request: KeyedRequest;
  entry: Entry;
  resources: Resources;
  /** Makes one more resource for this request. */
  create(): Resource;
}

/** Why a resource is shown. */
export type View = 'created' | 'replayed' | 'read';

export interface Behaviour extends SideBehaviour {
  // Who may come in, and when
  /** Time that passes before anything else. */
  latency(): Pause;
  /** Whose a request's credential is; throws where it is none of ours. */
  identify(secret: string | undefined, credentials: readonly string[]): string;
  /** Whose the resources of a credential are. */
  ownerOf(credential: string): string;
  /** Refuses a request before it is looked at. */
  admit(credential: string, at: number, method: string): Problem | null;
  /** The JSON object in a body; throws where there is none. */
  parse(bytes: Buffer, contentType: string | undefined): JsonObject;
  /** Whether something that is wrong with a body, or with its key, goes unnoticed. */
  overlooks(problem: FieldProblem): boolean;

  /** Whether a request without a key is refused. */
  requiresKey: boolean;

  // Which requests are the same
  keyOf(request: WriteRequest): string | null;
  /** What a key must be that cannot be used. */
  refusesKey(key: string): string | null;
  scopeOf(request: WriteRequest): string;
  fingerprintOf(request: WriteRequest): string;
  rules: ModelRules;

  // The store
  /** The record that a look-up sees. */
  find(records: Records, request: KeyedRequest, resources: Resources): Entry | null;
  /** Time between look-up and effect. The correct server lets none pass. */
  beforeEffect(request: KeyedRequest): Pause;
  /** Time between effect and record. The correct server lets none pass. */
  beforeRecord(request: KeyedRequest): Pause;
  /** The key was bound between look-up and effect. `null`: goes on as if it had not been. */
  onCollision(encounter: Encounter): Answer | null;
  /** Refuses to make one more resource. */
  refusesCreate(resources: Resources, at: number): Problem | null;
  /** The work that the first request waits for, after its key is claimed. */
  work(request: WriteRequest): Pause;
  /** How a duplicate is answered while that work goes on. `null`: it waits. */
  inFlight(encounter: Encounter): Problem | null | Promise<Problem | null>;
  /** Another answer to a repeat than the one that the record gives. */
  onReplay(encounter: Encounter): Answer | null;
  /** The refusal by which a repeat is answered. `null`: it is answered with the resource. */
  refusesReplay(resource: Resource): Problem | null;
  /** Time between the decision and the answer, where no resource is made. */
  beforeReply(request: KeyedRequest): Pause;
  /** Called for a body that validation refused; `create` makes a resource for it. */
  onInvalid: ((request: WriteRequest, records: Records, create: () => Resource) => void) | null;
  /** What is carried out of a body whose client left before it was complete. `null`: nothing. */
  onCut(received: Buffer): Buffer | null;
  /** Called for a client that left before its answer; `goDown` ends the server, which is started again. */
  onHangUp: ((request: KeyedRequest, records: Records, goDown: () => void) => void) | null;

  // Answers
  onConflict(encounter: Encounter): Problem;
  /** HTTP status of a success. */
  statusOf(view: 'created' | 'replayed'): number;
  /** Whether unknown members of a body are dropped; otherwise they are refused. */
  dropsUnknown: boolean;
  /** The body that a resource keeps, to echo it. */
  echoOf(value: JsonObject): JsonObject;
  present(resource: Resource, view: View, at: number): JsonObject;
  newRequestId(): string;
  renderSuccess(body: Json, view: View): Rendering;
  renderProblem(envelope: JsonObject, problem: Problem): Rendering;
  /** Added to a success that shows the resource. */
  resourceHeaders(resource: Resource, view: View): Record<string, string>;
  /** Added to every answer; `null` for a refusal. */
  headersOf(view: View | null): Record<string, string>;

  /** The results of a batch, as they stand in its answer. */
  showsResults(results: Json[]): Json[];

  // What else shows a resource
  hasList: boolean;
  /** Its order and pages, and how much of it is shown. */
  list: ListForm;
  /** The page that a list shows instead. */
  showsPage(page: Json[]): Json[];
  lists(resource: Resource, owner: string, at: number): boolean;
  gets(resource: Resource, owner: string, at: number): boolean;
  /** HTTP status of a cancellation. */
  cancelStatus: number;
  /** Refuses to cancel a resource that has ended. */
  refusesCancel(): Problem | null;
}

/** The body of an answer; without text there is no body at all, and without a type no header for it. */
export interface Rendering {
  contentType: string;
  text: string;
}

/** What one defect or permitted variation replaces; it may keep state of its own for each server. */
export type Deviation = (correct: Behaviour, world: World) => Partial<Behaviour>;
