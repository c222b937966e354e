/** Recognises the refusals that a contract describes. */
import type { Contract, Refusal } from './contract.js';
import { idIn, type Naming } from './ids.js';
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

/** The contract's conflict, unless a code says that it is the refusal of a wrong request. */
export function isConflict(contract: Contract, status: number, json: Json | undefined): boolean {
  return isRefusal(contract.conflict, status, json) && !isCodedWrong(contract, contract.conflict, status, json);
}

/** Whether the code of a wrong request's refusal decides against another refusal that its status alone says. */
export function isCodedWrong(
  { errors }: Contract,
  other: Refusal | null,
  status: number,
  json: Json | undefined,
): boolean {
  return other?.code === null && errors.validation.code !== null && isRefusal(errors.validation, status, json);
}

/** Statuses that may refuse a duplicate in flight where the contract does not say how that is done. */
const MAYBE_IN_FLIGHT: ReadonlySet<number> = new Set([409, 422, 425, 429]);

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
 * that does not say how repeats are answered permits that for its conflict and its refusal as in flight, and for what it
 * says nothing else of.
 */
export function mayBeRefusedRepeat(contract: Contract, status: number, json: Json | undefined): boolean {
  const { conflict, inFlight, replay, errors } = contract;
  const vague = (one: Refusal | null) => one !== null && one.code === null && isRefusal(one, status, json);
  if (replay.kind === null) {
    const others = [conflict, inFlight, errors.authentication, errors.rateLimited];
    const isNamed = others.some((one) => isRefusal(one, status, json));
    return vague(conflict) || vague(inFlight) || (DUPLICATE.has(status) && !isNamed);
  }
  return mayRefuseRepeat(contract, status) && [conflict, inFlight, errors.validation].some(vague);
}

/** The id at which the refusal of a repeat points; `null` where the answer is none that does. */
export function resourceRefused({ replay }: Contract, status: number, answer: Naming): string | null {
  return replay.kind === 'refusal' && replay.statuses.includes(status) ? idIn(replay.pointer, answer) : null;
}

/** The contract's in-flight refusal, which neither a conflict is nor a refusal that points at the resource. */
export function isInFlight(contract: Contract, status: number, { headers, json }: Naming): boolean {
  if (resourceRefused(contract, status, { headers, json }) !== null) return false;
  const { inFlight } = contract;
  if (!isRefusal(inFlight, status, json) || isCodedWrong(contract, inFlight, status, json)) return false;
  return !isConflict(contract, status, json);
}

/** A `Retry-After` in seconds. */
const SECONDS = /^\s*\d+(\.\d+)?\s*$/;

/** Each form of an HTTP date has a time of day; without one, `Date.parse` takes many words for a date. */
const TIME_OF_DAY = /\d\d:\d\d:\d\d/;

/** A refusal that may be one as in flight, where the contract does not say how duplicates in flight are refused. */
export function mayBeInFlight(contract: Contract, status: number, json: Json | undefined): boolean {
  if (contract.inFlight !== null || !MAYBE_IN_FLIGHT.has(status)) return false;
  return (contract.conflict?.code ?? null) === null || !isRefusal(contract.conflict, status, json);
}

/** Whether a conflict or a refusal as in flight has a status that the refusal of a wrong request has as well, and no code. */
export function mayBeWrong(contract: Contract, status: number): boolean {
  const { conflict, inFlight, errors } = contract;
  return hasAlone(errors.validation, status) && (hasAlone(conflict, status) || hasAlone(inFlight, status));
}

/** Whether the status alone says that an answer is the contract's conflict. */
export function isConflictAlone({ conflict }: Contract, status: number): boolean {
  return hasAlone(conflict, status);
}

/** Whether a refusal as in flight has a status that a conflict has as well, or may have where the contract does not say. */
export function mayBeConflict({ conflict, inFlight, fingerprint }: Contract, status: number): boolean {
  const unknown = conflict === null && fingerprint !== 'none';
  return hasAlone(inFlight, status) && (unknown || hasAlone(conflict, status));
}

/** Whether the refusal is told by this status alone. */
function hasAlone(refusal: Refusal | null, status: number): boolean {
  return refusal !== null && refusal.code === null && refusal.statuses.includes(status);
}

/** Milliseconds after which an answer asks to come again, by `Retry-After` (seconds or a date) or by its body; or `null`. */
export function hintMs(header: string | undefined, json: Json | undefined, { errors }: Contract): number | null {
  if (header !== undefined) {
    if (SECONDS.test(header)) return Number(header) * 1000;
    const date = TIME_OF_DAY.test(header) ? Date.parse(header) : Number.NaN;
    if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  }
  const hint = errors.retryAfterMs === null ? undefined : at(json, errors.retryAfterMs);
  return typeof hint === 'number' && hint >= 0 ? hint : null;
}
