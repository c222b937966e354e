/** ENVELOPE: every refusal comes in the error envelope. */
import fc from 'fast-check';
import { create, plan, send, slot } from '../generators/plans.js';
import type { Suite } from './suite.js';

export const envelopeSuites: Suite[] = [
  {
    id: 'ENVELOPE-1',
    skip: ({ errors }) => (errors.schema === null ? 'the contract names no error schema' : null),
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc
          .constantFrom('wrong' as const, 'none' as const)
          .map((credential) => [
            send(create(slot(0), { ...one, text: '{"idempotency_key":' })),
            ...(source.contract.authentication === null ? [] : [send(create(slot(0), one, { credential }))]),
          ]),
      ),
    exercised: (readings) =>
      readings.some(
        ({ exchange: { outcome } }) => outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500,
      ),
  },
];
