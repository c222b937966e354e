/** KEY: which keys are the same. */
import fc from 'fast-check';
import type { JsonObject } from '../contracts/contract.js';
import { type BodySource, bodies } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import { body, create, send, slot } from '../generators/plans.js';
import type { Attempt, Body, KeyUse, Plan, Step } from '../history/plan.js';
import { variantNames } from '../history/variants.js';
import { replayed, type Suite, succeeded, successes } from './suite.js';

/** A key with letters, digits and punctuation, so that every near miss applies; 31 characters. */
const NEAR = 'near:{unique}.k';

/** Keys that have broken servers: quotes, fragments, control characters, other scripts, length. */
const AWKWARD = [
  `{unique}'; DROP TABLE tasks; --`,
  '{unique}" OR "1"="1',
  '../../{unique}/../etc/passwd',
  '{unique}:{unique}|*?\\/',
  '{unique}\r\nX-Injected: 1',
  '{unique}\u0000tail',
  '{unique}\u0001\u001b[31m\u007f',
  '{unique}<script>alert(1)</script>',
  '{unique}%00%0a%2e%2e',
  '{unique} 🙂🙂',
  '{unique}𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  '{unique}\u202eשלום عليكم',
  '{unique}中文字 ключ κλειδί',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant to be seen as it stands
  '{unique}${jndi:ldap://idem.invalid/a}',
  `{unique}${'x'.repeat(10_000 - 24)}`,
  '{unique}\ud800',
];

/** Of these a header can carry only what is printable ASCII. */
function sendable(keys: string[], { contract: { key } }: BodySource): string[] {
  return keys.filter((text) => key.in === 'body' || (/^[\x20-\x7e]+$/.test(text) && text.length < 4000));
}

/** Key values that are no strings. */
const NO_STRINGS = [12345, 1.5, true, false, [], ['a'], {}, { a: 'b' }];

const BLANKS = ['', ' ', '\t', '   ', '\u00a0'];

/** Lengths tried for KEY-6. */
const LENGTHS = [64, 128, 255, 256, 512, 1024, 2048, 4096, 8192, 65_536];

export const keySuites: Suite[] = [
  {
    id: 'KEY-1',
    plans: (source) =>
      one(source, keyExamples(source.contract.key), (value, keys) =>
        fc.constant([...keys.keys(), ...keys.keys()].map((n) => send(create(slot(n), value)))),
      ),
    exercised: (readings, contract) =>
      new Set(successes(readings).map((x) => x.exchange.key)).size === keyExamples(contract.key).length &&
      replayed(readings),
  },
  {
    id: 'KEY-2',
    plans: (source) =>
      one(source, [NEAR], (value) => {
        const { in: place, maxLength } = source.contract.key;
        const variants = variantNames(place, maxLength).map((variant): KeyUse => ({ kind: 'slot', slot: 0, variant }));
        const all = [slot(0), ...variants].map((key) => send(create(key, value)));
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      }),
    exercised: (readings) => new Set(successes(readings).map((x) => x.exchange.key)).size > 4,
  },
  {
    id: 'KEY-3',
    plans: (source) =>
      one(source, sendable(AWKWARD, source), (value, keys) => {
        const all = [...keys.keys()].map((n) => send(create(slot(n), value)));
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      }),
    exercised: (readings) =>
      readings.some(({ exchange: { outcome } }) => outcome.kind === 'answer' && outcome.status < 500),
  },
  {
    id: 'KEY-4',
    skip: ({ key }) => (key.in === 'header' ? 'a key in a header is always a string' : null),
    plans: (source) =>
      one(source, [], (value) =>
        fc.constant(NO_STRINGS.map((key) => send(create({ kind: 'literal', value: key }, value)))),
      ),
    exercised: (readings) => readings.some((x) => x.kind === 'none'),
  },
  {
    id: 'KEY-5',
    skip: ({ key }) => (key.in === 'header' ? 'a header with a blank value is no header' : null),
    plans: (source) =>
      fc.array(bodies(source), { minLength: 2, maxLength: 2 }).map(([first, second]): Plan => {
        const requests = BLANKS.flatMap((blank): Attempt[] => {
          const key: KeyUse = { kind: 'literal', value: blank };
          const number = 2 * BLANKS.indexOf(blank);
          const [a, b] = [body(first as JsonObject, number), body(second as JsonObject, number + 1)];
          return [create(key, a), create(key, a), create(key, b)];
        });
        return { keys: [], steps: requests.map(send) };
      }),
    exercised: (readings) =>
      readings.some((x) => x.kind === 'none') || succeeded(readings, 1) || readings.some((x) => x.kind === 'conflict'),
  },
  {
    id: 'KEY-6',
    plans: (source) => {
      const most = source.contract.key.in === 'header' ? 4096 : Number.POSITIVE_INFINITY;
      const lengths = source.round === 0 ? LENGTHS.filter((length) => length <= most) : [255];
      const keys = lengths.map((length) => `{unique}${'k'.repeat(length - 24)}`);
      return one(source, keys, (value) => fc.constant(keys.map((_, n) => send(create(slot(n), value)))));
    },
    exercised: (readings) => succeeded(readings, 1),
  },
];

/** A plan over given key templates with one body. */
function one(
  source: BodySource,
  keys: string[],
  steps: (value: Body, keys: string[]) => fc.Arbitrary<Step[]>,
): fc.Arbitrary<Plan> {
  return bodies(source).chain((value) => steps(body(value), keys).map((list) => ({ keys, steps: list })));
}
