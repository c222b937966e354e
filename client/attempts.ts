/** What the client reads off attempts and their exchanges. */
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { idAt } from '../contracts/pointer.js';
import { isRefusedAs2xx } from '../contracts/refusals.js';
import type { Exchange } from '../history/history.js';
import type { Attempt } from '../history/plan.js';

/** The id of the resource that a success names. */
export function madeBy({ outcome }: Exchange, contract: Contract): string | null {
  if (outcome.kind !== 'answer' || outcome.status >= 300) return null;
  const json = parseJson(outcome.body);
  return isRefusedAs2xx(contract, outcome, json) ? null : idAt(json, contract.create.id);
}

/** Whether an attempt asks for the resource of another. */
export function readsResource({ operation }: Attempt): boolean {
  return operation === 'get' || operation === 'cancel';
}

/** Whether an attempt is released with the others of its storm. */
export function isAligned({ atFraction }: Attempt): boolean {
  return atFraction === undefined;
}

/** Milliseconds that the last answered write took, or 0. */
export function lastDuration(exchanges: Exchange[]): number {
  const last = exchanges.findLast(({ operation, done }) => operation === 'create' && done !== null);
  return last === undefined ? 0 : (last.done as number) - last.sent;
}
