/** Words for what is seen in a history: sentences use them, and messages about why a run stops. */

import { isObject, type Json, unreadWords } from '../contracts/json.js';
import { nameOf } from '../history/history.js';
import type { Reading } from '../history/reading.js';
import { nothingWords } from '../history/undecoded.js';
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
  if (outcome.kind !== 'answer') return nothingWords(outcome.reason);
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

/** What stands in an answer in which something was looked for: 'It has "data" (with "id", "kind") and "meta".' */
export function contentWords(json: Json | undefined): string {
  if (Array.isArray(json)) return `It is an array of ${json.length}.`;
  if (!isObject(json)) return `It is ${excerpt(JSON.stringify(json) ?? 'no JSON')}.`;
  const shown = Object.entries(json).map(([name, value]) => {
    const inner = isObject(value) ? Object.keys(value) : [];
    return inner.length === 0 ? quoted(name) : `${quoted(name)} (with ${listed(inner.map(quoted))})`;
  });
  return shown.length === 0 ? 'It has no members.' : `It has ${listed(shown)}.`;
}

/** Members that a sentence names at most. */
const MOST_NAMED = 8;

function listed(words: string[]): string {
  const more = words.length - MOST_NAMED;
  const all = more > 0 ? [...words.slice(0, MOST_NAMED), `${more} more`] : words;
  const last = all.pop() as string;
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`;
}

function quoted(name: string): string {
  return JSON.stringify(name.length <= 40 ? name : `${name.slice(0, 40)}…`);
}

export function excerpt(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}

function duration(reading: Reading): number {
  const { sent, done } = reading.exchange;
  return done === null ? Number.POSITIVE_INFINITY : done - sent;
}
