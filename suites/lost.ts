/** LOST: the answer never arrives. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { create, onTarget, type PlanSource, plan, SETTLED_MS, send, slot, storm, wait } from '../generators/plans.js';
import type { Attempt, HangUp, Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { sameRegister } from '../history/register.js';
import { anotherBody } from './drawn.js';
import { overlapping, replayed, settled, succeeded } from './exercised.js';
import { noBody } from './mismatch.js';
import { keysEnd, keysRecover } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, followsFrom, judgeRule } from './sources.js';

/** At once, while the server works, or later. */
const pauses = fc.constantFrom(0, 5, 30, 100);

/** How long after its last byte a client leaves: at once, or while the server works, where it does so for that long. */
function leaves({ round }: PlanSource): fc.Arbitrary<number> {
  return round === 0 ? fc.constant(0) : fc.constantFrom(0, 2, 8);
}

/** Requests that keep coming while the backend is killed. */
const KILLED = 16;

/** Writes of which none meets another. */
const ALONE = 12;

/** Where the contract does not say which outcomes are stored, what follows an unknown one is noticed. */
const silentOnStored = ({ stored }: Contract) => stored === null;

function storesErrors({ stored }: Contract): string | null {
  return stored?.includes('serverErrors') ? 'the contract stores the outcome of a request that failed' : null;
}

/** Lost answers, each with two retries: a target that fails otherwise, now and then, has more keys at which it may. */
function lostAndRetried(source: PlanSource): fc.Arbitrary<Plan> {
  const lost = fc.tuple(pauses, leaves(source));
  return plan(source, 3, ({ one }) =>
    fc.tuple(lost, lost, lost).map((all) =>
      all.flatMap(([ms, left], n) => {
        const request = create(slot(n), { ...one, operation: n });
        return [send(hangingUp(request, { after: 'body', ms: left })), wait(ms), send(request), send(request)];
      }),
    ),
  );
}

function hangingUp(attempt: Attempt, hangUp: HangUp): Attempt {
  return { ...attempt, hangUp };
}

export const chapter: Chapter = {
  name: 'LOST',
  title: 'The answer never arrives',
  requirements: [
    {
      id: 'LOST-1',
      level: 'MUST',
      safety: true,
      title: 'A retry after a lost answer yields one resource',
      statement:
        'The client hangs up after sending the request. Its retry, at once or later, ends with a {resource}, and there is only one.',
      sources: [draft('1'), bugClass(16, 'an answer that is not captured')],
      byEffects: 'also',
      stopsWith: ['LOST-4'],
      standsOn: [keysEnd, keysRecover],
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
      level: 'MUST',
      safety: true,
      title: 'A retry after a request that was cut off yields one resource',
      statement:
        'The client hangs up before the body is complete. Its retry ends with a {resource}, and there is only one.',
      sources: [bugClass(16, 'an answer that is not captured')],
      byEffects: 'also',
      stopsWith: ['LOST-4'],
      standsOn: [keysEnd, keysRecover],
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
      level: 'MUST',
      safety: true,
      title: 'Clients that leave during a storm do not disturb the others',
      statement: 'Some clients of a storm hang up: the answers to the others and all retries agree.',
      sources: [followsFrom('LOST-1', 'STORM-6')],
      stopsWith: ['LOST-4'],
      standsOn: [keysEnd, keysRecover],
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
      exercised: (readings, contract) => overlapping(readings) && retried('unknown')(readings, contract),
    },
    {
      id: 'LOST-4',
      level: 'MUST',
      noticed: true,
      title: 'No key stays in flight forever',
      statement:
        'Asking again under a key reaches a final answer within the time that the contract gives (`finalWithin`).',
      sources: [bugClass(13, 'stuck in progress'), bugClass(52, 'the key is not released after a failure')],
      stuckKeys: true,
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
      level: 'MUST',
      title: 'A crash and a restart lose or duplicate nothing',
      statement:
        'The backend is killed during a storm and started again. Every acknowledged {resource} still replays, and no key has two.',
      sources: [
        bugClass(11, 'the effect comes first, the record second'),
        bugClass(12, 'the record comes first, the effect never'),
        bugClass(13, 'stuck in progress'),
        bugClass(25, 'keys are lost by restart or eviction'),
      ],
      needs: ['restart-command'],
      stopsWith: ['LOST-4'],
      standsOn: [keysEnd, keysRecover],
      // It is unknown when the command kills, so requests keep coming while it runs, or come close in a part of that time.
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
      // Some key was acknowledged before, some request found no server there, and afterwards keys were asked for again.
      exercised: (readings, contract) =>
        readings.some(({ exchange }) => exchange.outcome.kind !== 'answer') && replayed(readings, contract),
    },
    {
      id: 'LOST-6',
      level: 'MUST',
      title: 'Another body after a lost answer has one outcome',
      statement:
        'The client hangs up after sending one body, then sends another body under the same key. One of them wins, and everything later agrees with it.',
      sources: [bugClass(9, 'different bodies racing under one key')],
      stopsWith: ['LOST-4'],
      standsOn: [keysEnd, keysRecover],
      skip: (contract) =>
        noBody(contract) ?? (contract.fingerprint === 'none' ? 'the contract does not compare bodies' : null),
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
      draws: anotherBody,
      exercised: (readings, contract) =>
        readings.some((x) => x.kind === 'unknown') && settled(readings, contract).length > 0,
    },
    {
      id: 'LOST-7',
      level: 'MUST',
      safety: true,
      title: 'Hanging up on a replay or a conflict changes nothing',
      statement: 'A client that hangs up on a replay or on a conflict leaves the record as it was.',
      sources: [bugClass(16, 'an answer that is not captured')],
      stopsWith: ['LOST-4'],
      standsOn: [keysEnd, keysRecover],
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
      exercised: (readings, contract) =>
        readings.some((x) => x.kind === 'unknown') && settled(readings, contract).length > 1,
    },
    {
      id: 'LOST-8',
      level: 'MUST',
      noticed: true,
      title: 'What was committed is not refused for good after a lost answer',
      statement:
        'The outcome of a request is unknown to its client: a server error, a time-out, a closed connection. Where it made a {resource}, its retries end in that {resource} or in an answer that points at it, and are not refused for good.',
      sources: [draft('1'), judgeRule(14), bugClass(16, 'an answer that is not captured')],
      afterUnknown: true,
      judgesEndings: true,
      silent: silentOnStored,
      skip: (contract) =>
        contract.replay.kind === 'refusal' ? 'the contract answers repeats with a refusal' : storesErrors(contract),
      plans: lostAndRetried,
      exercised: answeredAfterUnknown,
    },
    {
      id: 'LOST-9',
      level: 'MUST',
      noticed: true,
      title: 'A request that failed without effect does not burn its key',
      statement:
        'The outcome of a request is unknown to its client, and it made nothing. Its retries are not refused for good: one of them is carried out.',
      sources: [judgeRule(14), bugClass(52, 'the key is not released after a failure')],
      afterUnknown: true,
      judgesEndings: true,
      silent: silentOnStored,
      skip: storesErrors,
      plans: lostAndRetried,
      exercised: answeredAfterUnknown,
    },
    {
      id: 'LOST-10',
      level: 'MUST',
      noticed: true,
      title: 'A server error is not stored and replayed',
      statement: 'A retry after a server error is tried anew: it is not answered with that error for good.',
      sources: [judgeRule(14), bugClass(52, 'the key is not released after a failure')],
      judgesEndings: true,
      silent: silentOnStored,
      skip: storesErrors,
      plans: lostAndRetried,
      exercised: answeredAfterUnknown,
    },
    {
      id: 'LOST-11',
      level: 'MUST',
      safety: true,
      title: 'No acknowledged write is lost',
      statement:
        'Every {resource} that an answer named is there at the end of the run: in the list or, where it can be read by its id, there. That holds for requests that came alone, in storms and after hang-ups, in all plans of the run.',
      sources: [
        judgeRule(13),
        bugClass(12, 'the record comes first, the effect never'),
        bugClass(15, 'the stored answer and the transaction disagree'),
      ],
      byEffects: true,
      lostWrites: true,
      plans: (source) =>
        plan(source, 2 + ALONE, ({ one, other }) =>
          fc
            .tuple(pauses, leaves(source), fc.integer({ min: 2, max: Math.max(2, source.stormWidth) }))
            .map(([ms, left, width]) => {
              const [hungUp, racing] = [create(slot(0), one), create(slot(1), { ...one, operation: 1 })];
              const alone = Array.from({ length: ALONE }, (_, n) =>
                create(slot(2 + n), { ...other, operation: 2 + n }),
              );
              return [
                send(hangingUp(hungUp, { after: 'body', ms: left })),
                wait(ms),
                send(hungUp),
                storm(Array.from({ length: width }, () => racing)),
                ...alone.map(send),
              ];
            }),
        ),
      exercised: (readings) => succeeded(readings, 1),
    },
  ],
};

/** Whether a request that was hung up on was followed by an answer for good under its key. */
function retried(kind: 'unknown' | 'none'): (readings: Reading[], contract: Contract) => boolean {
  return (readings, contract) =>
    readings.some(
      ({ exchange: lost, ...of }) =>
        of.kind === kind &&
        lost.outcome.kind !== 'answer' &&
        settled(readings, contract).some(
          ({ exchange, register }) => register !== null && register === of.register && exchange.sent > lost.sent,
        ),
    );
}

/** Whether a key was answered after an outcome that was unknown. */
function answeredAfterUnknown(readings: Reading[]): boolean {
  return readings.some(
    (lost) =>
      lost.kind === 'unknown' &&
      readings.some(
        (x) => sameRegister(x, lost) && x.exchange.sent > lost.exchange.sent && x.exchange.outcome.kind === 'answer',
      ),
  );
}
