/**
 * SCENARIO: what people do, in the order in which they do it. Each illustrates requirements that other chapters put to
 * the test in general; what is broken is reported under their ids.
 */

import type fc from 'fast-check';
import type { JsonObject } from '../contracts/contract.js';
import { isInHeader } from '../contracts/key.js';
import { at, parsePointer } from '../contracts/pointer.js';
import { differentBodies, isValid } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import { absent, body, create, type PlanSource, send, slot, storm, wait } from '../generators/plans.js';
import { put } from '../generators/sites.js';
import type { Body, HangUp, Plan, Step } from '../history/plan.js';
import { anotherBody } from './drawn.js';
import {
  answeredElsewhere,
  conflicted,
  headed,
  keysAnswered,
  overlapping,
  repeated,
  replayed,
  settled,
  succeeded,
} from './exercised.js';
import { keylessRuledOut } from './keyless.js';
import { noConflicts } from './mismatch.js';
import { shows } from './prerequisites.js';
import { elsewhere, notElsewhere, withHeader } from './requests.js';
import type { Chapter } from './requirement.js';
import { followsFrom } from './sources.js';

/** The answer is never read. */
const crashes: HangUp = { after: 'body', ms: 0 };

export const chapter: Chapter = {
  name: 'SCENARIO',
  title: 'What people do',
  requirements: [
    {
      id: 'SCENARIO-1',
      level: 'MUST',
      title: 'A cron job that crashes and is started again creates one resource',
      statement:
        'The weekly cron job crashes after its request and is started again. There is one {resource}, and the second run gets it.',
      sources: [followsFrom('LOST-1', 'REPLAY-1', 'REPLAY-3')],
      standsOn: [shows('LOST-1', 'REPLAY-1', 'REPLAY-3')],
      once: true,
      plans: (source) =>
        scenario(source, ['weekly-deck-{unique}:2026-W17'], 1, ([deck]) => {
          const post = create(slot(0), deck as Body);
          return [send({ ...post, hangUp: crashes }), wait(500), send(post), send(post)];
        }),
      exercised: (readings, contract) => readings.some((x) => x.kind === 'unknown') && replayed(readings, contract),
    },
    {
      id: 'SCENARIO-2',
      level: 'MUST',
      title: 'Retrying until there is an answer creates one resource',
      statement:
        'The network times out, and the client sends the request again with the same key until it has an answer. There is one {resource}.',
      sources: [followsFrom('LOST-1', 'LOST-2', 'LOST-4')],
      standsOn: [shows('LOST-1', 'LOST-2', 'LOST-4')],
      once: true,
      plans: (source) =>
        scenario(source, ['myapp:{unique}'], 1, ([job]) => {
          const post = create(slot(0), job as Body);
          return [
            send({ ...post, hangUp: { after: 'share', share: 0.5 } }),
            send({ ...post, hangUp: { after: 'body', ms: 5 } }),
            wait(1000),
            send(post),
          ];
        }),
      // A fast target answers before the client hangs up, but not before it has half of the body.
      exercised: (readings, contract) =>
        readings.some(({ exchange }) => exchange.outcome.kind !== 'answer') && settled(readings, contract).length > 0,
    },
    {
      id: 'SCENARIO-3',
      level: 'MUST',
      title: 'An event that is delivered twice creates one resource',
      statement:
        'Slack delivers an event twice, and both handlers send a request with a key made of team and message. They get one {resource}.',
      sources: [followsFrom('STORM-1', 'STORM-2', 'REPLAY-5')],
      standsOn: [shows('STORM-1', 'STORM-2', 'REPLAY-5')],
      once: true,
      plans: (source) =>
        scenario(source, ['slack:T01234:{unique}.789', 'slack:T01234:{unique}.789'], 2, ([first, second]) => {
          const [now, late] = [create(slot(0), first as Body), create(slot(1), second as Body)];
          return [storm([now, now]), send(late), wait(5), send(late)];
        }),
      exercised: (readings) => overlapping(readings) && repeated(readings),
    },
    {
      id: 'SCENARIO-4',
      level: 'MUST',
      title: 'A fan-out that is run again creates one resource for each item',
      statement:
        'A fan-out over up to 50 items stops halfway and is run again from the start. Each item has one {resource}.',
      sources: [followsFrom('CREATE-3', 'CREATE-5', 'REPLAY-1', 'REPLAY-3')],
      standsOn: [shows('CREATE-3', 'CREATE-5', 'REPLAY-1', 'REPLAY-3')],
      once: true,
      plans: (source) => {
        const prospects = Array.from({ length: source.fanOut }, (_, n) => n);
        const keys = prospects.map(() => 'prospect:{unique}:2026-04-weekly');
        return scenario(source, keys, prospects.length, (decks) => {
          const post = (n: number): Step => send(create(slot(n), decks[n] as Body));
          return [...prospects.slice(0, Math.ceil(prospects.length / 2)).map(post), ...prospects.map(post)];
        });
      },
      exercised: (readings, contract) => keysAnswered(readings) > 1 && replayed(readings, contract),
    },
    {
      id: 'SCENARIO-5',
      level: 'SHOULD',
      title: 'Wrong guess: a key in a header that the contract does not use',
      statement:
        'A wrong guess: the key is sent in the header `Idempotency-Key`, which the contract does not use. It is ignored, so the retry creates a second {resource}.',
      sources: [followsFrom('HEADER-1')],
      standsOn: [shows('HEADER-1')],
      once: true,
      skip: (contract) =>
        isInHeader(contract.key) ? 'the contract keeps its key in a header' : keylessRuledOut(contract),
      plans: (source) =>
        scenario(source, ['myapp:{unique}'], 1, ([job]) => {
          const post = withHeader(create(absent, job as Body), 0);
          return [send(post), send(post)];
        }),
      exercised: (readings) => succeeded(readings, 2, headed),
    },
    {
      id: 'SCENARIO-6',
      level: 'MUST',
      title: 'Wrong guess: one key for everything',
      statement:
        'A wrong guess: one key is used for everything. The second request is refused as a conflict and creates nothing.',
      sources: [followsFrom('CONFLICT-1', 'CONFLICT-5')],
      standsOn: [shows('CONFLICT-1', 'CONFLICT-5')],
      once: true,
      skip: noConflicts,
      plans: (source) =>
        scenario(source, ['myapp:{unique}'], 2, ([monday, tuesday]) => [
          send(create(slot(0), monday as Body)),
          send(create(slot(0), tuesday as Body)),
        ]),
      draws: anotherBody,
      exercised: (readings) => conflicted(readings),
    },
    {
      id: 'SCENARIO-7',
      level: 'MUST',
      title: 'Wrong guess: a retry whose body contains the time of day',
      statement:
        'A wrong guess: the body of the retry differs, because it contains the time of day. It is refused as a conflict, and the first body still returns the first {resource}.',
      sources: [followsFrom('CONFLICT-1', 'CONFLICT-3', 'CONFLICT-6')],
      standsOn: [shows('CONFLICT-1', 'CONFLICT-3', 'CONFLICT-6')],
      once: true,
      skip: (contract) =>
        noConflicts(contract) ??
        (contract.create.nonce === null ? 'the contract names no text that the time could stand in' : null),
      plans: (source) =>
        scenario(source, ['weekly-deck-{unique}:2026-W17'], 1, ([deck]) => {
          const first = deck as Body;
          return [
            send(create(slot(0), first)),
            send(create(slot(0), atAnotherTime(first, source))),
            send(create(slot(0), first)),
          ];
        }),
      draws: anotherBody,
      exercised: (readings, contract) => conflicted(readings) && replayed(readings, contract),
    },
    {
      id: 'SCENARIO-8',
      level: 'MUST',
      title: 'Wrong guess: the key is sent to another endpoint',
      statement:
        'A wrong guess: the key of a {resource} is sent to another endpoint. It does not lead to the {resource}.',
      sources: [followsFrom('SCOPE-5', 'ENDPOINT-1')],
      needs: ['side-endpoint'],
      standsOn: [shows('SCOPE-5', 'ENDPOINT-1')],
      once: true,
      skip: notElsewhere,
      silent: ({ key }) => key.operations === null,
      plans: (source) =>
        scenario(source, ['myapp:{unique}'], 1, ([job]) => [
          send(create(slot(0), job as Body)),
          ...source.contract.otherEndpoints.map((_, n) => send(elsewhere(n, 0, 0))),
        ]),
      exercised: (readings) => succeeded(readings, 1) && readings.some(answeredElsewhere),
    },
  ],
};

/** A plan over keys in the reader's words, where the contract allows them, and as many bodies. */
function scenario(
  { contract, ...source }: PlanSource,
  keys: string[],
  count: number,
  steps: (bodies: Body[]) => Step[],
): fc.Arbitrary<Plan> {
  const allowed = keyExamples(contract.key);
  const values = differentBodies({ contract, ...source }, count);
  return values.map((list) => ({
    keys: keys.map((key) => (allowed.includes(key) ? key : (allowed[0] as string))),
    steps: steps(list.map((value: JsonObject, n) => body(value, n))),
  }));
}

/** The same request with the time in the text that holds the nonce. */
function atAnotherTime(first: Body, source: PlanSource): Body {
  const pointer = source.contract.create.nonce as string;
  const value = put(first.value, parsePointer(pointer), `${at(first.value, pointer)} (10:42)`);
  // The text may have no room for it.
  return isValid(value, source) ? { ...first, value, edit: { name: 'text changed', pointer } } : first;
}
