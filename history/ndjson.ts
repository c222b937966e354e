/**
 * Histories as newline-delimited JSON, published as `history.schema.json`. Bodies are not written: their hashes tell them
 * apart. Secrets in keys and ids are masked, each by a mask of its own.
 */
import { createHash } from 'node:crypto';
import type { Contract } from '../contracts/contract.js';
import { unfolded } from '../contracts/padding.js';
import { nameOf } from './history.js';
import type { Kind, Reading } from './reading.js';
import { scopeOf } from './register.js';

/** One line as the suite writes it. */
export interface HistoryLine {
  scope: string;
  key: string | null;
  bytes: string;
  value?: string;
  sent: number;
  done: number | null;
  kind: Kind;
  /** `null` where the success names no resource. */
  id?: string | null;
  status?: number;
  /** Absent where the history is of one operation. */
  operation?: string;
  plan?: number;
  name?: string;
}

/** One line as any recorder may write it. */
export interface RecordedLine extends Omit<HistoryLine, 'bytes' | 'done' | 'kind'> {
  bytes?: string;
  /** Instead of `bytes`. */
  body?: string;
  done?: number | null;
  kind?: Kind;
  method?: string;
  path?: string;
}

/** What a contract says of keys and bodies, as far as equal texts in a line depend on it. */
export type Sameness = Pick<Contract, 'scope' | 'fingerprint'>;

/**
 * The line of a write, newline included; `null` for reads and for keys that are not strings.
 * @param shown masks secrets
 * @param name of the operation, where the history has several
 */
export function historyLine(
  reading: Reading,
  plan: number,
  same: Sameness = { scope: 'credential', fingerprint: 'bytes' },
  shown: (text: string) => string = (text) => text,
  name?: string,
): string | null {
  const { exchange, kind, id, value, bytes } = reading;
  const { operation, key, outcome } = exchange;
  if (operation !== 'create' || key === undefined) return null;
  const compares = same.fingerprint !== 'none';
  const line: HistoryLine = {
    scope: scopeOf(exchange.credential, same),
    key: key === null ? null : shown(key),
    bytes: compares ? hash(unfolded(same.fingerprint === 'value' ? value : bytes)) : '',
    value: compares ? hash(unfolded(value)) : '',
    sent: exchange.sent,
    done: exchange.done,
    kind,
    ...(kind === 'ok' ? { id: id === null ? null : shown(id) } : {}),
    ...(outcome.kind === 'answer' ? { status: outcome.status } : {}),
    ...(name === undefined ? {} : { operation: name }),
    plan,
    name: nameOf(exchange),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Identity of a string: the SHA-256 of its UTF-8 in base64url. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
