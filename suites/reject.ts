/** REJECT: requests that are wrong for certain. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../contracts/contract.js';
import { isValid } from '../generators/bodies.js';
import { create, type PlanSource, plan, send, slot } from '../generators/plans.js';
import type { Body } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { KEY_TOKEN, NONCE_TOKEN, templateOf } from '../history/text.js';
import { type Suite, successes } from './suite.js';

/** Why such a body is wrong. */
export const MALFORMED = 'malformed JSON';

export const rejectSuites: Suite[] = [
  {
    id: 'REJECT-1',
    plans: (source) =>
      plan(source, 8, ({ one }) =>
        fc.constant(wrongBodies(one, source).map((wrong, n) => send(create(slot(n), wrong)))),
      ),
    exercised: refused,
  },
  {
    id: 'REJECT-2',
    byEffects: true,
    plans: (source) =>
      plan(source, 8, ({ one }) =>
        fc.constant(wrongBodies(one, source).map((wrong, n) => send(create(slot(n), wrong)))),
      ),
    exercised: refused,
  },
  {
    id: 'REJECT-3',
    plans: (source) =>
      plan(source, 8, ({ one }) =>
        fc
          .constantFrom(...wrongBodies(one, source).filter(({ text }) => isJson(text ?? '{}')))
          .map((wrong) => [send(create(slot(0), wrong)), send(create(slot(0), one))]),
      ),
    exercised: (readings) =>
      refused(readings) && (successes(readings).length > 0 || readings.some((x) => x.kind === 'conflict')),
  },
  {
    id: 'REJECT-4',
    skip: ({ authentication }) => (authentication === null ? 'the contract has no authentication' : null),
    plans: (source) =>
      plan(source, 1, ({ one }) =>
        fc.constant((['none', 'wrong'] as const).map((credential) => send(create(slot(0), one, { credential })))),
      ),
    exercised: refused,
  },
];

function refused(readings: Reading[]): boolean {
  return readings.some((x) => x.kind === 'none' && x.exchange.outcome.kind === 'answer');
}

/** Malformed JSON, documented members of a wrong type, missing required members. Each has its own operation. */
export function wrongBodies(one: Body, source: PlanSource): Body[] {
  const { contract, requestSchema } = source;
  const plain = templateOf(one, slot(0), contract);
  const malformed = [plain.slice(0, -1), `${plain},`, plain.replace(/:/, ''), `[${plain}`];
  const required = ((requestSchema.required ?? []) as string[]).filter((name) => name !== contract.key.name);
  const wrong: { why: string; text: string }[] = [
    ...malformed.map((text) => ({ why: MALFORMED, text })),
    ...required.map((name) => ({ why: `${name} is missing`, text: templateOf(without(one, name), slot(0), contract) })),
    ...Object.keys((requestSchema.properties ?? {}) as JsonObject)
      .filter((name) => contract.key.in !== 'body' || name !== contract.key.name)
      .flatMap((name) => {
        const value: JsonObject = { ...one.value, [name]: WRONG_TYPE };
        return isValid(value, source)
          ? []
          : [{ why: `${name} has a wrong type`, text: templateOf({ ...one, value }, slot(0), contract) }];
      })
      .slice(0, 3),
  ];
  return wrong.slice(0, 8).map(({ why, text }, operation) => ({ ...one, operation, text, invalid: why }));
}

/** No documented member takes a deep object of this form; the nonce stays in it, so that an effect can be told. */
const WRONG_TYPE: Json = { x_idem: [{ nonce: NONCE_TOKEN }] };

function without(one: Body, name: string): Body {
  const { [name]: _, ...value } = one.value;
  return { ...one, value };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replaceAll(KEY_TOKEN, 'k'));
    return true;
  } catch {
    return false;
  }
}
