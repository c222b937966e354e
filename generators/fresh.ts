/** Bodies for APIs in which no two resources have the same name, or another member. */
import type { Contract } from '../contracts/contract.js';
import type { Body } from '../history/plan.js';

type Create = Contract['create'];

/** Whether a second write with the same body is refused. */
export function isUnique(create: Create): create is Create & { unique: string[] } {
  return create.unique !== null && create.unique.length > 0;
}

/** The body for another request under another key: the same, or where it would be refused, one with another nonce. */
export function forAnotherKey(body: Body, operation: number, { create }: Pick<Contract, 'create'>): Body {
  return isUnique(create) ? { ...body, operation } : body;
}
