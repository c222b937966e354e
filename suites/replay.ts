/** REPLAY: the same key and the same body are the same resource. */
import fc from 'fast-check';
import { at } from '../contracts/pointer.js';
import {
  absent,
  cancel,
  create,
  get,
  onTarget,
  type PlanSource,
  plan,
  SETTLED_MS,
  send,
  sendTimes,
  settle,
  slot,
  wait,
} from '../generators/plans.js';
import type { Framing, Plan } from '../history/plan.js';
import { repeated, replayed, type Suite, successes } from './suite.js';

/** Longer than the second to which timestamps are compared. */
const NEXT_SECOND_MS = 1_150;

/** Milliseconds that a plan waits for a resource to become terminal by itself. */
const TERMINAL_WITHIN_MS = 2_000;

/*
 * How many repeats: REPLAY-3 sends `source.repeats` under one key in each round, 60 x 8 = 480 in the standard profile and
 * 4,800 in the thorough one. A server that makes a second resource for one repeat in a hundred is missed with a
 * probability of 0.99^480, 0.8 %; for one in a thousand with 62 %, and 0.8 % in the thorough profile. Smoke has 4.
 */

export const replaySuites: Suite[] = [
  {
    id: 'REPLAY-1',
    // A record can be bound to the second it was made in: the first round waits for another.
    plans: (source) => repeatedLater(source, source.round === 0 ? NEXT_SECOND_MS : SETTLED_MS),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'REPLAY-2',
    // Only the first round waits for another second: a timestamp made anew differs there for certain.
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant([
          send(create(slot(0), one)),
          wait(source.round === 0 ? NEXT_SECOND_MS : SETTLED_MS),
          send(create(slot(0), one)),
        ]),
      ),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'REPLAY-3',
    byEffects: true,
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant([send(create(slot(0), one)), sendTimes(source.repeats, create(slot(0), one))]),
      ),
    exercised: repeated,
  },
  {
    id: 'REPLAY-4',
    plans: (source) =>
      plan(source, 2, ({ one, other }) =>
        fc
          .integer({ min: 6, max: 10 })
          .map((times) => [
            send(create(slot(0), one)),
            wait(SETTLED_MS),
            send(create(slot(1), other)),
            sendTimes(times, create(slot(0), one)),
            send(create(source.contract.key.required ? slot(1) : absent, other)),
            send(create(slot(0), one)),
          ]),
      ),
    exercised: (readings) => replayed(readings, 7),
  },
  {
    id: 'REPLAY-5',
    plans: (source) =>
      plan(source, 1, ({ one }) => {
        const again = send(create(slot(0), one));
        return fc.constant([again, again, wait(5), again, wait(20), again, wait(50), again, wait(100), again]);
      }),
    exercised: (readings) => replayed(readings, 5),
  },
  {
    id: 'REPLAY-6',
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant([
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          send(create(slot(0), one, { framing: { connection: 'new' } })),
          send(onTarget(create(slot(0), one), 1)),
        ]),
      ),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'REPLAY-7',
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc
          .subarray(FRAMINGS, { minLength: source.round === 0 ? FRAMINGS.length : 3 })
          .map((framings) => [
            send(create(slot(0), one)),
            wait(SETTLED_MS),
            ...framings.map((framing) => send(create(slot(0), one, { framing }))),
          ]),
      ),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'REPLAY-8',
    skip: ({ status, get: read }) =>
      status === null || read === null
        ? 'the contract does not say when a resource is finished, or how to read it'
        : null,
    // By turns: few targets finish by themselves within a run, so the first round cancels.
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant([
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          ...(source.round % 2 === 1 || source.contract.cancel === null ? [] : [cancel(0)]),
          settle(0, TERMINAL_WITHIN_MS),
          get(0),
          send(create(slot(0), one)),
        ]),
      ),
    exercised: (readings, { status }) =>
      replayed(readings) &&
      readings.some(({ exchange, json }) => {
        const reached = exchange.operation === 'get' ? at(json, status?.pointer ?? '') : undefined;
        return typeof reached === 'string' && status?.terminal.includes(reached) === true;
      }),
  },
  {
    id: 'REPLAY-9',
    skip: ({ create: { echo } }) => (echo === null ? 'the contract names no echo of the request' : null),
    plans: (source) =>
      plan(source, 1, ({ one }) => fc.constant([send(create(slot(0), one)), send(create(slot(0), one))])),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'REPLAY-10',
    plans: (source) => repeatedLater(source, SETTLED_MS),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'REPLAY-11',
    skip: ({ get: read }) => (read === null ? 'the contract does not say how to read a resource' : null),
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.constant([
          send(create(slot(0), one)),
          get(0),
          send(create(source.contract.key.required ? slot(0) : absent, source.contract.key.required ? one : other)),
          get(2),
        ]),
      ),
    exercised: (readings) =>
      successes(readings).length > 0 && readings.some((x) => x.exchange.operation === 'get' && x.kind === 'ok'),
  },
];

/** A request and its repeat, so much later that no lateness of a record explains a second resource. */
function repeatedLater(source: PlanSource, ms: number): fc.Arbitrary<Plan> {
  return plan(source, 1, ({ one }) => fc.constant([send(create(slot(0), one)), wait(ms), send(create(slot(0), one))]));
}

/** What is not the body: none of it may matter. */
const FRAMINGS: Framing[] = [
  { chunked: true },
  { headers: [['user-agent', 'another-client/2.0']] },
  { headers: [['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']] },
  { headers: [['Accept', '*/*']] },
  {
    headers: [
      ['ACCEPT', 'application/json'],
      ['USER-AGENT', 'idem-conformance'],
    ],
  },
  { headers: [['content-type', 'application/json; charset=utf-8']] },
  { chunked: true, headers: [['user-agent', 'another-client/2.0']] },
];
