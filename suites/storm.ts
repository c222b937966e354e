/** STORM: at the same time. */
import fc from 'fast-check';
import {
  body,
  create,
  onTarget,
  type PlanSource,
  plan,
  SETTLED_MS,
  send,
  slot,
  storm,
  wait,
} from '../generators/plans.js';
import type { Attempt, Body, Framing, Step } from '../history/plan.js';
import { overlapping, type Suite, succeeded, successes } from './suite.js';

/*
 * How many storms: the plans of STORM-1, -2, -3, -6 and -8 release equal requests under `source.storms` keys each, so
 * 5 x 3 x 8 rounds = 120 storms in the standard profile and 1,200 in the thorough one. A bug that shows in one storm of
 * ten, the worst yield measured behind an edge that turns HTTP/2 into HTTP/1.1, is missed with a probability of
 * 0.9^120, under 1 in 100,000; one that shows in one of fifty with 0.98^120, 9 %. Smoke has 5 storms: 0.9^5, 59 %.
 * What only other bodies (STORM-4), other keys (STORM-5) or no keys (STORM-10) show has the storms of one requirement:
 * 6 x 8 rounds = 48, and 0.9^48 is 0.6 %.
 */

/** Keys of a plan, and the equal requests of each of its storms. */
function storms(source: PlanSource, of: (one: Body, width: number) => Step[]): ReturnType<typeof plan> {
  return plan(source, source.storms, ({ one }) => widths(source).map((width) => of(one, width)));
}

/** Half of the storms are as wide as they may be, the others anything. */
function widths(source: PlanSource): fc.Arbitrary<number> {
  const most = Math.max(2, source.stormWidth);
  return fc.oneof(fc.constant(most), fc.integer({ min: 2, max: most }));
}

/** How many storms a plan has whose kind of storm no other requirement has. */
function alone(source: PlanSource): number {
  return 2 * source.storms;
}

function numbers(count: number): number[] {
  return [...Array(count).keys()];
}

/** Equal requests under each key in turn, the body of its own operation. */
function each(source: PlanSource, one: Body, width: number, after: (n: number) => Step[] = () => []): Step[] {
  return numbers(source.storms).flatMap((n) => [
    storm(Array.from({ length: width }, () => create(slot(n), { ...one, operation: n }))),
    ...after(n),
  ]);
}

export const stormSuites: Suite[] = [
  {
    id: 'STORM-1',
    plans: (source) => storms(source, (one, width) => each(source, one, width)),
    exercised: (readings) => overlapping(readings),
  },
  {
    id: 'STORM-2',
    byEffects: true,
    plans: (source) => storms(source, (one, width) => each(source, one, width)),
    exercised: (readings) => overlapping(readings),
  },
  {
    id: 'STORM-3',
    plans: (source) => storms(source, (one, width) => each(source, one, width)),
    exercised: (readings) => overlapping(readings),
  },
  {
    id: 'STORM-4',
    skip: ({ fingerprint }) => (fingerprint === 'none' ? 'the contract does not compare bodies' : null),
    plans: (source) =>
      plan(source, alone(source), ({ one, other }) =>
        widths(source).map((width) =>
          numbers(alone(source)).flatMap((n) => {
            const bodies = [one, other].map((each, index) => ({ ...each, operation: 2 * n + index }));
            const racing = Array.from({ length: width }, (_, k) => create(slot(n), bodies[k % 2] as Body));
            return [storm(racing), ...bodies.map((each) => send(create(slot(n), each)))];
          }),
        ),
      ),
    exercised: (readings) => overlapping(readings) && readings.some((x) => x.kind === 'conflict'),
  },
  {
    id: 'STORM-5',
    plans: (source) =>
      plan(source, 4 * alone(source), ({ one }) =>
        widths(source).map((width) => {
          const credentials = source.secondCredential ? (['first', 'second'] as const) : (['first'] as const);
          return numbers(alone(source)).flatMap((n) => {
            const mixed = Array.from({ length: Math.max(4, width) }, (_, k) => {
              const credential = credentials[k % credentials.length] as 'first' | 'second';
              const operation = 4 * n + (k % 4);
              return create(slot(operation), { ...one, operation }, { credential });
            });
            // Again on the same keys: a storm of replays.
            return [storm(mixed), storm(mixed)];
          });
        }),
      ),
    exercised: (readings) =>
      new Set(successes(readings).map((x) => x.exchange.key)).size > 1 && overlapping(readings, true),
  },
  {
    id: 'STORM-6',
    plans: (source) =>
      storms(source, (one, width) =>
        each(source, one, width, (n) => [
          send(create(slot(n), { ...one, operation: n })),
          wait(SETTLED_MS),
          send(create(slot(n), { ...one, operation: n })),
        ]),
      ),
    exercised: (readings) => overlapping(readings),
  },
  {
    id: 'STORM-7',
    severalTargets: true,
    plans: (source) =>
      storms(source, (one, width) =>
        numbers(source.storms).flatMap((n) => {
          const spread = Array.from({ length: width }, (_, target) =>
            onTarget(create(slot(n), { ...one, operation: n }), target),
          );
          return [storm(spread), wait(SETTLED_MS), send(onTarget(create(slot(n), { ...one, operation: n }), 1))];
        }),
      ),
    exercised: (readings) =>
      overlapping(readings) && new Set(successes(readings).map((x) => x.exchange.target)).size > 1,
  },
  {
    id: 'STORM-8',
    plans: (source) => storms(source, (one, width) => each(source, one, width)),
    exercised: (readings) => overlapping(readings),
  },
  {
    id: 'STORM-9',
    plans: (source) =>
      plan(source, 2, ({ one, other }) => {
        const framing = lengthened(source);
        const options = framing === undefined ? {} : { framing };
        const first = create(slot(1), one, options);
        const late = [0.1, 0.5, 0.9].map((atFraction): Attempt => ({ ...first, atFraction }));
        // Shows how long such a request runs.
        return fc.constant([send(create(slot(0), { ...other, operation: 1 }, options)), storm([first, ...late])]);
      }),
    exercised: (readings) => succeeded(readings, 2),
  },
  {
    id: 'STORM-10',
    skip: ({ key }) => (key.required ? 'the contract requires a key' : null),
    plans: (source) =>
      plan(source, 0, ({ one }) =>
        widths(source).map((width) =>
          numbers(alone(source)).map((n) =>
            storm(Array.from({ length: width }, () => create({ kind: 'absent' }, body(one.value, n)))),
          ),
        ),
      ),
    exercised: (readings) => succeeded(readings, 2),
  },
];

/** Headers by which the target holds its answer back, where the contract has them. */
function lengthened({ contract }: PlanSource): Framing | undefined {
  const { lengthen } = contract.create;
  return lengthen === null ? undefined : { headers: Object.entries(lengthen) };
}
