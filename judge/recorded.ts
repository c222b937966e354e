/** What a recorded line means to the judge. */

import { recordedBody } from '../contracts/codec.js';
import { canonical } from '../contracts/json.js';
import { hash, type RecordedLine } from '../history/ndjson.js';
import type { Kind } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import type { Observed } from './observed.js';

/** Statuses of a client that was not waited for, or did not wait: its request may have been carried out. */
const CLIENT_GONE = new Set([408, 499]);

export interface Recorded extends Observed {
  status: number | null;
}

/** A line as the judge sees it; `null` for a blank key, which promises nothing. Times are widened by `skewMs`. */
export function recorded(line: RecordedLine, ref: number, skewMs: number): Recorded | null {
  const { scope, key, status = null } = line;
  if (isBlank(key)) return null;
  const kind = line.kind ?? kindOf(line);
  const done = kind === 'unknown' ? null : line.done;
  const bytes = line.bytes ?? hash(line.body as string);
  return {
    register: key === null ? `keyless ${ref}` : `${scope.length} ${scope} ${key}`,
    bytes,
    value: line.value ?? (line.body === undefined ? bytes : valueIn(line.body, bytes)),
    sent: line.sent - skewMs,
    done: typeof done === 'number' ? done + skewMs : Number.POSITIVE_INFINITY,
    kind,
    id: kind === 'ok' ? (line.id ?? null) : null,
    ref,
    status,
  };
}

/** Scope and key of a register that `recorded` named; `null` for a request without a key. */
export function scopeAndKey(register: string): { scope: string; key: string } | null {
  if (register.startsWith('keyless ')) return null;
  const start = register.indexOf(' ') + 1;
  const end = start + Number.parseInt(register, 10);
  return { scope: register.slice(start, end), key: register.slice(end + 1) };
}

function kindOf({ status, id }: RecordedLine): Kind {
  if (status === undefined || CLIENT_GONE.has(status)) return 'unknown';
  if (status >= 200 && status < 300 && id !== undefined) return 'ok';
  if (status === 409) return 'conflict';
  return status >= 400 && status < 500 ? 'none' : 'unknown';
}

/** Equal under one key for equal values of JSON and of forms: the key, where it is a member, is the same. */
function valueIn(body: string, bytes: string): string {
  const value = recordedBody(body);
  return value === undefined ? bytes : hash(canonical(value));
}
