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

/** Whether the contract answers repeats by refusals of this status. */
function mayRefuseRepeat({ replay }: Contract, status: number): boolean {
  return replay.kind === 'refusal' && replay.statuses.includes(status);
}

/** A refusal by which the contract answers repeats, and nothing else. */
export function isRefusedRepeat(contract: Contract, status: number, json: Json | undefined): boolean {
  const { conflict, inFlight, errors } = contract;
  const others = [conflict, inFlight, errors.validation, errors.authentication, errors.rateLimited];
  return mayRefuseRepeat(contract, status) && !others.some((one) => isRefusal(one, status, json));
}

/** Statuses by which an API that answers no repeat refuses it: the first is the usual one, the second that of the IETF draft. */
const DUPLICATE: ReadonlySet<number> = new Set([409, 422]);

/**
 * A refusal that may as well be the contract's answer to a repeat, because a status alone stands for both. A contract
 * that does not say how repeats are answered permits that for its conflict, and for what it says nothing else of.
 */
export function mayBeRefusedRepeat(contract: Contract, status: number, json: Json | undefined): boolean {
  const { conflict, inFlight, replay, errors } = contract;
  const vague = (one: Refusal | null) => one !== null && one.code === null && isRefusal(one, status, json);
  if (replay.kind === null) {
    const others = [conflict, inFlight, errors.authentication, errors.rateLimited];
    return vague(conflict) || (DUPLICATE.has(status) && !others.some((one) => isRefusal(one, status, json)));
  }
  return mayRefuseRepeat(contract, status) && [conflict, inFlight, errors.validation].some(vague);
}

/** The contract's in-flight refusal, which a conflict never is. */
export function isInFlight(contract: Contract, status: number, json: Json | undefined): boolean {
  return isRefusal(contract.inFlight, status, json) && !isRefusal(contract.conflict, status, json);
}

/** Milliseconds after which an answer asks to come again, by `Retry-After` (seconds or a date) or by its body; or `null`. */
export function hintMs(header: string | undefined, json: Json | undefined, { errors }: Contract): number | null {
  if (header !== undefined) {
    const seconds = Number(header);
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
    const date = Date.parse(header);
    if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  }
  const hint = errors.retryAfterMs === null ? undefined : at(json, errors.retryAfterMs);
  return typeof hint === 'number' && hint >= 0 ? hint : null;
}
