/** Words for what is seen in a history: sentences use them, and messages about why a run stops. */
import { unreadWords } from '../contracts/json.js';
import { nameOf } from '../history/history.js';
import type { Reading } from '../history/reading.js';
import { gapMs } from './times.js';

/** A, B2, …: the request's name in its plan. */
export function name(reading: Reading): string {
  return nameOf(reading.exchange);
}

/** 'the key "x"', 'no key'. */
export function keyWords(reading: Reading): string {
  const { key } = reading.exchange;
  return key === null || key === undefined ? 'no key' : `the key ${JSON.stringify(key)}`;
}

/** What a request was answered: '201 with order_1', '409, a conflict', 'nothing (reason)'. */
export function answerWords(reading: Reading): string {
  const { outcome } = reading.exchange;
  if (outcome.kind !== 'answer') return `nothing (${outcome.reason})`;
  if (reading.kind === 'ok') return `${outcome.status} with ${reading.id}`;
  if (reading.kind === 'conflict') return `${outcome.status}, a conflict`;
  return `${outcome.status}: ${excerpt(outcome.body)}${unreadWords(outcome.body)}`;
}

/** 'A was answered 201 with order_1.' */
export function answered(reading: Reading): string {
  return `${name(reading)} was answered ${answerWords(reading)}.`;
}

/** How two requests stand in time: 'B was sent 3.1 ms after A was answered', 'A and B overlapped for 2.0 ms'. */
export function timeWords(a: Reading, b: Reading): string {
  const gap = gapMs(a, b);
  if (gap === null) return `When ${name(b)} was sent, the outcome of ${name(a)} was unknown.`;
  if (gap >= 0) return `${name(b)} was sent ${milliseconds(gap)} after ${name(a)} was answered.`;
  return `${name(a)} and ${name(b)} overlapped for ${milliseconds(Math.min(-gap, duration(b)))}.`;
}

function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`;
}

export function excerpt(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}

function duration(reading: Reading): number {
  const { sent, done } = reading.exchange;
  return done === null ? Number.POSITIVE_INFINITY : done - sent;
}
