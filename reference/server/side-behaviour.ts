/** The seam of what stands beside the write under test: other endpoints, uploads and webhooks. */
import type { Resource } from './resource.js';
import type { UploadedFile } from './upload-body.js';
import type { WriteRequest } from './write-request.js';

export type Pause = Promise<void> | null;

/** Where a key is looked up. */
export interface Register {
  scope: string;
  key: string;
  /** Whether another body is a conflict. */
  compares: boolean;
  /** Whether a free key is bound. */
  binds: boolean;
}

/** What a callback URL receives: the end of a resource. */
export interface EndEvent {
  id: string;
  type: string;
  resource: Resource;
  endedAt: number;
}

/** One delivery of an event, about to be sent. */
export interface Delivery {
  /** The body exactly as sent. */
  body: string;
  event: EndEvent;
  secret: string;
  at: number;
}

export interface SideBehaviour {
  // Other endpoints
  /** What a key does at another endpoint. `null`, as in the correct server: nothing. */
  registerElsewhere(request: WriteRequest): Register | null;

  // Uploads
  /** Files of one identity are one upload. */
  uploadIdentity(file: UploadedFile): string;
  /** Time between look-up and insert. The correct server lets none pass. */
  beforeUpload(): Pause;
  /** What an answer says of a file that is, or is not, a duplicate. */
  marksDuplicate(duplicate: boolean): boolean;
  /** HTTP status of an upload. */
  uploadStatus: number;

  // Webhooks
  /** Whether a callback URL that is not HTTPS is accepted. */
  acceptsPlainCallback(url: string): boolean;
  /** Whether a request has the end of its resource delivered: the correct server does so for the first one only. */
  watches(view: 'created' | 'replayed'): boolean;
  /** How many events the end of a resource makes. */
  eventsOf(resource: Resource): number;
  /** The id that an event has in a delivery; the first delivery is 0. */
  eventIdOf(event: EndEvent, delivery: number): string;
  /** How long after the end of its resource an event is sent. */
  eventDelayMs: number;
  /** Whether a delivery that was not taken is sent again. */
  redelivers: boolean;
  /** Milliseconds until then, given what the contract says. */
  redeliveryMs(scheduled: number): number;
  /** Milliseconds that an answer to a delivery is waited for; `null`: as long as connections last. */
  deliveryTimeoutMs: number | null;
  /** The headers that vouch for a delivery. */
  sign(delivery: Delivery): Record<string, string>;
}
