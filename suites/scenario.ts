/**
 * SCENARIO: what people do, in the order in which they do it. Each illustrates requirements that other chapters put to
 * the test in general; what is broken is told under their ids.
 */
import fc from 'fast-check';
import type { JsonObject } from '../contracts/contract.js';
import { at, parsePointer } from '../contracts/pointer.js';
import { bodies } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import { absent, body, create, type PlanSource, send, slot, storm, wait } from '../generators/plans.js';
import { put } from '../generators/sites.js';
import type { Body, HangUp, Plan, Step } from '../history/plan.js';
import { headed, withHeader } from './header.js';
import { answered, elsewhere } from './side.js';
import { overlapping, repeated, replayed, type Suite, succeeded, successes } from './suite.js';

/** The answer is never read. */
const crashes: HangUp = { after: 'body', ms: 0 };

export const scenarioSuites: Suite[] = [
  {
    id: 'SCENARIO-1',
    once: true,
    plans: (source) =>
      scenario(source, ['weekly-deck-{unique}:2026-W17'], 1, ([deck]) => {
        const post = create(slot(0), deck as Body);
        return [send({ ...post, hangUp: crashes }), wait(500), send(post), send(post)];
      }),
    exercised: (readings) => readings.some((x) => x.kind === 'unknown') && replayed(readings),
  },
  {
    id: 'SCENARIO-2',
    once: true,
    plans: (source) =>
      scenario(source, ['myapp:{unique}'], 1, ([task]) => {
        const post = create(slot(0), task as Body);
        return [
          send({ ...post, hangUp: { after: 'share', share: 0.5 } }),
          send({ ...post, hangUp: { after: 'body', ms: 5 } }),
          wait(1000),
          send(post),
        ];
      }),
    // A fast target answers before the client hangs up, but not before it has half of the body.
    exercised: (readings) =>
      readings.some(({ exchange }) => exchange.outcome.kind !== 'answer') && succeeded(readings, 1),
  },
  {
    id: 'SCENARIO-3',
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
    once: true,
    plans: (source) => {
      const prospects = Array.from({ length: source.fanOut }, (_, n) => n);
      const keys = prospects.map(() => 'prospect:{unique}:2026-04-weekly');
      return scenario(source, keys, prospects.length, (decks) => {
        const post = (n: number): Step => send(create(slot(n), decks[n] as Body));
        return [...prospects.slice(0, Math.ceil(prospects.length / 2)).map(post), ...prospects.map(post)];
      });
    },
    exercised: (readings) => new Set(successes(readings).map((x) => x.exchange.key)).size > 1 && replayed(readings),
  },
  {
    id: 'SCENARIO-5',
    once: true,
    skip: ({ key }) =>
      key.in === 'header' || key.required ? 'the contract keeps its key in a header, or requires it' : null,
    plans: (source) =>
      scenario(source, ['myapp:{unique}'], 1, ([task]) => {
        const post = withHeader(create(absent, task as Body), 0);
        return [send(post), send(post)];
      }),
    exercised: (readings) => succeeded(readings, 2, headed),
  },
  {
    id: 'SCENARIO-6',
    once: true,
    skip: ({ fingerprint }) => (fingerprint === 'none' ? 'the contract does not compare bodies' : null),
    plans: (source) =>
      scenario(source, ['myapp:{unique}'], 2, ([monday, tuesday]) => [
        send(create(slot(0), monday as Body)),
        send(create(slot(0), tuesday as Body)),
      ]),
    exercised: (readings) => readings.some((x) => x.kind === 'conflict'),
  },
  {
    id: 'SCENARIO-7',
    once: true,
    skip: ({ fingerprint, create: { nonce } }) => {
      if (fingerprint === 'none') return 'the contract does not compare bodies';
      return nonce === null ? 'the contract names no text that the time could stand in' : null;
    },
    plans: (source) =>
      scenario(source, ['weekly-deck-{unique}:2026-W17'], 1, ([deck]) => {
        const first = deck as Body;
        return [
          send(create(slot(0), first)),
          send(create(slot(0), atAnotherTime(first, source))),
          send(create(slot(0), first)),
        ];
      }),
    exercised: (readings) => readings.some((x) => x.kind === 'conflict') && replayed(readings),
  },
  {
    id: 'SCENARIO-8',
    once: true,
    sideEndpoint: true,
    skip: ({ otherEndpoints }) => (otherEndpoints.length === 0 ? 'the contract names no other endpoints' : null),
    plans: (source) =>
      scenario(source, ['myapp:{unique}'], 1, ([task]) => [
        send(create(slot(0), task as Body)),
        ...source.contract.otherEndpoints.map((_, n) => send(elsewhere(n, 0, 0))),
      ]),
    exercised: (readings) => succeeded(readings, 1) && readings.some(answered),
  },
];

/** A plan over keys in the reader's words, where the contract allows them, and as many bodies. */
function scenario(
  { contract, ...source }: PlanSource,
  keys: string[],
  count: number,
  steps: (bodies: Body[]) => Step[],
): fc.Arbitrary<Plan> {
  const allowed = keyExamples(contract.key);
  const values = fc.array(bodies({ contract, ...source }), { minLength: count, maxLength: count });
  return values.map((list) => ({
    keys: keys.map((key) => (allowed.includes(key) ? key : (allowed[0] as string))),
    steps: steps(list.map((value: JsonObject, n) => body(value, n))),
  }));
}

/** The same request with the time in the text that holds the nonce. */
function atAnotherTime(first: Body, { contract }: PlanSource): Body {
  const pointer = contract.create.nonce as string;
  const value = put(first.value, parsePointer(pointer), `${at(first.value, pointer)} (10:42)`);
  return { ...first, value, edit: { name: 'text changed', pointer } };
}
