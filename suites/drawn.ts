/** What a plan must have to put a requirement to the test, where not every contract's bodies and keys allow it. */
import { NONCE_TOKEN } from '../contracts/codec.js';
import { attemptsOf, type Body, type CreateAttempt, keyUseOf, type Plan, writeOf } from '../history/plan.js';
import type { Requirement } from './requirement.js';

type Draws = NonNullable<Requirement['draws']>;

function writesOf(plan: Plan): CreateAttempt[] {
  return attemptsOf(plan).flatMap((attempt) => writeOf(attempt) ?? []);
}

/** What is sent: the nonce, where there is one, differs from operation to operation. */
function sentValue({ value, operation }: Body): string {
  return JSON.stringify(value).replaceAll(NONCE_TOKEN, `${NONCE_TOKEN}${operation}`);
}

export const anything: Draws = {
  in: (plan) => attemptsOf(plan).length > 0,
  otherwise: 'no key that shows it is one that the contract allows',
};

/** Two different bodies under one key. */
export const anotherBody: Draws = {
  in: (plan) => {
    const firsts = new Map<number, string>();
    return writesOf(plan).some(({ key, body }) => {
      if (key.kind !== 'slot' || body.invalid !== undefined) return false;
      const first = firsts.get(key.slot);
      firsts.set(key.slot, first ?? sentValue(body));
      return first !== undefined && first !== sentValue(body);
    });
  },
  otherwise: 'the body schema allows no second body that differs from the first',
};

/** A body with a changed order, under the key of the first. */
export const reorderedArray: Draws = {
  in: (plan) => writesOf(plan).some(({ body }) => body.edit?.reorders === true),
  otherwise: 'no body by the schema has an array with elements to reorder',
};

/** A key that is nearly equal to another one. */
export const nearMiss: Draws = {
  in: (plan) =>
    attemptsOf(plan).some((attempt) => {
      const use = keyUseOf(attempt);
      return use?.kind === 'slot' && use.nearMiss !== undefined;
    }),
  otherwise: 'the keys that the contract allows have no near misses',
};

/** A wrong body, and a right one under its key. */
export const correctedBody: Draws = {
  in: (plan) => writesOf(plan).some(({ body }) => body.invalid !== undefined),
  otherwise: 'no body is wrong for certain by the schema, but for one whose key cannot be read either',
};
