/** Writes as a server has them once their body is read. */
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../contracts/contract.js';

/** A write whose body could be read. */
export interface WriteRequest {
  credential: string;
  /** The body exactly as received. */
  bytes: Buffer;
  value: JsonObject;
  headers: IncomingHttpHeaders;
  /** The batch that it is an item of: the same object for all of them, with the body as received. */
  batch?: { bytes: Buffer };
  /** After the path, without the question mark. */
  query: string;
  /** What stood for `{key}` in the path. */
  segment: string | undefined;
  /** The values of the headers that sign it, where requests are signed. */
  signatures: string[];
  /** The same object for all requests of one connection. */
  connection: object;
  /** Local port, which distinguishes the targets of one backend. */
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
