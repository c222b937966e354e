/** What can be judged of answers one by one, or against the first answer of their register. */
import { isAccepted } from '../contracts/accepted.js';
import type { Contract, Json } from '../contracts/contract.js';
import { idIn, idPointer, needsBody } from '../contracts/ids.js';
import { canonical } from '../contracts/json.js';
import type { LoadedContract } from '../contracts/load.js';
import { valuesIn } from '../contracts/paths.js';
import { at, idAt } from '../contracts/pointer.js';
import { isRefusal, mayBeWrong } from '../contracts/refusals.js';
import type { Plan } from '../history/plan.js';
import { isAcceptance, isError, type Reading } from '../history/reading.js';
import { holderOf, sameRegister } from '../history/register.js';
import { batchId } from './batches.js';
import { DECIDES_NOTHING } from './classify.js';
import type { Finding, FindingData } from './finding.js';
import { framedId } from './framing.js';
import { headerId } from './header-checks.js';
import { joinedTo } from './keyless-checks.js';
import { problemsOf } from './problems.js';
import { answersAnother } from './side-checks.js';
import { overlapped } from './times.js';
import { mayBeOver } from './tokens.js';

/** Everything wrong with single answers of a history. */
export function checkAnswers(plan: Plan, readings: Reading[], loaded: LoadedContract): Finding[] {
  const firsts = firstSuccesses(readings);
  return readings.flatMap((reading, index) => [
    ...resourceSchema(reading, index, readings, loaded),
    ...errorEnvelope(reading, index, loaded),
    ...errorMediaType(reading, index, loaded),
    ...refusedRepeat(reading, index, plan, readings, loaded),
    ...refusedInFlight(reading, index, readings, loaded),
    ...sameMembers(reading, index, firsts, loaded),
    ...found(reading, index, readings, loaded),
  ]);
}

/** CREATE-4: a success carries a resource that the schema accepts, with a status that the contract allows. */
function resourceSchema(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract, schemas }: LoadedContract,
): Finding[] {
  const { exchange, json } = reading;
  const { outcome } = exchange;
  if (exchange.operation !== 'create' || outcome.kind !== 'answer') return [];
  if (outcome.status < 200 || outcome.status >= 300 || isError(reading)) return [];
  // Another operation's answer and a joined request are judged for what they are: SCOPE-5, CREATE-1.
  if (answersAnother(reading, readings, contract) || joinedTo(reading, readings, contract) !== undefined) return [];
  const { id } = contract.create;
  const named = id === null || idIn(id, { headers: outcome.headers, json }) !== null;
  // Where another request of the same moment was answered with the resource, being in flight is what is answered wrongly.
  const inFlight =
    !named && readings.some((x) => sameRegister(x, reading) && x.kind === 'ok' && overlapped(x, reading));
  const report = (rule: string, details: FindingData = {}): Finding[] => [
    { id: inFlight ? 'STORM-3' : 'CREATE-4', rule, data: { answered: index, ...details }, proof: [index] },
  ];
  if (json === undefined && needsBody(contract.create))
    return report('success-without-json', { truncated: outcome.truncated === true });
  if (!named) return report('success-without-id');
  // An accepted write has no resource yet.
  if (isAccepted(contract, outcome.status)) return [];
  if (![...contract.create.success, ...contract.replay.statuses].includes(outcome.status)) {
    return report('success-with-another-status', { subject: String(outcome.status) });
  }
  if (schemas.resource === null || schemas.resource(json)) return [];
  return report('schema-refuses-resource', { problems: problemsOf(schemas.resource) });
}

/** Statuses that come from layers in front of the endpoint as often as from it: a warning. */
const FRONT_LAYER = new Set([413, 502, 503, 504]);

/** ENVELOPE-1: every 4xx and 5xx, and every refusal with another status, is accepted by the error schema. */
function errorEnvelope(reading: Reading, index: number, { schemas }: LoadedContract): Finding[] {
  const { exchange, json } = reading;
  const { outcome } = exchange;
  if (schemas.error === null || outcome.kind !== 'answer' || !isError(reading)) return [];
  if (json !== undefined && schemas.error(json)) return [];
  return [
    {
      id: 'ENVELOPE-1',
      rule: 'error-without-envelope',
      data: {
        subject: String(outcome.status),
        answered: index,
        problems: json === undefined ? null : problemsOf(schemas.error),
      },
      proof: [index],
      ...(FRONT_LAYER.has(outcome.status) ? { warns: true } : {}),
    },
  ];
}

/** ENVELOPE-1: errors have the media type that the contract gives, whatever its parameters. */
function errorMediaType(reading: Reading, index: number, { contract }: LoadedContract): Finding[] {
  const { outcome } = reading.exchange;
  const expected = contract.errors.mediaType;
  // In a batch, a refusal is a part of the answer.
  if ((reading.exchange.batch?.result ?? null) !== null) return [];
  if (expected === null || outcome.kind !== 'answer' || !isError(reading)) return [];
  const mediaType = outcome.headers['content-type'] ?? null;
  if (mediaType?.split(';')[0]?.trim().toLowerCase() === expected.toLowerCase()) return [];
  return [
    {
      id: 'ENVELOPE-1',
      rule: 'other-media-type',
      data: { subject: String(outcome.status), answered: index, expected, mediaType },
      proof: [index],
      ...(FRONT_LAYER.has(outcome.status) ? { warns: true } : {}),
    },
  ];
}

/** REPLAY-1: what was accepted before cannot be a wrong request now. */
function refusedRepeat(
  reading: Reading,
  index: number,
  plan: Plan,
  readings: Reading[],
  { contract }: LoadedContract,
): Finding[] {
  const { exchange, kind, bytes } = reading;
  const { outcome } = exchange;
  const holder = holderOf(reading, readings);
  if (kind !== 'none' || outcome.kind !== 'answer' || DECIDES_NOTHING.has(outcome.status)) return [];
  if (holder === undefined || holder.bytes !== bytes || contract.replay.kind === null) return [];
  if (mayBeOver(reading, readings, contract)) return [];
  return [
    {
      id: headerId(reading) ?? framedId(plan, holder, reading) ?? batchId(holder, reading, readings) ?? 'REPLAY-1',
      rule: 'repeat-refused',
      data: { holder: readings.indexOf(holder), answered: index },
      proof: [readings.indexOf(holder), index],
    },
  ];
}

/** STORM-3: what was accepted at the same time is refused otherwise than the contract says of duplicates in flight. */
function refusedInFlight(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract }: LoadedContract,
): Finding[] {
  const { exchange, kind, json } = reading;
  const { outcome } = exchange;
  const { inFlight, errors, replay } = contract;
  if (inFlight === null || replay.kind === null) return [];
  if (kind !== 'none' || outcome.kind !== 'answer' || DECIDES_NOTHING.has(outcome.status)) return [];
  // The same bytes were accepted, so a status shared with the conflict does not excuse the refusal.
  const excused = mayBeWrong(contract, outcome.status) ? [] : [errors.validation];
  const others = [...excused, errors.authentication, errors.rateLimited];
  if (others.some((one) => isRefusal(one, outcome, json)) || mayBeOver(reading, readings, contract)) return [];
  const holder = readings.findIndex(
    (x) => sameRegister(x, reading) && x.kind === 'ok' && x.bytes === reading.bytes && overlapped(x, reading),
  );
  if (holder < 0) return [];
  return [
    {
      id: 'STORM-3',
      rule: 'refused-otherwise-in-flight',
      data: { holder, answered: index },
      proof: [holder, index].sort((a, b) => a - b),
    },
  ];
}

/** REPLAY-2 and REPLAY-9: members of a replay that must equal those of the first answer. */
function sameMembers(
  reading: Reading,
  index: number,
  firsts: Map<string, { reading: Reading; index: number }>,
  { contract }: LoadedContract,
): Finding[] {
  const first = firsts.get(reading.register ?? '');
  if (first === undefined || first.reading === reading || reading.kind !== 'ok') return [];
  if (first.reading.id !== reading.id) return [];
  // A refusal that points at the resource shows none of its members.
  if (![first.reading, reading].every((x) => isShown(x, contract))) return [];
  // A write that is accepted says how far it is: of its answers only the id is the same.
  if (isAcceptance(first.reading, contract) !== isAcceptance(reading, contract)) return [];
  const member = (x: Reading, pointer: string) => {
    if (pointer === '') return x.json ?? textOf(x);
    // An id is the same whether it is written as a number or as a string.
    return (pointer === idPointer(contract.create.id) ? idAt : at)(x.json, pointer) ?? undefined;
  };
  const differ = (pointer: string) => !sameInstant(member(first.reading, pointer), member(reading, pointer));
  const report = (id: string, rule: string, pointer: string): Finding => ({
    id,
    rule,
    data: {
      subject: pointer,
      first: first.index,
      answered: index,
    },
    proof: [first.index, index],
  });
  const changed = contract.create.immutable.filter(differ);
  const { echo } = contract.create;
  return [
    ...changed.map((pointer) => report('REPLAY-2', 'immutable-member-changed', pointer)),
    ...(echo !== null && differ(echo) ? [report('REPLAY-9', 'echo-differs', echo)] : []),
    ...(isOfNoReplay(reading, contract) ? [report('REPLAY-2', 'another-status-than-a-replay', 'status')] : []),
  ];
}

/** Whether it is a success that shows its resource where the contract says, or need not. */
function isShown({ exchange: { outcome }, json }: Reading, { create }: Contract): boolean {
  if (outcome.kind !== 'answer' || outcome.status >= 300) return false;
  return create.id === null || idIn(create.id, { headers: outcome.headers, json }) !== null;
}

/** Without an id, the status of a first success is all that shows that a repeat was taken for one. */
function isOfNoReplay({ exchange: { outcome } }: Reading, { create, replay }: Contract): boolean {
  return create.id === null && outcome.kind === 'answer' && !replay.statuses.includes(outcome.status);
}

/** A body that is not JSON; `undefined` where there is none. */
function textOf({ exchange: { outcome } }: Reading): string | undefined {
  return outcome.kind === 'answer' && outcome.body !== '' ? outcome.body : undefined;
}

/** REPLAY-11: an acknowledged resource is found by GET; the client has asked again for as long as the contract allows. */
function found(reading: Reading, index: number, readings: Reading[], { contract }: LoadedContract): Finding[] {
  const { exchange } = reading;
  if (exchange.operation !== 'get' || exchange.outcome.kind !== 'answer' || exchange.outcome.status !== 404) return [];
  const last = readings.findLast((x) => x.exchange.attempt === exchange.attempt && x.exchange.time === exchange.time);
  if (last !== reading) return [];
  const id = valuesIn(contract.get?.path ?? '', new URL(exchange.request.url).pathname)?.id ?? '';
  const maker = readings.findIndex((x) => x.id === id && x.exchange.operation === 'create');
  return [
    {
      id: 'REPLAY-11',
      rule: 'resource-not-found',
      data: { answered: index, resource: id, ...(maker < 0 ? {} : { maker }) },
      proof: [...(maker < 0 ? [] : [maker]), index],
    },
  ];
}

/** The earliest success of each register. */
function firstSuccesses(readings: Reading[]): Map<string, { reading: Reading; index: number }> {
  const firsts = new Map<string, { reading: Reading; index: number }>();
  for (const [index, reading] of readings.entries()) {
    const { register } = reading;
    if (reading.kind === 'ok' && register !== null && !firsts.has(register)) firsts.set(register, { reading, index });
  }
  return firsts;
}

/** Equal JSON, or two timestamps less than a second apart: servers round them differently. */
function sameInstant(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (canonical(a) === canonical(b)) return true;
  if (typeof a !== 'string' || typeof b !== 'string' || !TIMESTAMP.test(a) || !TIMESTAMP.test(b)) return false;
  return Math.abs(Date.parse(a) - Date.parse(b)) < 1000;
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
