/** SCOPE: whose key it is. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { create, plan, SETTLED_MS, send, slot, wait } from '../generators/plans.js';
import { type Suite, succeeded } from './suite.js';

function notByCredential({ scope }: Contract): string | null {
  return scope === 'credential' ? null : 'the contract does not say that keys belong to a credential';
}

export const scopeSuites: Suite[] = [
  {
    id: 'SCOPE-1',
    skip: notByCredential,
    secondCredential: true,
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant([
          send(create(slot(0), one)),
          send(create(slot(0), one, { credential: 'second' })),
          send(create(slot(0), one)),
        ]),
      ),
    exercised: (readings) => succeeded(readings, 1, first) && succeeded(readings, 1, second),
  },
  {
    id: 'SCOPE-2',
    skip: notByCredential,
    secondCredential: true,
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.constant([send(create(slot(0), one)), send(create(slot(0), other, { credential: 'second' }))]),
      ),
    exercised: (readings) => succeeded(readings, 1, first) && readings.some(second),
  },
  {
    id: 'SCOPE-3',
    skip: ({ scope }) => (scope === 'account' ? 'keys of this contract belong to the whole account' : null),
    secondCredential: true,
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.constant([
          send(create(slot(0), one)),
          send(create(slot(0), other, { credential: 'second' })),
          wait(SETTLED_MS),
          send(create(slot(0), one, { credential: 'second' })),
        ]),
      ),
    exercised: (readings) => succeeded(readings, 1, first) && readings.some(second),
  },
  {
    id: 'SCOPE-4',
    skip: ({ authentication }) => (authentication === null ? 'the contract has no authentication' : null),
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant([
          send(create(slot(0), one)),
          send(create(slot(0), one, { credential: 'none' })),
          send(create(slot(0), one, { credential: 'wrong' })),
        ]),
      ),
    exercised: (readings) =>
      succeeded(readings, 1, first) &&
      readings.some((x) => x.exchange.credential === 'wrong' && x.exchange.done !== null),
  },
];

type Where = (reading: { exchange: { credential: string } }) => boolean;
const first: Where = ({ exchange }) => exchange.credential === 'first';
const second: Where = ({ exchange }) => exchange.credential === 'second';
