/** Histories as newline-delimited JSON, published as `history.schema.json`. Secrets and bodies are not written. */
import { createHash } from 'node:crypto';
import { nameOf } from './history.js';
import type { Kind, Reading } from './reading.js';

/** One line as the suite writes it. */
export interface HistoryLine {
  scope: string;
  key: string | null;
  bytes: string;
  value?: string;
  sent: number;
  done: number | null;
  kind: Kind;
  id?: string;
  status?: number;
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
}

/** The line of a write, newline included; `null` for reads and for keys that are no strings. */
export function historyLine(reading: Reading, plan: number): string | null {
  const { exchange, kind, id, value } = reading;
  const { operation, key, outcome } = exchange;
  if (operation !== 'create' || key === undefined) return null;
  const line: HistoryLine = {
    scope: exchange.credential,
    key,
    bytes: hash(exchange.request.body),
    value: hash(value),
    sent: exchange.sent,
    done: exchange.done,
    kind,
    ...(kind === 'ok' && id !== null ? { id } : {}),
    ...(outcome.kind === 'answer' ? { status: outcome.status } : {}),
    plan,
    name: nameOf(exchange),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Identity of a text: the SHA-256 of its UTF-8 in base64url. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
