/** HEADER: a key in the header that the contract does not read. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { absent, create, nullKey, plan, send, slot } from '../generators/plans.js';
import type { Attempt, KeyUse } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { type Suite, succeeded } from './suite.js';

function keysInHeader({ key }: Contract): string | null {
  return key.in === 'header' ? 'the contract keeps its key in a header' : null;
}

export const headerSuites: Suite[] = [
  {
    id: 'HEADER-1',
    skip: (contract) => keysInHeader(contract) ?? (contract.key.required ? 'the contract requires a key' : null),
    plans: (source) =>
      plan(source, 1, ({ one, other }) =>
        fc.constantFrom<KeyUse[]>([absent, nullKey], [nullKey, absent], [absent, absent]).map(([first, second]) => [
          // Without the header: what is refused then is not refused because of it.
          send(create(first as KeyUse, one)),
          send(withHeader(create(first as KeyUse, { ...one, operation: 2 }), 0)),
          send(withHeader(create(first as KeyUse, { ...one, operation: 2 }), 0)),
          send(withHeader(create(second as KeyUse, other), 0)),
        ]),
      ),
    exercised: (readings) => succeeded(readings, 3, headed),
  },
  {
    id: 'HEADER-2',
    skip: keysInHeader,
    plans: (source) =>
      plan(source, 4, ({ one, other }) =>
        fc.constant([
          send(withHeader(create(slot(0), one), 1)),
          send(withHeader(create(slot(0), one), 2)),
          send(create(slot(0), one)),
          send(withHeader(create(slot(3), { ...one, operation: 2 }), 1)),
          ...(source.contract.fingerprint === 'none' ? [] : [send(withHeader(create(slot(0), other), 2))]),
        ]),
      ),
    exercised: (readings) => succeeded(readings, 3, headed),
  },
];

/** Also sends the key of a slot in the header. */
export function withHeader(attempt: Attempt, key: number): Attempt {
  return { ...attempt, headerKey: slot(key) };
}

/** Whether the header was sent. */
export function headed({ exchange }: Reading): boolean {
  return exchange.request.headers.some(([name]) => name.toLowerCase() === 'idempotency-key');
}
