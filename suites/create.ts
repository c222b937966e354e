/** CREATE: no key, or another key, makes another resource. */
import fc from 'fast-check';
import type { Contract, JsonObject } from '../contracts/contract.js';
import { bodies } from '../generators/bodies.js';
import { absent, body, create, nullKey, plan, SETTLED_MS, send, slot, wait } from '../generators/plans.js';
import { replayed, type Suite, succeeded } from './suite.js';

function keyRequired({ key }: Contract): string | null {
  return key.required ? 'the contract requires a key' : null;
}

function keyNotNullable({ key }: Contract): string | null {
  return key.in === 'header' ? 'a key in a header cannot be null' : keyRequired({ key } as Contract);
}

/** Keys of a bulk run. */
const BULK = 8;

export const createSuites: Suite[] = [
  {
    id: 'CREATE-1',
    skip: keyRequired,
    plans: (source) =>
      plan(source, 0, ({ one }) =>
        fc.integer({ min: 2, max: 3 }).map((times) => Array.from({ length: times }, () => send(create(absent, one)))),
      ),
    exercised: (readings) => succeeded(readings, 2, (x) => x.exchange.key === null),
  },
  {
    id: 'CREATE-2',
    skip: keyNotNullable,
    plans: (source) =>
      plan(source, 0, ({ one }) =>
        fc.constant([send(create(nullKey, one)), send(create(nullKey, one)), send(create(absent, one))]),
      ),
    exercised: (readings) => succeeded(readings, 2, (x) => x.exchange.key === null),
  },
  {
    id: 'CREATE-3',
    plans: (source) =>
      plan(source, 2, ({ one }) =>
        fc.constant([send(create(slot(0), one)), send(create(slot(1), one)), send(create(slot(0), one))]),
      ),
    exercised: (readings) => new Set(readings.filter((x) => x.kind === 'ok').map((x) => x.exchange.key)).size >= 2,
  },
  {
    id: 'CREATE-4',
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.constant([
          send(create(slot(0), one)),
          send(create(slot(0), one)),
          send(create(source.contract.key.required ? slot(0) : absent, source.contract.key.required ? one : other)),
        ]),
      ),
    exercised: (readings) => replayed(readings),
  },
  {
    id: 'CREATE-5',
    plans: (source) =>
      plan(source, BULK, () =>
        fc
          .record({
            values: fc.array(bodies(source), { minLength: BULK, maxLength: BULK }),
            again: fc.shuffledSubarray([...Array(BULK).keys()], { minLength: BULK, maxLength: BULK }),
          })
          .map(({ values, again }) => {
            const request = (n: number) => create(slot(n), body(values[n] as JsonObject, n));
            return [...values.map((_, n) => send(request(n))), wait(SETTLED_MS), ...again.map((n) => send(request(n)))];
          }),
      ),
    exercised: (readings) => succeeded(readings, 2 * BULK),
  },
];
