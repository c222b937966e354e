/** LOST: the answer never arrives. */
import fc from 'fast-check';
import { create, onTarget, type PlanSource, plan, SETTLED_MS, send, slot, storm, wait } from '../generators/plans.js';
import type { Attempt, HangUp } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { overlapping, replayed, type Suite, successes } from './suite.js';

/** At once, while the server works, or later. */
const pauses = fc.constantFrom(0, 5, 30, 100);

/** How long after its last byte a client leaves: at once, or while the server works, where it does so for that long. */
function leaves({ round }: PlanSource): fc.Arbitrary<number> {
  return round === 0 ? fc.constant(0) : fc.constantFrom(0, 2, 8);
}

/** Requests that keep coming while the backend is killed. */
const KILLED = 16;

function hangingUp(attempt: Attempt, hangUp: HangUp): Attempt {
  return { ...attempt, hangUp };
}

export const lostSuites: Suite[] = [
  {
    id: 'LOST-1',
    plans: (source) =>
      plan(source, 3, ({ one }) =>
        fc.tuple(pauses, pauses, pauses).map((after) =>
          after.flatMap((ms, n) => {
            const request = create(slot(n), { ...one, operation: n });
            return [
              send(hangingUp(request, { after: 'body', ms: n === 0 ? 0 : ms / 3 })),
              wait(ms),
              send(onTarget(request, n)),
              wait(SETTLED_MS),
              send(request),
            ];
          }),
        ),
      ),
    exercised: retried('unknown'),
  },
  {
    id: 'LOST-2',
    plans: (source) =>
      plan(source, 2, ({ one }) =>
        fc.tuple(fc.constantFrom(0.1, 0.5, 0.99), pauses).map(([share, ms]) =>
          [0, 1].flatMap((n) => {
            const request = create(slot(n), { ...one, operation: n });
            return [
              send(hangingUp(request, { after: 'share', share })),
              wait(ms),
              send(request),
              wait(SETTLED_MS),
              send(request),
            ];
          }),
        ),
      ),
    exercised: retried('none'),
  },
  {
    id: 'LOST-3',
    plans: (source) =>
      plan(source, 2, ({ one }) =>
        fc.integer({ min: 4, max: Math.max(4, source.stormWidth) }).map((width) =>
          [0, 1].flatMap((n) => {
            const request = create(slot(n), { ...one, operation: n });
            const some = Array.from({ length: width }, (_, k) =>
              k % 3 === 0 ? hangingUp(request, { after: 'body', ms: k }) : request,
            );
            return [storm(some), send(request), wait(SETTLED_MS), send(request)];
          }),
        ),
      ),
    exercised: (readings) => overlapping(readings) && retried('unknown')(readings),
  },
  {
    id: 'LOST-4',
    plans: (source) =>
      plan(source, 2, ({ one }) =>
        fc.constantFrom(0, 10, 40).map((ms) =>
          [0, 1].flatMap((n) => {
            const request = create(slot(n), { ...one, operation: n });
            return [send(hangingUp(request, { after: 'body', ms: n * 5 })), wait(ms), send(request)];
          }),
        ),
      ),
    exercised: retried('unknown'),
  },
  {
    id: 'LOST-5',
    // Nobody knows when the command kills, so requests keep coming while it runs, or come close in a part of that time.
    plans: (source) =>
      plan(source, 1 + KILLED, ({ one }) =>
        fc.constantFrom([0, 1], [0, 0.5], [0.2, 0.4], [0.5, 1]).map(([from = 0, to = 1]) => {
          const request = (n: number) => create(slot(n), { ...one, operation: n });
          const stream = Array.from(
            { length: KILLED },
            (_, n): Attempt => ({ ...request(n + 1), atFraction: from + ((to - from) * n) / KILLED }),
          );
          const all = Array.from({ length: 1 + KILLED }, (_, n) => n);
          return [
            send(request(0)),
            { ...storm(stream), restartAfterMs: 0 },
            ...all.flatMap((n) => [send(request(n)), send(request(n))]),
          ];
        }),
      ),
    // Some key was acknowledged before, some request found nobody there, and afterwards keys were asked for again.
    exercised: (readings) => readings.some(({ exchange }) => exchange.outcome.kind !== 'answer') && replayed(readings),
  },
  {
    id: 'LOST-6',
    skip: ({ fingerprint }) => (fingerprint === 'none' ? 'the contract does not compare bodies' : null),
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.tuple(pauses, leaves(source)).map(([ms, left]) => {
          const [a, b] = [create(slot(0), one), create(slot(0), other)];
          return [
            send(hangingUp(a, { after: 'body', ms: left })),
            wait(ms),
            send(b),
            wait(SETTLED_MS),
            send(a),
            send(b),
            send(a),
          ];
        }),
      ),
    exercised: (readings) => readings.some((x) => x.kind === 'unknown') && successes(readings).length > 0,
  },
  {
    id: 'LOST-7',
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.tuple(pauses, leaves(source)).map(([ms, left]) => {
          const [a, b] = [create(slot(0), one), create(slot(0), other)];
          return [
            send(a),
            wait(SETTLED_MS),
            send(hangingUp(a, { after: 'body', ms: left })),
            send(hangingUp(b, { after: 'body', ms: left })),
            wait(ms),
            send(a),
            wait(SETTLED_MS),
            send(b),
            send(a),
          ];
        }),
      ),
    exercised: (readings) => readings.some((x) => x.kind === 'unknown') && successes(readings).length > 1,
  },
];

/** Whether a request that was hung up on was followed by a success under its key. */
function retried(kind: 'unknown' | 'none'): (readings: Reading[]) => boolean {
  return (readings) =>
    readings.some(
      (lost) =>
        lost.kind === kind &&
        lost.exchange.outcome.kind !== 'answer' &&
        successes(readings).some((x) => x.exchange.key === lost.exchange.key && x.exchange.sent > lost.exchange.sent),
    );
}
