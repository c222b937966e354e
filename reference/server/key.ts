/** The key of a request, as a server reads it. */
import type { IncomingHttpHeaders } from 'node:http';
import { withoutOwn } from '../../contracts/codec.js';
import { withoutFresh } from '../../contracts/companions.js';
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import { isInHeader, keyIn, keyPath, withKey } from '../../contracts/key.js';
import { formatPointer } from '../../contracts/pointer.js';

interface Keyed {
  value: JsonObject;
  headers: IncomingHttpHeaders;
  query: string;
  segment: string | undefined;
}

export class KeyPlace {
  /** Pointer to the member of the body that holds it; `null` where it travels elsewhere. */
  readonly pointer: string | null;
  readonly rule: Contract['key'];
  readonly #path: readonly string[] | null;

  constructor(readonly contract: Contract) {
    this.rule = contract.key;
    this.#path = keyPath(this.rule);
    this.pointer = this.#path === null ? null : formatPointer(this.#path);
  }

  /** What stands where the key belongs: a string, another value, `null` for nothing. */
  raw({ value, headers, query, segment }: Keyed): Json {
    const header = isInHeader(this.rule) ? headers[this.rule.name.toLowerCase()] : undefined;
    const sent: [string, string][] = header === undefined ? [] : [[this.rule.name, String(header)]];
    const { key, malformed } = keyIn(this.rule, { headers: sent, query, segment, body: value });
    // What is not written as the contract says is there, and is not a key.
    return malformed ? { written: String(header) } : (key ?? null);
  }

  /** `null` where there is none that is a string. */
  of(request: Keyed): string | null {
    const raw = this.raw(request);
    return typeof raw === 'string' ? raw : null;
  }

  /** The body apart from the key and what goes with it. */
  without(value: JsonObject): JsonObject {
    return withoutOwn(this.contract, value) as JsonObject;
  }

  /** What of a body's bytes is the same in every repeat. */
  lasting(bytes: Buffer): Buffer {
    const text = bytes.toString('latin1');
    const rest = withoutFresh(this.contract, text);
    return rest === text ? bytes : Buffer.from(rest, 'latin1');
  }

  /** The body with a key that is null, where it has one. */
  emptied(value: JsonObject): JsonObject {
    return this.#path === null ? value : (withKey(value, this.#path, null) as JsonObject);
  }
}
