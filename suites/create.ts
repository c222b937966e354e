/** CREATE: no key, or another key, makes another resource. */
import fc from 'fast-check';
import type { Contract, JsonObject } from '../contracts/contract.js';
import { holderOf, isNullable } from '../contracts/key.js';
import { bodies } from '../generators/bodies.js';
import { forAnotherKey } from '../generators/fresh.js';
import { absent, body, create, nullKey, plan, SETTLED_MS, send, slot, wait } from '../generators/plans.js';
import { repeatsRefused, returned, settled, shownAgain, succeeded } from './exercised.js';
import { keylessLeftOpen, keylessRuledOut, saysNullKey } from './keyless.js';
import { sameAsARepeat } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass, draft, followsFrom, judgeRule } from './sources.js';

function keyNotNullable(contract: Contract): string | null {
  const { key } = contract;
  return isNullable(key) ? keylessRuledOut(contract) : `a key in a ${holderOf(key)} cannot be null`;
}

/** Keys of a bulk run. */
const BULK = 8;

export const chapter: Chapter = {
  name: 'CREATE',
  title: 'No key, or another key',
  requirements: [
    {
      id: 'CREATE-1',
      level: 'MUST',
      apart: true,
      noticed: true,
      title: 'Equal requests without a key create separate resources',
      statement:
        'Without a key, or with a key header that has no value, equal bodies create separate {resource}s, whatever the status and the form of the answers. Where the contract does not say so, this is noticed.',
      sources: [
        draft('2.6'),
        bugClass(37, 'the server invents a key when there is none'),
        bugClass(41, 'bad keys are accepted or crash'),
      ],
      skip: keylessRuledOut,
      silent: keylessLeftOpen,
      plans: (source) =>
        plan(source, 0, ({ one }) =>
          fc.integer({ min: 2, max: 3 }).map((times) => Array.from({ length: times }, () => send(create(absent, one)))),
        ),
      exercised: (readings) => succeeded(readings, 2, (x) => x.exchange.key === null),
    },
    {
      id: 'CREATE-2',
      level: 'MUST',
      apart: true,
      noticed: true,
      title: 'A null key counts as no key',
      statement: 'A key that is null counts as no key: two requests that carry it create separate {resource}s.',
      sources: [judgeRule(9)],
      skip: keyNotNullable,
      silent: keylessLeftOpen,
      plans: (source) =>
        plan(source, 0, ({ one }) =>
          fc.constant([send(create(nullKey, one)), send(create(nullKey, one)), send(create(absent, one))]),
        ),
      needsAccepted: ({ key }, loaded) => key.kind === 'null' && !saysNullKey(loaded),
      exercised: (readings) => succeeded(readings, 2, (x) => x.exchange.key === null),
    },
    {
      id: 'CREATE-3',
      level: 'MUST',
      apart: true,
      noticed: true,
      title: 'Different keys with the same body create separate resources',
      statement: 'Two different keys create two {resource}s, even if the bodies are equal.',
      sources: [draft('2.2')],
      plans: (source) =>
        plan(source, 2, ({ one }) =>
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(1), forAnotherKey(one, 1, source.contract))),
            send(create(slot(0), one)),
          ]),
        ),
      exercised: (readings) => new Set(readings.filter((x) => x.kind === 'ok').map((x) => x.exchange.key)).size >= 2,
    },
    {
      id: 'CREATE-4',
      level: 'MUST',
      title: 'A success satisfies the resource schema, first and on replay',
      statement:
        "The body of every success is valid by the contract's resource schema, for the first answer and for every replay.",
      sources: [bugClass(57, 'a stored body is corrupted'), draft('2.6')],
      plans: (source) =>
        plan(source, 1, ({ one, other }) =>
          fc.constant([
            send(create(slot(0), one)),
            send(create(slot(0), one)),
            send(create(source.contract.key.required ? slot(0) : absent, source.contract.key.required ? one : other)),
          ]),
        ),
      exercised: (readings, contract) =>
        contract.replay.kind === 'refusal' || repeatsRefused(readings) ? succeeded(readings, 1) : shownAgain(readings),
    },
    {
      id: 'CREATE-5',
      level: 'MUST',
      apart: true,
      title: "A batch of keys sent again yields each key's own resource",
      statement:
        'Several keys are sent, then all of them again in another order. Each key has exactly one {resource} and returns it again.',
      sources: [followsFrom('CREATE-3', 'REPLAY-1')],
      standsOn: [sameAsARepeat],
      plans: (source) =>
        plan(source, BULK, () =>
          fc
            .record({
              values: fc.array(bodies(source), { minLength: BULK, maxLength: BULK }),
              again: fc.shuffledSubarray([...Array(BULK).keys()], { minLength: BULK, maxLength: BULK }),
            })
            .map(({ values, again }) => {
              const request = (n: number) => create(slot(n), body(values[n] as JsonObject, n));
              return [
                ...values.map((_, n) => send(request(n))),
                wait(SETTLED_MS),
                ...again.map((n) => send(request(n))),
              ];
            }),
        ),
      exercised: (readings, contract) =>
        returned()(readings, contract) && settled(readings, contract).length >= 2 * BULK,
    },
  ],
};
