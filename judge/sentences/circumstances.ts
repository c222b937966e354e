/** In what two requests differ besides key and body, and what happened between them: where a reader looks for the cause. */

import { attemptsOf, type Plan } from '../../history/plan.js';
import type { Reading } from '../../history/reading.js';
import { sameRegister } from '../../history/register.js';
import { unansweredWords } from '../../history/undecoded.js';
import { inOneBatch } from '../batches.js';
import { answerWords, name } from '../words.js';

/** Sentences, none where there is nothing to say. `a` was sent first. */
export function circumstances(a: Reading, b: Reading, plan: Plan, readings: Reading[], noun: string): string[] {
  return [
    ...keys(a, b),
    ...headerKeys(a, b),
    ...targets(a, b),
    ...(inOneBatch(a, b) ? [`${name(a)} and ${name(b)} were items of one batch.`] : []),
    ...framings(a, b, plan),
    ...between(a, b, plan, readings, noun),
  ];
}

/** How nearly equal two different keys are. */
function keys(a: Reading, b: Reading): string[] {
  const [one, other] = [a.exchange.key, b.exchange.key];
  if (typeof one !== 'string' || typeof other !== 'string' || one === other) return [];
  if (one.toLowerCase() === other.toLowerCase()) return ['The two keys differ only in letter case.'];
  if (one.trim() === other.trim()) return ['The two keys differ only in the white space around them.'];
  if (one.normalize('NFC') === other.normalize('NFC')) return ['The two keys differ only in their Unicode form.'];
  const bare = (key: string) => key.replace(/[\W_]/g, '');
  if (bare(one) === bare(other)) return ['The two keys differ only in punctuation.'];
  const [letters, others] = [[...one], [...other]];
  const shared = letters.findIndex((letter, n) => letter !== others[n]);
  const length = shared < 0 ? letters.length : shared;
  return length < 8 ? [] : [`The first ${length} characters of the two keys are the same.`];
}

function headerKeys(a: Reading, b: Reading): string[] {
  const [one, other] = [a, b].map(({ exchange }) => exchange.headerKey);
  if (one === undefined && other === undefined) return [];
  const words = (x: Reading, key: string | undefined) =>
    key === undefined ? `${name(x)} had no header` : `${name(x)} had the header Idempotency-Key: ${key}`;
  return [`Besides key and body ${words(a, one)}, ${words(b, other)}.`];
}

function targets(a: Reading, b: Reading): string[] {
  if (a.exchange.target === b.exchange.target) return [];
  const host = (x: Reading) => new URL(x.exchange.request.url).host;
  return [`${name(a)} went to ${host(a)}, ${name(b)} to ${host(b)}: two targets of one backend.`];
}

function framings(a: Reading, b: Reading, plan: Plan): string[] {
  const attempts = attemptsOf(plan);
  const of = (x: Reading) => attempts[x.exchange.attempt]?.framing ?? {};
  const [one, other] = [of(a), of(b)];
  const said: string[] = [];
  if (one.connection !== other.connection) said.push(`${name(b)} came over another connection than ${name(a)}.`);
  if (one.chunked !== other.chunked) said.push(`${name(other.chunked ? b : a)} was sent in chunks, the other was not.`);
  if (one.query !== other.query) {
    const words = (x: Reading, query: string | undefined) =>
      query === undefined ? `${name(x)} had no query string` : `${name(x)} had the query string ?${query}`;
    said.push(`${words(a, one.query)}; ${words(b, other.query)}.`);
  }
  const [first, second] = [one.headers ?? [], other.headers ?? []].map((list) => list.map((pair) => pair.join(': ')));
  if (String(first) !== String(second)) {
    const listed = (x: Reading, list: string[] = []) =>
      list.length === 0 ? [] : [`${name(x)} carried ${list.join(', ')}`];
    said.push(`${[...listed(a, first), ...listed(b, second)].join('; ')}.`);
  }
  return said;
}

function between(a: Reading, b: Reading, plan: Plan, readings: Reading[], noun: string): string[] {
  const since = readings.filter(
    (x) => x !== b && x.exchange.sent > a.exchange.sent && x.exchange.sent < b.exchange.sent,
  );
  const own = since.filter((x) => sameRegister(x, a));
  const refused = own.find(({ kind }) => kind === 'conflict');
  const lost = [a, ...own].find(({ exchange }) => exchange.outcome.kind !== 'answer');
  const silence = lost?.exchange.outcome;
  const settled = plan.steps.slice(a.exchange.step, b.exchange.step).some(({ do: what }) => what === 'settle');
  return [
    ...(refused === undefined
      ? []
      : [`Between them ${name(refused)}, with another body, was answered ${answerWords(refused)}.`]),
    ...(lost === undefined || lost === a || silence === undefined || silence.kind === 'answer'
      ? []
      : [`Between them ${name(lost)} ${unansweredWords(silence.reason)}.`]),
    ...(since.some(({ exchange }) => exchange.operation === 'cancel')
      ? [`Between them the ${noun} was cancelled.`]
      : []),
    ...(settled ? [`Between them the ${noun} was given time to finish.`] : []),
  ];
}
