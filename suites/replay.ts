/** REPLAY: the same key and the same body are the same resource. */
import fc from 'fast-check';
import { contentTypeOf } from '../contracts/codec.js';
import type { Contract } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { forAnotherKey } from '../generators/fresh.js';
import { enlarged, largeSizes } from '../generators/padding.js';
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
import { templateOf } from '../history/text.js';
import { keysAnswered, repeated, replayed, returned, shownAgain, successes } from './exercised.js';
import { sameAsARepeat } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, followsFrom, rfc9110 } from './sources.js';

/** Longer than the second to which timestamps are compared. */
const NEXT_SECOND_MS = 1_150;

/** What a replay shows cannot be looked at where there is none. */
function repeatsRefused({ replay }: Contract): string | null {
  return replay.kind === 'refusal' ? 'the contract answers a repeat with a refusal' : null;
}

/** Milliseconds that a plan waits for a resource to become terminal by itself. */
const TERMINAL_WITHIN_MS = 2_000;

/*
 * How many repeats: REPLAY-3 sends `source.repeats` under one key in each round, 60 x 8 = 480 in the standard profile and
 * 4,800 in the thorough one. A server that makes a second resource for one repeat in a hundred is missed with a
 * probability of 0.99^480, 0.8 %; for one in a thousand with 62 %, and 0.8 % in the thorough profile. Smoke has 4.
 */

export const chapter: Chapter = {
  name: 'REPLAY',
  title: 'Same key, same body',
  requirements: [
    {
      id: 'REPLAY-1',
      level: 'MUST',
      safety: true,
      title: 'A repeat returns the first resource',
      statement:
        'A repeat with the same key and the same body returns the {resource} of the first request: the same id.',
      sources: [draft('2.6'), bugClass(58, 'the replay never engages')],
      largestBody: true,
      // A record can be bound to the second it was made in: the first round waits for another. Every second body is large.
      plans: (source) =>
        source.round % 2 === 1
          ? largeRepeated(source)
          : repeatedLater(source, source.round === 0 ? NEXT_SECOND_MS : SETTLED_MS),
      exercised: returned(),
    },
    {
      id: 'REPLAY-2',
      level: 'MUST',
      title: 'Immutable members are equal in a repeat',
      statement:
        'The members that the contract calls immutable have the same values in a repeat as in the first answer. Timestamps are compared as instants, to the second.',
      sources: [draft('2.6'), bugClass(55, 'snapshot and current state are confused')],
      skip: repeatsRefused,
      // Only the first round waits for another second: a timestamp made anew differs there for certain.
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([
            send(create(slot(0), one)),
            wait(source.round === 0 ? NEXT_SECOND_MS : SETTLED_MS),
            send(create(slot(0), one)),
          ]),
        ),
      exercised: shownAgain,
    },
    {
      id: 'REPLAY-3',
      level: 'MUST',
      safety: true,
      title: 'A repeat has no second effect',
      statement: 'However often a request is repeated under its key, one {resource} exists.',
      sources: [draft('1'), bugClass(19, 'secondary effects repeat')],
      byEffects: true,
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([send(create(slot(0), one)), sendTimes(source.repeats, create(slot(0), one))]),
        ),
      exercised: repeated,
    },
    {
      id: 'REPLAY-4',
      level: 'MUST',
      safety: true,
      title: 'A replay holds for any number of repeats',
      statement:
        'A key replays for any number of repeats (at least six are sent), also with other keys, other bodies and requests without a key in between.',
      sources: [draft('2.6')],
      standsOn: [sameAsARepeat],
      plans: (source) =>
        plan(source, 2, ({ one, other }) =>
          fc
            .integer({ min: 6, max: 10 })
            .map((times) => [
              send(create(slot(0), one)),
              wait(SETTLED_MS),
              send(create(slot(1), other)),
              sendTimes(times, create(slot(0), one)),
              send(
                source.contract.key.required
                  ? create(slot(1), other)
                  : create(absent, forAnotherKey(other, 2, source.contract)),
              ),
              send(create(slot(0), one)),
            ]),
        ),
      exercised: returned(7),
    },
    {
      id: 'REPLAY-5',
      level: 'MUST',
      safety: true,
      title: 'A replay holds at once after the first answer',
      statement:
        'A repeat that is sent at the moment the first answer arrives, and again 5, 20, 50 and 100 ms later, returns the first {resource}.',
      sources: [bugClass(17, 'the answer goes out before it is stored'), bugClass(24, 'read-replica lag')],
      standsOn: [sameAsARepeat],
      plans: (source) =>
        plan(source, 1, ({ one }) => {
          const again = send(create(slot(0), one));
          return fc.constant([again, again, wait(5), again, wait(20), again, wait(50), again, wait(100), again]);
        }),
      exercised: returned(5),
    },
    {
      id: 'REPLAY-6',
      level: 'MUST',
      safety: true,
      title: 'A replay holds on other connections and replicas',
      statement:
        'A repeat on another connection returns the first {resource}; if several targets are given, so does a repeat to each of them.',
      sources: [bugClass(23, 'per-process cache')],
      standsOn: [sameAsARepeat],
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([
            send(create(slot(0), one)),
            wait(SETTLED_MS),
            send(create(slot(0), one, { framing: { connection: 'new' } })),
            send(onTarget(create(slot(0), one), 1)),
          ]),
        ),
      exercised: returned(),
    },
    {
      id: 'REPLAY-7',
      level: 'MUST',
      title: 'A replay does not depend on headers or framing',
      statement:
        'A repeat may be chunked or have a length, and carry another User-Agent, traceparent or Accept: it returns the first {resource}. A 406, 411 or 415 decides nothing.',
      sources: [bugClass(38, 'header handling'), bugClass(48, 'volatile data in the fingerprint')],
      standsOn: [sameAsARepeat],
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
      exercised: returned(),
    },
    {
      id: 'REPLAY-8',
      level: 'MUST',
      title: 'A replay holds after the resource is finished',
      statement:
        'A key replays after its {resource} has reached a terminal status, by itself or by cancelling, if that happens within the run.',
      sources: [followsFrom('REPLAY-1'), bugClass(55, 'snapshot and current state are confused')],
      standsOn: [
        sameAsARepeat,
        {
          on: ['REPLAY-11'],
          when: 'not-exercised',
          why: 'without reading a resource it is unknown when it is finished',
        },
      ],
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
      exercised: (readings, contract) =>
        replayed(readings, contract) &&
        readings.some(({ exchange, json }) => {
          const reached = exchange.operation === 'get' ? at(json, contract.status?.pointer ?? '') : undefined;
          return typeof reached === 'string' && contract.status?.terminal.includes(reached) === true;
        }),
    },
    {
      id: 'REPLAY-9',
      level: 'SHOULD',
      title: 'A replay echoes the first request',
      statement: 'Where the {resource} echoes the request, a replay has the echo of the first request.',
      sources: [followsFrom('REPLAY-2')],
      skip: (contract) =>
        contract.create.echo === null ? 'the contract names no echo of the request' : repeatsRefused(contract),
      plans: (source) =>
        plan(source, 1, ({ one }) => fc.constant([send(create(slot(0), one)), send(create(slot(0), one))])),
      exercised: shownAgain,
    },
    {
      id: 'REPLAY-10',
      level: 'OBSERVE',
      title: 'How a replay is answered',
      statement:
        'Whether a replay has the status of the first answer, shows the {resource} as it was or as it is now, and carries a marker.',
      sources: [bugClass(53, 'the status or headers are lost'), bugClass(56, 'the replay marker is wrong')],
      skip: repeatsRefused,
      plans: (source) => repeatedLater(source, SETTLED_MS),
      exercised: shownAgain,
    },
    {
      id: 'REPLAY-11',
      level: 'MUST',
      title: 'Every acknowledged resource can be read',
      statement: 'Every id that was acknowledged with a success is found by reading the {resource}.',
      sources: [
        bugClass(12, 'the record comes first, the effect never'),
        bugClass(15, 'the stored answer and the transaction disagree'),
      ],
      lookUp: true,
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
    {
      id: 'REPLAY-12',
      level: 'MUST',
      title: 'Every replay is marked, and no first answer is',
      statement: 'Every replay carries the header by which the contract marks replays, and no first answer carries it.',
      sources: [bugClass(56, 'the replay marker is wrong')],
      standsOn: [sameAsARepeat],
      skip: (contract) =>
        contract.replay.marker === null ? 'the contract names no marker of a replay' : repeatsRefused(contract),
      plans: (source) => repeatedLater(source, SETTLED_MS),
      exercised: shownAgain,
    },
    {
      id: 'REPLAY-13',
      level: 'MUST',
      noticed: true,
      title: 'A replay has the headers of the first answer',
      statement:
        'The headers that the contract calls equal are in a replay as they were in the first answer. Where the contract does not say, a `Location` that is lost or changed, and another media type, are noticed.',
      sources: [bugClass(53, 'the status or headers are lost')],
      standsOn: [sameAsARepeat],
      skip: ({ replay }) => refusedInstead(replay) ?? (replay.headers?.equal.length === 0 ? NO_SUCH_HEADER : null),
      silent: ({ replay }) => replay.headers === null,
      plans: (source) => repeatedLater(source, SETTLED_MS),
      exercised: shownAgain,
    },
    {
      id: 'REPLAY-14',
      level: 'MUST',
      noticed: true,
      title: 'A replay does not repeat headers of the first answer alone',
      statement:
        'The headers that the contract calls fresh have values of their own in a replay. Where the contract does not say, a repeated `Set-Cookie` or request id is noticed. A value that other first answers have as well decides nothing.',
      sources: [bugClass(54, 'headers that must not be replayed')],
      standsOn: [sameAsARepeat],
      skip: ({ replay }) => refusedInstead(replay) ?? (replay.headers?.fresh.length === 0 ? NO_SUCH_HEADER : null),
      silent: ({ replay }) => replay.headers === null,
      // The second first answer shows what differs from one request to another.
      plans: (source) =>
        plan(source, 2, ({ one, other }) =>
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(1), other)),
            wait(SETTLED_MS),
            send(create(slot(0), one)),
          ]),
        ),
      exercised: (readings) => shownAgain(readings) && keysAnswered(readings) > 1,
    },
    {
      id: 'REPLAY-15',
      level: 'MUST',
      noticed: true,
      title: 'A replay does not depend on what the contract calls ignored',
      statement:
        'A repeat with another query string, other parameters of its `Content-Type` or header names in another case returns the first {resource}, as far as the contract says that this is ignored. Where it does not say, all three are sent, and a difference is noticed.',
      sources: [
        bugClass(33, 'the query string is ignored'),
        bugClass(38, 'header handling'),
        rfc9110('5.1', 'field names are case-insensitive'),
      ],
      standsOn: [sameAsARepeat],
      skip: ({ ignored }) => (ignored?.length === 0 ? 'the contract says that nothing of this is ignored' : null),
      silent: ({ ignored }) => ignored === null,
      plans: (source) =>
        plan(source, 1, ({ one }) =>
          fc.constant([
            send(create(slot(0), one)),
            wait(SETTLED_MS),
            ...differences(source.contract, templateOf(one, slot(0), source.contract)).map((framing) =>
              send(create(slot(0), one, { framing })),
            ),
          ]),
        ),
      exercised: returned(),
    },
  ],
};

const NO_SUCH_HEADER = 'the contract names no such header';

function refusedInstead({ kind }: Contract['replay']): string | null {
  return kind === 'refusal' ? 'the contract answers a repeat with a refusal' : null;
}

/** A request and its repeat, so much later that no lateness of a record explains a second resource. */
function repeatedLater(source: PlanSource, ms: number): fc.Arbitrary<Plan> {
  return plan(source, 1, ({ one }) => fc.constant([send(create(slot(0), one)), wait(ms), send(create(slot(0), one))]));
}

/** The same with a large body, the largest first. */
function largeRepeated(source: PlanSource): fc.Arbitrary<Plan> {
  return plan(source, 1, ({ one }) =>
    largeSizes({ ...source, round: Math.floor(source.round / 2) }).map((size) => {
      const large = size === null ? null : enlarged(one.value, source, size);
      const again = send(create(slot(0), large === null ? one : { ...one, value: large }));
      return [again, wait(SETTLED_MS), again];
    }),
  );
}

type Ignorable = NonNullable<Contract['ignored']>[number];

/** A repeat that differs in one of these. */
const DIFFERENT: Record<Ignorable, (contentType: string) => Framing> = {
  query: () => ({ query: 'x_idem=1' }),
  contentTypeParameters: (contentType) => ({ headers: [['content-type', `${contentType}; charset=utf-8`]] }),
  headerCase: () => ({
    headers: [
      ['ACCEPT', 'application/json'],
      ['USER-AGENT', 'idem-conformance'],
    ],
  }),
};
const IGNORABLE = Object.keys(DIFFERENT) as Ignorable[];

/** Without a body there is no media type that could have parameters. */
function differences(contract: Contract, text: string): Framing[] {
  const contentType = contentTypeOf(contract, text);
  const parts = (contract.ignored ?? IGNORABLE).filter(
    (part) => contentType !== null || part !== 'contentTypeParameters',
  );
  return parts.map((part) => DIFFERENT[part](contentType ?? ''));
}

/** What is not the body: none of it may matter. */
const FRAMINGS: Framing[] = [
  { chunked: true },
  { headers: [['user-agent', 'another-client/2.0']] },
  { headers: [['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']] },
  { headers: [['Accept', '*/*']] },
  { chunked: true, headers: [['user-agent', 'another-client/2.0']] },
];
