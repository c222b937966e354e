/** CONFLICT-1, -2, -8, -9: what the answer to another body under a held key must be. */

import { bodyIn } from '../contracts/codec.js';
import type { Json } from '../contracts/json.js';
import type { LoadedContract } from '../contracts/load.js';
import { at } from '../contracts/pointer.js';
import { isCodedOther, isRefusal } from '../contracts/refusals.js';
import { NONCE_ANYWHERE } from '../history/nonce.js';
import { isError, isUnreadable, type Reading } from '../history/reading.js';
import { holderOf } from '../history/register.js';
import type { Finding, FindingData } from './finding.js';
import { isUnguessable } from './ids.js';
import { problemsOf } from './problems.js';
import { wholeValues } from './shown.js';

export function checkConflicts(readings: Reading[], loaded: LoadedContract): Finding[] {
  return readings.flatMap((reading, index) => [
    ...anotherBody(reading, index, readings, loaded),
    ...requestId(reading, index, loaded),
    ...repeatedRequestId(reading, index, readings, loaded),
  ]);
}

function anotherBody(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract, schemas }: LoadedContract,
): Finding[] {
  const { exchange, kind } = reading;
  const { outcome } = exchange;
  const holder = holderOf(reading, readings);
  if (contract.conflict === null || contract.fingerprint === 'none' || outcome.kind !== 'answer') return [];
  if (holder === undefined || holder.value === reading.value || exchange.operation !== 'create') return [];
  const proof = [readings.indexOf(holder), index];
  const report = (id: string, rule: string, details: FindingData = {}): Finding => ({
    id,
    rule,
    data: { holder: readings.indexOf(holder), answered: index, ...details },
    proof,
  });
  const found: Finding[] = [];
  const front = [contract.errors.authentication, contract.errors.rateLimited];
  // Of statuses that successes have, too, an answer without an id is meant as the conflict.
  const isMeant = isUnreadable(reading) && contract.conflict.statuses.includes(outcome.status);
  const refused = (kind === 'none' || isMeant) && !front.some((one) => isRefusal(one, outcome, reading.json));
  // A resource that was made before may have what must be unique.
  const isUnique = (contract.create.unique ?? []).length > 0;
  const isTaken = (x: Reading) => isUnique && x.exchange.sent < exchange.sent;
  const valid = readings.find((x) => x !== reading && x.kind === 'ok' && x.value === reading.value && !isTaken(x));
  if (refused && valid !== undefined) {
    proof.push(readings.indexOf(valid));
    found.push(report('CONFLICT-1', 'refused-without-the-conflict', { valid: readings.indexOf(valid) }));
  }
  // Without the conflict's code it may be one that breaks the error schema; the code of a wrong request's refusal says what it is.
  const isWrong = isCodedOther(contract, contract.conflict, outcome, reading.json);
  const isConflict =
    kind === 'conflict' || (refused && contract.conflict.statuses.includes(outcome.status) && !isWrong);
  if (!isConflict) return found;
  if (schemas.error !== null && !(reading.json !== undefined && schemas.error(reading.json))) {
    const problems = reading.json === undefined ? null : problemsOf(schemas.error);
    found.push(report('CONFLICT-2', 'conflict-without-envelope', { problems }));
  }
  const shown = shownOf(holder, reading, outcome.body, (text) => bodyIn(contract, text, schemas.requestSchema));
  if (shown !== null) {
    found.push(report('CONFLICT-8', 'conflict-shows-first-body', { shown }));
  }
  return found;
}

/**
 * A string of eight characters or more that stands in the holder's body, in the answer, and not in the refused body. One
 * that is not random may be a part of the answer by chance, such as the name of a kind: only a whole value counts.
 */
function shownOf(
  holder: Reading,
  refused: Reading,
  answer: string,
  readBody: (body: string) => Json | undefined,
): string | null {
  const [sent, other] = [holder, refused].map(({ exchange }) => textsIn(readBody(exchange.request.body)));
  const whole = new Set(wholeValues(refused.json));
  const isIn = (value: string) =>
    NONCE_ANYWHERE.test(value) || isUnguessable(value)
      ? answer.includes(JSON.stringify(value).slice(1, -1))
      : whole.has(value);
  const body = refused.exchange.request.body;
  const isSaid = (value: string) => body.includes(value) || (other ?? []).some((one) => one.includes(value));
  for (const value of sent ?? []) {
    if (value.length < 8 || value === holder.exchange.key) continue;
    if (isIn(value) && !isSaid(value)) return value;
  }
  return null;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** CONFLICT-9: a request id is new in every answer. Beyond one history that is known only to the whole run. */
function repeatedRequestId(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract }: LoadedContract,
): Finding[] {
  const header = contract.errors.requestId?.header.toLowerCase() ?? '';
  const idOf = ({ exchange: { outcome } }: Reading) =>
    outcome.kind === 'answer' ? outcome.headers[header] : undefined;
  const id = idOf(reading);
  const before = id === undefined ? -1 : readings.findIndex((x) => idOf(x) === id);
  if (before < 0 || before >= index) return [];
  return [
    {
      id: 'CONFLICT-9',
      rule: 'request-id-repeated',
      data: { first: before, answered: index, requestId: id ?? '' },
      proof: [before, index],
    },
  ];
}

/** CONFLICT-9: the error's request id equals the response header's. */
function requestId(reading: Reading, index: number, { contract }: LoadedContract): Finding[] {
  const { requestId: rule } = contract.errors;
  const { outcome } = reading.exchange;
  if (rule === null || outcome.kind !== 'answer' || !isError(reading) || reading.json === undefined) return [];
  const inside = at(reading.json, rule.pointer);
  const header = outcome.headers[rule.header.toLowerCase()];
  if (typeof inside !== 'string' || inside === header) return [];
  return [
    {
      id: 'CONFLICT-9',
      rule: 'request-id-differs-from-header',
      data: { answered: index, inside, header: header ?? null },
      proof: [index],
    },
  ];
}
