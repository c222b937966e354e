/** KEY: which keys are the same. */
import fc from 'fast-check';
import type { JsonObject, KeyRule } from '../contracts/contract.js';
import { blanksOf, carries, holderOf, isSeparable, takesAnyJson } from '../contracts/key.js';
import { type BodySource, bodies, differentBodies } from '../generators/bodies.js';
import { forAnotherKey, isUnique } from '../generators/fresh.js';
import { keyExamples, keyOfLength } from '../generators/keys.js';
import { nearKeys, TURN } from '../generators/near/index.js';
import { absent, body, create, type PlanSource, send, slot } from '../generators/plans.js';
import type { Attempt, Body, CreateAttempt, KeyUse, Plan, Step } from '../history/plan.js';
import { anything, nearMiss } from './drawn.js';
import { conflicted, keysAnswered, nearMissesAnswered, replayed, succeeded } from './exercised.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft } from './sources.js';

/** Keys that have broken servers: quotes, fragments, control characters, other scripts, length. */
const AWKWARD = [
  `{unique}'; DROP TABLE orders; --`,
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

/** Key values that are not strings. */
const NO_STRINGS = [12345, 1.5, true, false, [], ['a'], {}, { a: 'b' }];

/** Lengths tried for KEY-6. */
const LENGTHS = [64, 128, 255, 256, 512, 1024, 2048, 4096, 8192, 65_536];

export const chapter: Chapter = {
  name: 'KEY',
  title: 'Which keys are the same',
  requirements: [
    {
      id: 'KEY-1',
      level: 'MUST',
      title: 'Keys of the documented shapes work',
      statement:
        'Keys of every shape that the contract allows create a {resource} and replay it: words with colons and hyphens, a SHA-256 in hex, a UUID.',
      sources: [draft('2.2')],
      plans: (source) =>
        one(source, keyExamples(source.contract.key), (value, keys) =>
          fc.constant(
            [...keys.keys(), ...keys.keys()].map((n) =>
              send(create(slot(n), forAnotherKey(value, n, source.contract))),
            ),
          ),
        ),
      exercised: (readings, contract) =>
        keysAnswered(readings) === keyExamples(contract.key).length && replayed(readings, contract),
    },
    {
      id: 'KEY-2',
      level: 'MUST',
      apart: true,
      noticed: true,
      title: 'Keys that are nearly equal are different keys',
      statement:
        'Keys that differ only in what stores, languages and frameworks may ignore (letter case, accents, white space, Unicode normal forms, ways to write a number, encodings, escapes, what is beyond some length), or in one character, are different keys, or are rejected by validation.',
      sources: [bugClass(39, 'truncation'), bugClass(40, 'normalisation')],
      plans: (source) => nearMisses(source),
      needsAccepted: ({ key }) => key.kind === 'slot' && key.nearMiss !== undefined,
      draws: nearMiss,
      exercised: (readings, _contract, _deliveries, plan) => nearMissesAnswered(readings, plan),
      longestKey: true,
    },
    {
      id: 'KEY-3',
      level: 'MUST',
      title: 'Any string as a key gets a success or a client error',
      statement:
        'Whatever string the key is (quotes, SQL or path fragments, control characters, NUL, emoji, right-to-left text, 10 kB), the answer is a success or a 4xx, never a 5xx, and it comes. A 403, 413 or 431 without the error envelope comes from a layer in front of the API and only warns; lone surrogates are only observed.',
      sources: [bugClass(41, 'bad keys are accepted or crash'), bugClass(42, 'delimiters in a composite key')],
      plans: (source) =>
        one(
          source,
          AWKWARD.filter((text) => carries(source.contract.key, text)),
          (value, keys) => {
            const all = [...keys.keys()].map((n) => send(create(slot(n), forAnotherKey(value, n, source.contract))));
            return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
          },
        ),
      draws: anything,
      exercised: (readings) =>
        readings.some(({ exchange: { outcome } }) => outcome.kind === 'answer' && outcome.status < 500),
    },
    {
      id: 'KEY-4',
      level: 'SHOULD',
      title: 'A key that is not a string is rejected with an error envelope',
      statement:
        "A key that is a number, a boolean, an array or an object is rejected, with an error that the contract's schema accepts.",
      sources: [bugClass(41, 'bad keys are accepted or crash')],
      skip: ({ key }) => (takesAnyJson(key) ? null : `a key in a ${holderOf(key)} is always a string`),
      plans: (source) =>
        one(source, [], (value) =>
          fc.constant(
            NO_STRINGS.map((key, n) =>
              send(create({ kind: 'literal', value: key }, forAnotherKey(value, n, source.contract))),
            ),
          ),
        ),
      exercised: (readings) => readings.some((x) => x.kind === 'none'),
    },
    {
      id: 'KEY-5',
      level: 'MUST',
      noticed: true,
      title: 'Each blank key is handled consistently',
      statement:
        'Each blank key (empty, or only white space; in a header also a header without a value) is either used, ignored, or rejected, every time in the same way. It never joins different bodies. Where no conflict is documented, this is noticed.',
      sources: [bugClass(41, 'bad keys are accepted or crash')],
      // A blank key is never new: it would be sent with what was set up for another write.
      skip: ({ setup }) =>
        setup.some(({ each }) => each !== 'run')
          ? 'writes with one blank key would act on different resources of the set-up'
          : null,
      silent: ({ conflict }) => conflict === null,
      plans: (source) =>
        differentBodies(source, 2).map(([first, second]): Plan => {
          const requests = blanksOf(source.contract.key).flatMap((blank, n): Attempt[] => {
            const key: KeyUse = { kind: 'literal', value: blank };
            const number = 2 * n;
            const [a, b] = [body(first as JsonObject, number), body(second as JsonObject, number + 1)];
            // An equal body shows nothing where it is refused for another reason.
            return [create(key, a), ...(isUnique(source.contract.create) ? [] : [create(key, a)]), create(key, b)];
          });
          return { keys: [], steps: requests.map(send) };
        }),
      exercised: (readings) =>
        readings.some((x) => x.kind === 'none') || succeeded(readings, 1) || conflicted(readings),
    },
    {
      id: 'KEY-6',
      level: 'OBSERVE',
      title: 'The longest key that is accepted',
      statement: 'The longest key that was accepted, among lengths from 64 to 65,536 characters.',
      sources: [bugClass(28, 'no limit on the size of a key'), bugClass(39, 'truncation')],
      plans: (source) => {
        const { key } = source.contract;
        const fits = (length: number) => carries(key, 'k'.repeat(length));
        const documented = key.maxLength !== null && key.maxLength < 64 ? [key.maxLength] : [];
        const lengths = [...documented, ...(source.round === 0 ? LENGTHS : [255])].filter(fits);
        const found = lengths.flatMap((length) => {
          const template = keyOfAnyLength(key, length);
          return template === null ? [] : { length, template };
        });
        const templates = found.map(({ template }) => template);
        return one(source, templates, (value) =>
          fc.constant(
            found.map(({ length }, n) =>
              send(create({ kind: 'slot', slot: n, length }, forAnotherKey(value, n, source.contract))),
            ),
          ),
        );
      },
      draws: anything,
      exercised: (readings) => succeeded(readings, 1),
    },
    {
      id: 'KEY-7',
      level: 'MUST',
      title: 'A request without a key is refused where a key is required',
      statement: 'Where the contract requires a key, a request without one is refused.',
      sources: [draft('2.7')],
      skip: ({ key }) => {
        if (!isSeparable(key)) return 'no request can leave out a key that stands in the path';
        return key.required ? null : 'the contract does not require a key';
      },
      plans: (source) =>
        one(source, keyExamples(source.contract.key).slice(0, 1), (value) =>
          fc.constant([send(create(absent, value)), send(create(slot(0), forAnotherKey(value, 1, source.contract)))]),
        ),
      exercised: (readings) =>
        readings.some((x) => x.exchange.key === null && (x.kind === 'none' || x.kind === 'ok')) &&
        succeeded(readings, 1),
    },
  ],
};

/** A key of so many characters that is legal apart from its length; `null` where there is none. */
function keyOfAnyLength(rule: KeyRule, length: number): string | null {
  return keyOfLength({ ...rule, minLength: null, maxLength: null }, length);
}

/** A plan over given key templates with one body. */
function one(
  source: BodySource,
  keys: string[],
  steps: (value: Body, keys: string[]) => fc.Arbitrary<Step[]>,
): fc.Arbitrary<Plan> {
  return bodies(source).chain((value) => steps(body(value), keys).map((list) => ({ keys, steps: list })));
}

/** Near misses of the classes that are due, all with one body. */
function nearMisses(source: PlanSource): fc.Arbitrary<Plan> {
  return fc
    .tuple(bodies(source), nearKeys(source.contract.key, source.longestKey, source.round))
    .map(([value, near]) => {
      const attempts = near.flatMap(({ name, templates }, n) => {
        const uses = templates.map(
          (template, index): KeyUse =>
            index === 0 ? slot(n) : { kind: 'slot', slot: n, nearMiss: { name, template } },
        );
        // A pattern meets what was there before it, a prefix what comes after it.
        const ordered = Math.floor(source.round / TURN) % 2 === 0 ? uses : uses.toReversed();
        return ordered.map((use) => create(use, body(value)));
      });
      const sent = attempts.map((one, n) => ({ ...one, body: forAnotherKey(one.body, n, source.contract) }));
      // Where bodies must differ, one key for both refuses the second: only the first one's body shows it.
      const again = sent.flatMap((one) => {
        const first = sent.find(({ key }) => slotOf(key) === slotOf(one.key)) as CreateAttempt;
        return first === one ? [] : [{ ...one, body: first.body }];
      });
      const steps = (isUnique(source.contract.create) ? [...sent, ...again] : sent).map(send);
      return { keys: near.map(({ templates: [first = ''] }) => first), steps };
    });
}

function slotOf(use: KeyUse): number | null {
  return use.kind === 'slot' ? use.slot : null;
}
