/** STORM: at the same time. */
import fc from 'fast-check';
import { enlarged, largeSizes } from '../generators/padding.js';
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
import { anotherBody } from './drawn.js';
import { conflicted, keysAnswered, overlapping, overlappingAnyKeys, settled, succeeded } from './exercised.js';
import { keylessLeftOpen, keylessRuledOut } from './keyless.js';
import { noConflicts } from './mismatch.js';
import { conflictsAreSeen } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, followsFrom, judgeRule } from './sources.js';

/*
 * How many storms: the plans of STORM-1, -2, -3, -6 and -8 release equal requests under `source.storms` keys each, so
 * 5 x 3 x 8 rounds = 120 storms in the standard profile and 1,200 in the thorough one. A bug that shows in one storm of
 * ten, the worst yield measured at an edge that turns HTTP/2 into HTTP/1.1, is missed with a probability of
 * 0.9^120, under 1 in 100,000; one that shows in one of fifty with 0.98^120, 9 %. Smoke has 5 storms: 0.9^5, 59 %.
 * What only other bodies (STORM-4), other keys (STORM-5) or no keys (STORM-10) show has the storms of one requirement:
 * 6 x 8 rounds = 48, and 0.9^48 is 0.6 %. One storm of three has a large body, 40 in the standard profile, narrower the
 * larger it is: of every four, one is as large as the target accepts, and the others are anywhere between. In smoke none
 * is.
 */

/** Bytes that the requests of one storm have together at most, about: where a server fails, its list shows them all. */
const LARGEST_STORM = 1024 * 1024;

/** Bodies of the equal requests that are released together, for each storm of a plan. */
type Equal = Body[][];

/** Keys of a plan, and the equal requests of each of its storms: each storm is an operation of its own. */
function storms(source: PlanSource, of: (equal: Equal) => Step[]): ReturnType<typeof plan> {
  return plan(source, source.storms, ({ one }) =>
    // The largest last: what small bodies show is found with small ones.
    fc.tuple(widths(source), largeSizes({ ...source, round: source.round + 1 })).map(([width, size]) => {
      const large = size === null ? null : enlarged(one.value, source, size);
      const equal = numbers(source.storms).map((operation) => Array<Body>(width).fill({ ...one, operation }));
      const last = equal.length - 1;
      if (large === null || size === null || last === 0) return of(equal);
      const most = Math.max(2, Math.min(width, Math.floor(LARGEST_STORM / size)));
      return of(equal.with(last, Array<Body>(most).fill({ ...one, operation: last, value: large })));
    }),
  );
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

/** Equal requests under each key in turn, and what comes after each storm. */
function each(equal: Equal, after: (again: Step) => Step[] = () => []): Step[] {
  return equal.flatMap((bodies, n) => {
    const racing = bodies.map((one) => create(slot(n), one));
    return [storm(racing), ...after(send(racing[0] as Attempt))];
  });
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
      largestBody: true,
      plans: (source) => storms(source, each),
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
      largestBody: true,
      plans: (source) => storms(source, each),
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
      largestBody: true,
      plans: (source) => storms(source, each),
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
      skip: noConflicts,
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
      draws: anotherBody,
      exercised: (readings) => overlapping(readings) && conflicted(readings),
    },
    {
      id: 'STORM-5',
      level: 'MUST',
      apart: true,
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
      largestBody: true,
      plans: (source) => storms(source, (equal) => each(equal, (again) => [again, wait(SETTLED_MS), again])),
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
      largestBody: true,
      plans: (source) =>
        storms(source, (equal) =>
          equal.flatMap((bodies, n) => {
            const racing = bodies.map((one) => create(slot(n), one));
            const spread = racing.map((attempt, target) => onTarget(attempt, target));
            return [storm(spread), wait(SETTLED_MS), send(onTarget(racing[0] as Attempt, 1))];
          }),
        ),
      exercised: (readings, contract) =>
        overlapping(readings) && new Set(settled(readings, contract).map((x) => x.exchange.target)).size > 1,
    },
    {
      id: 'STORM-8',
      level: 'OBSERVE',
      title: 'How a duplicate in flight is answered',
      statement: 'Whether a duplicate of a request in flight waits, or is refused with a hint when to come again.',
      sources: [draft('2.7'), bugClass(8, 'the waiting strategy fails')],
      largestBody: true,
      plans: (source) => storms(source, each),
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
      plans: (source) => metHalfway(source),
      exercised: (readings) => succeeded(readings, 2),
    },
    {
      id: 'STORM-10',
      level: 'MUST',
      apart: true,
      noticed: true,
      title: 'Simultaneous requests without a key stay separate',
      statement: 'Equal requests without a key that are released together create as many {resource}s.',
      sources: [followsFrom('CREATE-1'), judgeRule(9)],
      skip: keylessRuledOut,
      silent: keylessLeftOpen,
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
    {
      id: 'STORM-11',
      level: 'SHOULD',
      title: 'A duplicate in flight is answered as the contract says',
      statement:
        'A duplicate that meets its request in flight is held back, or refused, as the contract says. Only a request that runs long enough shows it.',
      sources: [draft('2.7'), bugClass(8, 'the waiting strategy fails')],
      skip: ({ inFlight }) =>
        (inFlight?.policy ?? 'either') === 'either'
          ? 'the contract does not say how a duplicate in flight is answered'
          : null,
      // If the first request is short, duplicates timed by a fraction of it may come too late.
      plans: (source) => metHalfway(source, 3),
      // Success alone shows no refusal: the duplicates may have come too late.
      exercised: (readings, { inFlight }) =>
        readings.some((x) => x.kind === 'inflight') ||
        (inFlight?.policy === 'wait' && overlapping(readings) && succeeded(readings, 2)),
    },
  ],
};

/** Duplicates at 10, 50 and 90 % of the running time of a request, of which several may come at once. */
function metHalfway(source: PlanSource, together = 1): ReturnType<typeof plan> {
  return plan(source, 2, ({ one, other }) => {
    const framing = lengthened(source);
    const options = framing === undefined ? {} : { framing };
    const first = create(slot(1), one, options);
    const late = [0.1, 0.5, 0.9].map((atFraction): Attempt => ({ ...first, atFraction }));
    // Shows how long such a request runs.
    return fc.constant([
      send(create(slot(0), { ...other, operation: 1 }, options)),
      storm([...Array<Attempt>(together).fill(first), ...late]),
    ]);
  });
}

/** Headers by which the target holds its answer back, where the contract has them. */
function lengthened({ contract }: PlanSource): Framing | undefined {
  const { lengthen } = contract.create;
  return lengthen === null ? undefined : { headers: Object.entries(lengthen) };
}
