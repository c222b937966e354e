/** Bodies that are invalid for certain. */

import { isTyped, malformed } from '../contracts/codec.js';
import { ownMembers } from '../contracts/companions.js';
import type { Json, JsonObject } from '../contracts/contract.js';
import { isObject } from '../contracts/json.js';
import { isTaken } from '../generators/bodies.js';
import { type PlanSource, slot } from '../generators/plans.js';
import type { Body } from '../history/plan.js';
import { NONCE_TOKEN, templateOf } from '../history/text.js';

/** Why such a body is wrong. */
export const MALFORMED = 'malformed';

/** Malformed bodies, documented members of a wrong type, missing required members. Each has its own operation. */
export function wrongBodies(one: Body, source: PlanSource): Body[] {
  const { contract, requestSchema } = source;
  const plain = templateOf(one, slot(0), contract);
  const required = ((requestSchema.required ?? []) as string[]).filter((name) => !ownMembers(contract).includes(name));
  const wrong: { why: string; text: string }[] = [
    ...malformed(contract, plain).map((text) => ({ why: MALFORMED, text })),
    ...required
      .slice(0, MOST_LOOKED_AT)
      .map((name) => ({ why: `${name} is missing`, text: templateOf(without(one, name), slot(0), contract) })),
    ...wrongTypes(one, source).map((body) => ({ why: body.why, text: templateOf(body.one, slot(0), contract) })),
  ];
  return wrong.slice(0, 8).map(({ why, text }, operation) => ({ ...one, operation, text, invalid: why }));
}

/** Members that are given a wrong type, and those that are looked at for them: schemas may have thousands. */
const MOST_WRONG_TYPES = 3;
const MOST_LOOKED_AT = 100;

function wrongTypes(one: Body, source: PlanSource): { why: string; one: Body }[] {
  const { contract, requestSchema } = source;
  const keepsTypes = isTyped(contract);
  const properties = (requestSchema.properties ?? {}) as JsonObject;
  const own = ownMembers(contract);
  const names = Object.keys(properties).filter((name) => !own.includes(name));
  const wrong: { why: string; one: Body }[] = [];
  for (const name of names.slice(0, MOST_LOOKED_AT)) {
    if (wrong.length === MOST_WRONG_TYPES) break;
    if (!keepsTypes && !isNeverText(properties[name])) continue;
    const value: JsonObject = { ...one.value, [name]: keepsTypes ? WRONG_TYPE : WRONG_TEXT };
    if (!isTaken(value, source)) wrong.push({ why: `${name} has a wrong type`, one: { ...one, value } });
  }
  return wrong;
}

/** No documented member takes a deep object of this form; the nonce stays in it, so that an effect can be attributed. */
const WRONG_TYPE: Json = { x_idem: [{ nonce: NONCE_TOKEN }] };

/** What no number and no boolean is in a form. A name with brackets there is to many servers a name that they do not know. */
const WRONG_TEXT = `${NONCE_TOKEN} x_idem`;

const NEVER_TEXT: Json[] = ['number', 'integer', 'boolean', 'null'];

function isNeverText(schema: Json | undefined): boolean {
  return isObject(schema) && schema.type !== undefined && [schema.type].flat().every((one) => NEVER_TEXT.includes(one));
}

function without(one: Body, name: string): Body {
  const { [name]: _, ...value } = one.value;
  return { ...one, value };
}
