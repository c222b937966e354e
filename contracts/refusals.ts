/** Recognises the refusals that a contract describes. */
import type { Contract, Refusal } from './contract.js';
import type { Problem } from './document.js';
import { idIn } from './ids.js';
import type { Json } from './json.js';
import { at } from './pointer.js';
import { isHeaderName } from './sendable.js';

/** What of an answer a refusal is known by, besides its JSON; names of headers are in lower case. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
}

/** Whether an answer is the refusal that the contract describes: its status, and the code and the header that are given. */
export function isRefusal(refusal: Refusal | null, answer: Answer, json: Json | undefined): boolean {
  return (
    refusal?.statuses.includes(answer.status) === true &&
    hasCode(refusal.code, json) &&
    hasHeader(refusal.header, answer.headers)
  );
}

function hasCode(code: Refusal['code'], json: Json | undefined): boolean {
  if (code === null) return true;
  const value = json === undefined ? undefined : at(json, code.pointer);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  return code.values.includes(value) !== code.not;
}

function hasHeader(header: Refusal['header'], headers: Answer['headers']): boolean {
  if (header === null) return true;
  const value = headers[header.name.toLowerCase()]?.trim();
  return value !== undefined && (header.values === null || header.values.map(String).includes(value));
}

/** Whether nothing but its status tells a refusal from other answers. */
export function isToldByStatus({ code, header }: Pick<Refusal, 'code' | 'header'>): boolean {
  return code === null && header === null;
}

/** How repeats are refused; `null` where they are not, or where that is not said. */
export function repeatRefusal({ replay }: Contract): Refusal | null {
  return replay.kind === 'refusal' ? replay : null;
}

/** Each refusal that a contract describes, with the place of it; that of a repeat where more than its status tells it. */
function refusalsOf(contract: Contract): [member: string, refusal: Refusal][] {
  const { conflict, inFlight, errors } = contract;
  const { validation, authentication, rateLimited } = errors;
  const repeat = repeatRefusal(contract);
  const named: [string, Refusal | null][] = [
    ['/replay', repeat !== null && isToldByStatus(repeat) ? null : repeat],
    ['/conflict', conflict],
    ['/inFlight', inFlight],
    ['/errors/validation', validation],
    ['/errors/authentication', authentication],
    ['/errors/rateLimited', rateLimited],
  ];
  return named.filter((one): one is [string, Refusal] => one[1] !== null);
}

/** Whether a status is one of success, which an answer may have and be a refusal all the same. */
export function isSuccessStatus(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * Whether an answer with a status of success is none: a refusal of the contract or, without an id, one with another code
 * where such a refusal has its own. Of a refusal by status alone the status is not one that the contract gives to successes.
 */
export function isRefusedAs2xx(contract: Contract, answer: Answer, json: Json | undefined): boolean {
  if (!isSuccessStatus(answer.status)) return false;
  const all = refusalsOf(contract).map(([, refusal]) => refusal);
  if (all.some((one) => isRefusal(one, answer, json))) return true;
  const coded = all.some(({ statuses, code }) => statuses.includes(answer.status) && hasSomeCode(code, json));
  return coded && idIn(contract.create.id, { headers: answer.headers, json }) === null;
}

function hasSomeCode(code: Refusal['code'], json: Json | undefined): boolean {
  return code !== null && hasCode({ ...code, values: [], not: true }, json);
}

/** Refusals by which no answer can be known: those that cannot be told from a success, and headers that no answer has. */
export function unknowable(contract: Contract): Problem[] {
  const { create, replay, accepted } = contract;
  const idle = (['code', 'header'] as const)
    .filter((member) => replay[member] !== null && replay.kind !== 'refusal')
    .map((member) => ({
      member: `/replay/${member}`,
      text: 'tells the refusal of a repeat, and repeats are not refused: write `kind: refusal` beside it, or leave it out',
    }));
  const wrong = refusalsOf(contract).flatMap(([member, refusal]) => {
    const { name } = refusal.header ?? {};
    if (name !== undefined && !isHeaderName(name))
      return [
        { member: `${member}/header/name`, text: 'a header cannot have that name; write one such as X-Error-Code' },
      ];
    if (!isToldByStatus(refusal)) return [];
    return refusal.statuses.flatMap((status, n) => {
      const others = [
        ...(create.success.includes(status) ? ['create.success'] : []),
        ...(replay.statuses.includes(status) ? ['replay.statuses'] : []),
        ...(accepted?.statuses.includes(status) ? ['accepted.statuses'] : []),
      ];
      if (!isSuccessStatus(status) || others.length === 0) return [];
      const text = `must not have ${status}, which ${others.join(' and ')} ${others.length > 1 ? 'have' : 'has'}, too: say by code or header what tells the refusal from a success, or take ${status} out of one of them`;
      return [{ member: `${member}/statuses/${n}`, text }];
    });
  });
  return [...idle, ...wrong];
}

/** What tells a refusal besides its status, in words: '/code = used', 'X-Error: 704'; '' where nothing does. */
export function toldWords({ code, header }: Pick<Refusal, 'code' | 'header'>): string {
  const words = [];
  if (code !== null) words.push(`${code.pointer} ${code.not ? 'other than' : '='} ${code.values.join(' or ')}`);
  if (header !== null)
    words.push(header.values === null ? `a header ${header.name}` : `${header.name}: ${header.values.join(' or ')}`);
  return words.join(' and ');
}

/** The contract's conflict, unless a code says that it is the refusal of a wrong request, or of a repeat. */
export function isConflict(contract: Contract, answer: Answer, json: Json | undefined): boolean {
  return isRefusal(contract.conflict, answer, json) && !isCodedOther(contract, contract.conflict, answer, json);
}

/** Whether the code of a wrong request's refusal, or of a repeat's, decides against another that its status alone says. */
export function isCodedOther(
  contract: Contract,
  other: Refusal | null,
  answer: Answer,
  json: Json | undefined,
): boolean {
  const coded = [contract.errors.validation, repeatRefusal(contract)];
  return (
    other !== null &&
    isToldByStatus(other) &&
    coded.some((one) => one !== null && !isToldByStatus(one) && isRefusal(one, answer, json))
  );
}

/** Statuses that may refuse a duplicate in flight where the contract does not say how that is done. */
const MAYBE_IN_FLIGHT: ReadonlySet<number> = new Set([409, 422, 425, 429]);

/** A refusal by which the contract answers repeats, and nothing else. */
export function isRefusedRepeat(contract: Contract, answer: Answer, json: Json | undefined): boolean {
  const repeat = repeatRefusal(contract);
  if (repeat === null || !isRefusal(repeat, answer, json)) return false;
  const others = refusalsOf(contract).flatMap(([, one]) => (one === repeat ? [] : [one]));
  const deciding = isToldByStatus(repeat) ? others : others.filter((one) => !isToldByStatus(one));
  return !deciding.some((one) => isRefusal(one, answer, json));
}

/** Statuses by which an API that answers no repeat refuses it: the first is the usual one, the second that of the IETF draft. */
const DUPLICATE: ReadonlySet<number> = new Set([409, 422]);

/**
 * A refusal that may as well be the contract's answer to a repeat, because a status alone stands for both. A contract
 * that does not say how repeats are answered permits that for its conflict and its refusal as in flight, and for what it
 * says nothing else of.
 */
export function mayBeRefusedRepeat(contract: Contract, answer: Answer, json: Json | undefined): boolean {
  const { conflict, inFlight, errors } = contract;
  const repeat = repeatRefusal(contract);
  const vague = (one: Refusal | null) => one !== null && isToldByStatus(one) && isRefusal(one, answer, json);
  if (contract.replay.kind === null) {
    const others = [conflict, inFlight, errors.authentication, errors.rateLimited];
    const isNamed = others.some((one) => isRefusal(one, answer, json));
    return vague(conflict) || vague(inFlight) || (DUPLICATE.has(answer.status) && !isNamed);
  }
  return vague(repeat) && [conflict, inFlight, errors.validation].some(vague);
}

/** The id at which the refusal of a repeat points; `null` where the answer is none that does. */
export function resourceRefused(contract: Contract, answer: Answer, json: Json | undefined): string | null {
  const points = isRefusal(repeatRefusal(contract), answer, json);
  return points ? idIn(contract.replay.pointer, { headers: answer.headers, json }) : null;
}

/** The contract's in-flight refusal, which neither a conflict is nor a refusal that points at the resource. */
export function isInFlight(contract: Contract, answer: Answer, json: Json | undefined): boolean {
  if (resourceRefused(contract, answer, json) !== null) return false;
  const { inFlight } = contract;
  if (!isRefusal(inFlight, answer, json) || isCodedOther(contract, inFlight, answer, json)) return false;
  return !isConflict(contract, answer, json);
}

/** A `Retry-After` in seconds. */
const SECONDS = /^\s*\d+(\.\d+)?\s*$/;

/** Each form of an HTTP date has a time of day; without one, `Date.parse` takes many words for a date. */
const TIME_OF_DAY = /\d\d:\d\d:\d\d/;

/** A refusal that may be one as in flight, where the contract does not say how duplicates in flight are refused. */
export function mayBeInFlight(contract: Contract, answer: Answer, json: Json | undefined): boolean {
  if (contract.inFlight !== null || !MAYBE_IN_FLIGHT.has(answer.status)) return false;
  const { conflict } = contract;
  return conflict === null || isToldByStatus(conflict) || !isRefusal(conflict, answer, json);
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
  return refusal !== null && isToldByStatus(refusal) && refusal.statuses.includes(status);
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
