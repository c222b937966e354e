/** CONFLICT: the same key with another body. */
import fc from 'fast-check';
import { editKinds, REORDERED } from '../generators/edits.js';
import { create, type PlanSource, plan, SETTLED_MS, send, sendTimes, slot, wait } from '../generators/plans.js';
import type { Plan } from '../history/plan.js';
import { anotherBody, reorderedArray } from './drawn.js';
import { edited, everyEdit, rewritten } from './edited.js';
import { conflicted, keysAnswered, replayed, successes } from './exercised.js';
import { noBody, noConflicts, silentOnMismatch } from './mismatch.js';
import { conflictsAreSeen } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, judgeRule } from './sources.js';

export const chapter: Chapter = {
  name: 'CONFLICT',
  title: 'Same key, another body',
  requirements: [
    {
      id: 'CONFLICT-1',
      level: 'MUST',
      noticed: true,
      title: 'Another body under a used key is refused as a conflict',
      statement: "A request with a used key and another body is answered with the contract's conflict.",
      sources: [draft('2.7'), bugClass(44, 'the body is not compared')],
      standsOn: [conflictsAreSeen('CONFLICT-1')],
      silent: silentOnMismatch,
      skip: (contract) => (silentOnMismatch(contract) ? null : noConflicts(contract)),
      plans: refusedOnce,
      draws: anotherBody,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-2',
      level: 'MUST',
      title: 'A conflict satisfies the error schema',
      statement:
        "A conflict is JSON that the contract's error schema accepts, with a request id where the contract has one.",
      sources: [draft('2.7'), bugClass(60, 'ambiguous conflict')],
      standsOn: [conflictsAreSeen('CONFLICT-2')],
      skip: noConflicts,
      plans: refusedOnce,
      draws: anotherBody,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-3',
      level: 'MUST',
      noticed: true,
      title: 'Any changed value of a documented member is another body',
      statement:
        'A changed value of a documented member is another body: at any depth, anywhere in a body as large as one is accepted, in letter case, white space or normal form, moved or swapped between members, `["a,b"]` against `["a","b"]`, `null` against `"null"`, a member added or removed. Both bodies are valid and differ as parsed values. Null or a default against an absent member, the letter case of an id and lone surrogates are left out. An unknown member, or a change that makes a body invalid, may be rejected, conflict or replay, but never creates a second {resource}.',
      sources: [
        bugClass(44, 'the body is not compared'),
        bugClass(46, 'false match'),
        bugClass(47, 'unframed fingerprint'),
        draft('2.4'),
      ],
      standsOn: [conflictsAreSeen('CONFLICT-3')],
      silent: silentOnMismatch,
      skip: noConflicts,
      largestBody: true,
      plans: (source) => everyEdit(source, Object.keys(editKinds), true),
      draws: anotherBody,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-4',
      level: 'MUST',
      title: 'A reordered array is another body',
      statement: 'A body in which the elements of an array stand in another order is another body.',
      sources: [
        bugClass(46, 'false match'),
        {
          name: 'RFC 8259, section 1: an array is an ordered sequence',
          url: 'https://www.rfc-editor.org/rfc/rfc8259#section-1',
        },
      ],
      standsOn: [conflictsAreSeen('CONFLICT-4')],
      skip: noConflicts,
      plans: (source) => everyEdit(source, [REORDERED], false),
      draws: reorderedArray,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-5',
      level: 'MUST',
      noticed: true,
      title: 'A conflict has no effect',
      statement: 'A request that is refused as a conflict creates nothing.',
      sources: [bugClass(49, 'a mismatch executes'), judgeRule(10)],
      standsOn: [conflictsAreSeen('CONFLICT-5')],
      silent: silentOnMismatch,
      skip: noConflicts,
      byEffects: true,
      plans: (source) =>
        edited(source, (one, other) => [
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          sendTimes(2, create(slot(0), other)),
          send(create(slot(0), one)),
        ]),
      draws: anotherBody,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-6',
      level: 'MUST',
      title: 'A conflict leaves the record unchanged',
      statement: 'After a conflict the first body still replays its {resource}, and the refused body is refused again.',
      sources: [bugClass(4, 'the loser overwrites the winner')],
      standsOn: [conflictsAreSeen('CONFLICT-6')],
      skip: noConflicts,
      plans: (source) =>
        edited(source, (one, other) => [
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          send(create(slot(0), other)),
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          send(create(slot(0), other)),
          send(create(slot(0), one)),
        ]),
      draws: anotherBody,
      exercised: (readings, contract) => conflicted(readings) && replayed(readings, contract),
    },
    {
      id: 'CONFLICT-7',
      level: 'MUST',
      noticed: true,
      title: 'The same meaning in other bytes never creates a second resource',
      statement:
        'A body with the same meaning in other bytes (member order, white space, string escapes, number spelling, an explicit default; in a form percent-encoding) replays, conflicts or is rejected; it never creates. Where the contract says that values are compared, it is not refused as a conflict. The same pair of bytes is decided in the same way each time.',
      sources: [bugClass(45, 'false mismatch'), judgeRule(3), judgeRule(5)],
      standsOn: [conflictsAreSeen('CONFLICT-7')],
      silent: silentOnMismatch,
      skip: noBody,
      plans: (source) => rewritten(source),
      exercised: (readings) => successes(readings).length > 0 && readings.length > 2,
    },
    {
      id: 'CONFLICT-8',
      level: 'SHOULD',
      title: 'A conflict reveals nothing of the first request',
      statement: "The error of a conflict shows nothing of the first request's body.",
      sources: [bugClass(29, 'cross-tenant leak'), draft('5')],
      standsOn: [conflictsAreSeen('CONFLICT-8')],
      skip: noConflicts,
      plans: (source) =>
        plan(source, 1, ({ one, other }) =>
          fc.constant([send(create(slot(0), one)), wait(SETTLED_MS), send(create(slot(0), other))]),
        ),
      draws: anotherBody,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-9',
      level: 'SHOULD',
      title: 'The request id of a conflict is new and equals its header',
      statement: 'The request id in a conflict equals the one in the response header, and every answer has a new one.',
      sources: [bugClass(54, 'headers that must not be replayed')],
      standsOn: [conflictsAreSeen('CONFLICT-9')],
      skip: ({ errors, ...contract }) =>
        errors.requestId === null ? 'the contract names no request id' : noConflicts({ errors, ...contract }),
      plans: (source) =>
        edited(source, (one, other) => [
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          sendTimes(2, create(slot(0), other)),
        ]),
      draws: anotherBody,
      exercised: conflicted,
    },
    {
      id: 'CONFLICT-10',
      level: 'OBSERVE',
      title: 'What decides whether two bodies are the same',
      statement:
        'Whether bytes, JSON values or a typed model are compared; which rewrites of a body replay, by kind and place; what duplicate members, a query string and another version header do.',
      sources: [draft('2.4'), bugClass(33, 'the query string is ignored'), bugClass(45, 'false mismatch')],
      standsOn: [conflictsAreSeen('CONFLICT-10')],
      skip: noBody,
      plans: (source) =>
        plan(source, 1, ({ one }) => {
          const first = create(slot(0), one);
          const query = create(slot(0), one, { framing: { query: 'x_idem=1' } });
          // Where the contract may compare it, another query string is another request.
          const compares = source.contract.ignored?.includes('query') === false;
          return fc.constant([send(first), wait(SETTLED_MS), ...(compares ? [] : [send(query)]), send(first)]);
        }),
      exercised: (readings) => successes(readings).length > 0,
    },
    {
      id: 'CONFLICT-11',
      level: 'MUST',
      title: 'A refused body creates its own resource under a fresh key',
      statement: 'A body that was refused as a conflict creates its own {resource} under a fresh key.',
      sources: [draft('2.2')],
      standsOn: [conflictsAreSeen('CONFLICT-11')],
      skip: noConflicts,
      plans: (source) =>
        edited(source, (one, other) => [
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          send(create(slot(0), other)),
          send(create(slot(1), other)),
          wait(SETTLED_MS),
          send(create(slot(1), other)),
        ]),
      draws: anotherBody,
      exercised: (readings) => conflicted(readings) && keysAnswered(readings) > 1,
    },
  ],
};

/** A body, another one under its key, and that one under a key of its own, which shows that it is valid. */
function refusedOnce(source: PlanSource): fc.Arbitrary<Plan> {
  return edited(source, (one, other) => [
    send(create(slot(0), one)),
    wait(SETTLED_MS),
    send(create(slot(0), other)),
    send(create(slot(1), other)),
  ]);
}
