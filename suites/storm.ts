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
import { conflicted, keysAnswered, overlapping, overlappingAnyKeys, succeeded, successes } from './exercised.js';
import { conflictsAreSeen } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, followsFrom, judgeRule } from './sources.js';

/*
 * How many storms: the plans of STORM-1, -2, -3, -6 and -8 release equal requests under `source.storms` keys each, so
 * 5 x 3 x 8 rounds = 120 storms in the standard profile and 1,200 in the thorough one. A bug that shows in one storm of
 * ten, the worst yield measured at an edge that turns HTTP/2 into HTTP/1.1, is missed with a probability of
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

export const chapter: Chapter = {
  name: 'STORM',
  title: 'At the same time',
  requirements: [
    {
      id: 'STORM-1',
      level: 'MUST',
      safety: true,
      title: 'Simultaneous equal requests return one resource',
      statement:
        'Equal requests that are released together under one key end with one {resource}: every success has the same id.',
      sources: [bugClass(1, 'check-then-insert race'), bugClass(2, 'the key is written only after the handler')],
      plans: (source) => storms(source, (one, width) => each(source, one, width)),
      exercised: overlapping,
    },
    {
      id: 'STORM-2',
      level: 'MUST',
      safety: true,
      title: 'Simultaneous equal requests have one effect',
      statement: 'Equal requests that are released together under one key leave one {resource}.',
      sources: [bugClass(1, 'check-then-insert race')],
      byEffects: true,
      plans: (source) => storms(source, (one, width) => each(source, one, width)),
      exercised: overlapping,
    },
    {
      id: 'STORM-3',
      level: 'MUST',
      title: 'Every answer in a storm is one that the contract allows',
      statement:
        "No request of a storm gets a 5xx, except those that ask to be repeated, and the winning body gets no conflict. A duplicate in flight waits, or gets the contract's in-flight refusal; it must end as a replay.",
      sources: [
        bugClass(3, 'the loser of the race gets 500 or 503'),
        bugClass(60, 'ambiguous conflict'),
        judgeRule(8),
        draft('2.7'),
      ],
      plans: (source) => storms(source, (one, width) => each(source, one, width)),
      exercised: overlapping,
    },
    {
      id: 'STORM-4',
      level: 'MUST',
      title: 'Different bodies racing under one key have one winner',
      statement:
        'If different bodies race under one key, one body wins: every request with it gets its {resource}, and all others are refused as conflicts.',
      sources: [bugClass(9, 'different bodies racing under one key')],
      standsOn: [conflictsAreSeen('STORM-4')],
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
      exercised: (readings) => overlapping(readings) && conflicted(readings),
    },
    {
      id: 'STORM-5',
      level: 'MUST',
      title: 'Different keys and credentials in one storm stay separate',
      statement: 'Requests with different keys and credentials that are released together do not affect each other.',
      sources: [followsFrom('CREATE-3', 'SCOPE-1')],
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
      exercised: (readings) => keysAnswered(readings) > 1 && overlappingAnyKeys(readings),
    },
    {
      id: 'STORM-6',
      level: 'MUST',
      title: 'Every repeat after a storm agrees with its winner',
      statement: 'After a storm every repeat under its key returns the {resource} of the winner.',
      sources: [bugClass(4, 'the loser overwrites the winner')],
      plans: (source) =>
        storms(source, (one, width) =>
          each(source, one, width, (n) => [
            send(create(slot(n), { ...one, operation: n })),
            wait(SETTLED_MS),
            send(create(slot(n), { ...one, operation: n })),
          ]),
        ),
      exercised: overlapping,
    },
    {
      id: 'STORM-7',
      level: 'MUST',
      title: 'A storm over several targets has one winner',
      statement:
        'A storm over several targets of one backend ends as a storm over one target does: with one {resource}.',
      sources: [bugClass(23, 'per-process cache')],
      needs: ['several-targets'],
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
      level: 'OBSERVE',
      title: 'How a duplicate in flight is answered',
      statement: 'Whether a duplicate of a request in flight waits, or is refused with a hint when to come again.',
      sources: [draft('2.7'), bugClass(8, 'the waiting strategy fails')],
      plans: (source) => storms(source, (one, width) => each(source, one, width)),
      exercised: overlapping,
    },
    {
      id: 'STORM-9',
      level: 'MUST',
      safety: true,
      title: 'A duplicate that meets its request halfway is joined with it',
      statement:
        "Duplicates that are sent at 10, 50 and 90 % of the first request's running time return its {resource}. Where the contract has a header that lengthens the running time, it is used.",
      sources: [
        bugClass(2, 'the key is written only after the handler'),
        bugClass(16, 'an answer that is not captured'),
      ],
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
      level: 'MUST',
      title: 'Simultaneous requests without a key stay separate',
      statement: 'Equal requests without a key that are released together create as many {resource}s.',
      sources: [followsFrom('CREATE-1'), judgeRule(9)],
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
  ],
};

/** Headers by which the target holds its answer back, where the contract has them. */
function lengthened({ contract }: PlanSource): Framing | undefined {
  const { lengthen } = contract.create;
  return lengthen === null ? undefined : { headers: Object.entries(lengthen) };
}
