/** Recognises the refusals that a contract describes. */
import type { Contract, Refusal } from './contract.js';
import type { Json } from './json.js';
import { at } from './pointer.js';

/** Whether an answer is the refusal that the contract describes. */
export function isRefusal(refusal: Refusal | null, status: number, json: Json | undefined): boolean {
  if (refusal === null || !refusal.statuses.includes(status)) return false;
  if (refusal.code === null) return true;
  const code = json === undefined ? undefined : at(json, refusal.code.pointer);
  const listed = typeof code === 'string' && refusal.code.values.includes(code);
  return refusal.code.not ? typeof code === 'string' && !listed : listed;
}

/** The contract's in-flight refusal, which a conflict never is. */
export function isInFlight(contract: Contract, status: number, json: Json | undefined): boolean {
  return isRefusal(contract.inFlight, status, json) && !isRefusal(contract.conflict, status, json);
}
