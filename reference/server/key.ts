/** Where the key of a request stands. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import { formatPointer } from '../../contracts/pointer.js';

interface Keyed {
  value: JsonObject;
  headers: IncomingHttpHeaders;
}

export class KeyPlace {
  /** Pointer to the member of the body that holds it; `null` where it travels in a header. */
  readonly pointer: string | null;

  constructor(readonly rule: Contract['key']) {
    this.pointer = rule.in === 'body' ? formatPointer([rule.name]) : null;
  }

  /** What stands where the key belongs: a string, another value, `null` for nothing. */
  raw({ value, headers }: Keyed): Json {
    if (this.rule.in === 'body') return value[this.rule.name] ?? null;
    const header = headers[this.rule.name.toLowerCase()];
    return header === undefined ? null : this.#unquoted(String(header));
  }

  /** `null` where there is none that is a string. */
  of(request: Keyed): string | null {
    const raw = this.raw(request);
    return typeof raw === 'string' ? raw : null;
  }

  /** The body apart from the key. */
  without(value: JsonObject): JsonObject {
    if (this.rule.in === 'header') return value;
    const { [this.rule.name]: _, ...rest } = value;
    return rest;
  }

  /** The body with no key. */
  emptied(value: JsonObject): JsonObject {
    return this.rule.in === 'header' ? value : { ...value, [this.rule.name]: null };
  }

  /** A string of RFC 8941 without its quotes; what is none is no string. */
  #unquoted(header: string): Json {
    if (this.rule.quoting === 'none') return header;
    const inner = /^\s*"((?:[^"\\]|\\["\\])*)"\s*$/.exec(header)?.[1];
    if (inner !== undefined) return inner.replace(/\\(["\\])/g, '$1');
    return (this.rule.quoting as string) === 'either' ? header : { bare: header };
  }
}
