import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { compileSchema } from '../../contracts/schemas.js';
import { type Exchange, nameOf, type Outcome } from '../../history/history.js';
import { type HistoryLine, historyLine } from '../../history/ndjson.js';
import { attemptsOf, referenceOf } from '../../history/plan.js';
import type { Kind, Reading } from '../../history/reading.js';

const file = createRequire(import.meta.url).resolve('idem-conformance/history/history.schema.json');
const validate = compileSchema(JSON.parse(readFileSync(file, 'utf8'))).validate;

test.each([
  [{ attempt: 0, time: 0, retry: 0 }, 'A'],
  [{ attempt: 25, time: 0, retry: 0 }, 'Z'],
  [{ attempt: 26, time: 0, retry: 0 }, 'AA'],
  [{ attempt: 51, time: 0, retry: 0 }, 'AZ'],
  [{ attempt: 52, time: 0, retry: 0 }, 'BA'],
  [{ attempt: 701, time: 0, retry: 0 }, 'ZZ'],
  [{ attempt: 702, time: 0, retry: 0 }, 'AAA'],
  [{ attempt: 1, time: 1, retry: 0 }, 'B2'],
  [{ attempt: 1, time: 0, retry: 2 }, 'B′′'],
  [{ attempt: 27, time: 9, retry: 1 }, 'AB10′'],
])('%j is named %s', (exchange, name) => {
  expect(nameOf(exchange)).toBe(name);
});

test('no two attempts share a name', () => {
  const names = Array.from({ length: 1000 }, (_, attempt) => nameOf({ attempt, time: 0, retry: 0 }));
  expect(new Set(names).size).toBe(names.length);
});

test('attempts are numbered through all storms', () => {
  const get = (of: number) => ({ operation: 'get', credential: 'first', of }) as const;
  const plan = {
    keys: [],
    steps: [
      { do: 'storm' as const, attempts: [get(0), get(1)], times: 3 },
      { do: 'wait' as const, ms: 5 },
      { do: 'settle' as const, of: 0, within: 5 },
      { do: 'storm' as const, attempts: [get(2)] },
    ],
  };
  expect(attemptsOf(plan).map(referenceOf)).toEqual([0, 1, 2]);
});

const BODY = '{"idempotency_key":"the-key","prompt":"a prompt in private"}';
const answer: Outcome = { kind: 'answer', status: 202, headers: { 'x-a': 'a header' }, body: '{"id":"task_1"}' };

/** A reading of a write, changed in some members. */
function reading(exchange: Partial<Exchange>, change: Partial<Reading> = {}): Reading {
  return {
    exchange: {
      attempt: 2,
      time: 1,
      retry: 0,
      step: 0,
      operation: 'create',
      credential: 'first',
      target: 0,
      key: 'the-key',
      request: {
        method: 'POST',
        url: 'http://a.test/v1/tasks',
        headers: [['Authorization', 'Bearer ***']],
        body: BODY,
      },
      sent: 10.25,
      done: 12.5,
      outcome: answer,
      ...exchange,
    },
    kind: 'ok',
    register: 'first the-key',
    id: 'task_1',
    json: { id: 'task_1' },
    bytes: exchange.request?.body ?? BODY,
    value: '{"prompt":"a prompt in private"}',
    ...change,
  };
}

/** Writes the line and gives it back, read. */
function lineOf(of: Reading): HistoryLine {
  const text = historyLine(of, 7) as string;
  expect(text).toMatch(/^\{[^\n]*\}\n$/);
  for (const hidden of ['private', 'Bearer', 'a header', 'a.test', 'a reason']) expect(text).not.toContain(hidden);
  const line = JSON.parse(text) as HistoryLine;
  validate(line);
  expect(validate.errors).toBeNull();
  return line;
}

test('the line of a success tells whose key, which bytes, when, and which resource', () => {
  expect(lineOf(reading({}))).toStrictEqual({
    scope: 'first',
    key: 'the-key',
    bytes: expect.stringMatching(/^[\w-]{43}$/),
    value: expect.stringMatching(/^[\w-]{43}$/),
    sent: 10.25,
    done: 12.5,
    kind: 'ok',
    id: 'task_1',
    status: 202,
    plan: 7,
    name: 'C2',
  });
});

test.each<[Kind, Partial<Exchange>, Partial<Reading>, Partial<HistoryLine>]>([
  ['conflict', { outcome: { ...answer, status: 409 } }, { id: null }, { status: 409 }],
  ['none', { outcome: { ...answer, status: 422 } }, { id: null }, { status: 422 }],
  ['none', { done: null, outcome: { kind: 'unsent', reason: 'a reason' } }, { id: null }, { done: null }],
  ['inflight', { outcome: { ...answer, status: 409 } }, { id: null }, { status: 409 }],
  ['unknown', { done: null, outcome: { kind: 'unknown', reason: 'a reason' } }, { id: null }, { done: null }],
  ['unknown', { outcome: { ...answer, truncated: true } }, {}, { status: 202 }],
  ['ok', { key: null }, {}, { key: null, id: 'task_1' }],
  ['ok', { credential: 'second' }, {}, { scope: 'second', id: 'task_1' }],
])('the line of %s with %j', (kind, exchange, change, members) => {
  const line = lineOf(reading(exchange, { kind, ...change }));
  expect(line).toMatchObject({ kind, ...members });
  if (kind !== 'ok') expect(line).not.toHaveProperty('id');
});

test('equal bytes are equal texts, and other bytes of one value share the value', () => {
  const one = lineOf(reading({}));
  const other = lineOf(reading({ request: { ...reading({}).exchange.request, body: `${BODY} ` } }));
  expect(lineOf(reading({ sent: 0 })).bytes).toBe(one.bytes);
  expect(other.bytes).not.toBe(one.bytes);
  expect(other.value).toBe(one.value);
});

test('reads, and keys that are no strings, have no line', () => {
  expect(historyLine(reading({ operation: 'get' }), 0)).toBeNull();
  expect(historyLine(reading({ operation: 'cancel' }), 0)).toBeNull();
  expect(historyLine(reading({ key: undefined }), 0)).toBeNull();
});
