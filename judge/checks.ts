/** What can be judged of answers one by one, or against the first answer of their register. */
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { Json } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { at } from '../contracts/pointer.js';
import type { Plan } from '../history/plan.js';
import { attemptsOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { canonical, DECIDES_NOTHING } from './classify.js';
import type { Finding } from './finding.js';
import { headerId } from './header-checks.js';
import { lostId } from './lost.js';
import { holderOf, registerOf, sameRegister } from './registers.js';
import { answerWords, excerpt, keyWords, name, overlapped } from './words.js';

/** Everything wrong with single answers of a history. */
export function checkAnswers(plan: Plan, readings: Reading[], loaded: LoadedContract): Finding[] {
  const firsts = firstSuccesses(readings);
  return readings.flatMap((reading, index) => [
    ...resourceSchema(reading, index, readings, loaded),
    ...errorEnvelope(reading, index, loaded),
    ...(loaded.contract.judged === null ? serverError(reading, index, plan, readings) : []),
    ...refusedRepeat(reading, index, plan, readings, loaded),
    ...sameMembers(reading, index, firsts, loaded),
    ...found(reading, index, readings),
  ]);
}

/** CREATE-4: a success carries a resource that the schema accepts, with a status that the contract allows. */
function resourceSchema(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract, schemas }: LoadedContract,
): Finding[] {
  const { exchange, json, kind } = reading;
  const { outcome } = exchange;
  if (exchange.operation !== 'create' || outcome.kind !== 'answer') return [];
  if (outcome.status < 200 || outcome.status >= 300) return [];
  const expected = 'a success with the resource';
  // Where another request of the same moment was answered with the resource, being in flight is what is answered wrongly.
  const inFlight =
    kind !== 'ok' && readings.some((x) => sameRegister(x, reading) && x.kind === 'ok' && overlapped(x, reading));
  const report = (summary: string, why: string): Finding[] => [
    {
      id: inFlight ? 'STORM-3' : 'CREATE-4',
      summary,
      argument: [`${name(reading)} was answered ${answerWords(reading)}.`, why],
      expected,
      observed: excerpt(outcome.body),
      proof: [index],
    },
  ];
  if (json === undefined) {
    const cut = outcome.truncated === true ? 'It is longer than 1 MiB and was cut.' : 'The body is not JSON.';
    return report('A success carries no JSON.', cut);
  }
  if (kind !== 'ok') {
    return report(
      'A success carries no id.',
      `There is no text at ${contract.create.id}, so nobody can tell which resource it is.`,
    );
  }
  if (![...contract.create.success, ...contract.replay.statuses].includes(outcome.status)) {
    return report(
      `A success has the status ${outcome.status}.`,
      `The contract allows ${contract.create.success.join(', ')}.`,
    );
  }
  if (schemas.resource === null || schemas.resource(json)) return [];
  const problems = problemsOf(schemas.resource);
  return report('A success carries a resource that the schema refuses.', `${problems.slice(0, 5).join('; ')}.`);
}

/** Statuses that come from layers in front of the endpoint as often as from it: a warning. */
const FRONT_LAYER = new Set([413, 502, 503, 504]);

/** ENVELOPE-1: every 4xx and 5xx is accepted by the error schema. */
function errorEnvelope(reading: Reading, index: number, { schemas }: LoadedContract): Finding[] {
  const { exchange, json } = reading;
  const { outcome } = exchange;
  if (schemas.error === null || outcome.kind !== 'answer' || outcome.status < 400) return [];
  if (json !== undefined && schemas.error(json)) return [];
  const problems = problemsOf(schemas.error);
  return [
    {
      id: 'ENVELOPE-1',
      summary: `A ${outcome.status} comes without the error envelope.`,
      argument: [
        `${name(reading)} was answered ${answerWords(reading)}.`,
        json === undefined ? 'The body is not JSON.' : `${problems.slice(0, 5).join('; ')}.`,
      ],
      expected: 'an error that the error schema accepts',
      observed: excerpt(outcome.body),
      proof: [index],
      ...(FRONT_LAYER.has(outcome.status) ? { warns: true } : {}),
    },
  ];
}

/** A 5xx that does not ask to come again fails what the request was meant to show. */
function serverError(reading: Reading, index: number, plan: Plan, readings: Reading[]): Finding[] {
  const { exchange } = reading;
  const { outcome } = exchange;
  if (exchange.operation !== 'create' || outcome.kind !== 'answer' || outcome.status < 500) return [];
  if (outcome.status === 502 || outcome.status === 504) return [];
  if (outcome.status === 503 && outcome.headers['retry-after'] !== undefined) return [];
  const register = readings.filter((x) => sameRegister(x, reading) && x.exchange.sent < exchange.sent);
  const holder = register.find((x) => x.kind === 'ok');
  const storm = readings.some((x) => sameRegister(x, reading) && overlapped(x, reading));
  const attempt = attemptsOf(plan)[exchange.attempt];
  if (attempt?.body?.invalid !== undefined) return [];
  // Not valid requests: their own rule judges them.
  if (exchange.credential === 'none' || exchange.credential === 'wrong') return [];
  // Lone surrogates are no characters: what becomes of them is observed only.
  if (/\p{Surrogate}/u.test(exchange.key ?? '')) return [];
  if (attempt?.key?.kind === 'literal' && typeof attempt.key.value !== 'string') return [noStringKey(reading, index)];
  const keyless = attempt?.key?.kind === 'absent' ? 'CREATE-1' : 'CREATE-2';
  const keyed = storm
    ? 'STORM-3'
    : holder === undefined
      ? (lostId(reading, readings, reading) ?? (isPlainKey(exchange.key) ? 'KEY-1' : 'KEY-3'))
      : holder.value === reading.value
        ? attempt?.body?.rewrite === undefined
          ? 'REPLAY-1'
          : 'CONFLICT-7'
        : 'CONFLICT-1';
  return [
    {
      id: headerId(reading) ?? (exchange.key === null ? keyless : keyed),
      summary: `A valid request was answered ${outcome.status}.`,
      argument: [
        `${name(reading)} carried ${keyWords(reading)} and was answered ${answerWords(reading)}.`,
        ...(holder === undefined
          ? []
          : [`${name(holder)} held the key before: it was answered ${answerWords(holder)}.`]),
      ],
      expected: 'no server error',
      observed: answerWords(reading),
      proof: [...(holder === undefined ? [] : [readings.indexOf(holder)]), index],
    },
  ];
}

/** KEY-4: a key that is no string is the client's mistake. */
function noStringKey(reading: Reading, index: number): Finding {
  return {
    id: 'KEY-4',
    summary: 'A key that is no string broke the server.',
    argument: [`${name(reading)} carried a key that is no string and was answered ${answerWords(reading)}.`],
    expected: `${name(reading)}: a refusal by validation`,
    observed: answerWords(reading),
    proof: [index],
  };
}

/** REPLAY-1: what was accepted before is no wrong request now. */
function refusedRepeat(
  reading: Reading,
  index: number,
  plan: Plan,
  readings: Reading[],
  { contract }: LoadedContract,
): Finding[] {
  const { exchange, kind } = reading;
  const { outcome } = exchange;
  const holder = holderOf(reading, readings);
  if (kind !== 'none' || outcome.kind !== 'answer' || DECIDES_NOTHING.has(outcome.status)) return [];
  if (holder === undefined || holder.exchange.request.body !== exchange.request.body || contract.replay.kind === null)
    return [];
  const attempt = attemptsOf(plan)[exchange.attempt];
  const framed = attempt?.framing !== undefined;
  return [
    {
      id: headerId(reading) ?? (framed ? 'REPLAY-7' : 'REPLAY-1'),
      summary: 'A repeat under the same key was refused.',
      argument: [
        `${name(holder)} and ${name(reading)} carried ${keyWords(reading)} and the same body.`,
        `${name(holder)} was answered ${answerWords(holder)}, ${name(reading)} ${answerWords(reading)}.`,
      ],
      expected: `${name(reading)}: ${holder.id}`,
      observed: answerWords(reading),
      proof: [readings.indexOf(holder), index],
    },
  ];
}

/** A key of the documented alphabet and of ordinary length. */
function isPlainKey(key: string | null | undefined): boolean {
  return /^[\w:.-]{1,255}$/.test(key ?? '');
}

/** REPLAY-2 and REPLAY-9: members of a replay that must equal those of the first answer. */
function sameMembers(
  reading: Reading,
  index: number,
  firsts: Map<string, { reading: Reading; index: number }>,
  { contract }: LoadedContract,
): Finding[] {
  const first = firsts.get(registerOf(reading) ?? '');
  if (first === undefined || first.reading === reading || reading.kind !== 'ok') return [];
  if (first.reading.id !== reading.id) return [];
  const differ = (pointer: string) => !sameInstant(at(first.reading.json, pointer), at(reading.json, pointer));
  const report = (id: string, pointer: string, summary: string): Finding => ({
    id,
    summary,
    argument: [
      `${name(first.reading)} and ${name(reading)} carried ${keyWords(reading)} and both were answered ${reading.id}.`,
      `${pointer} was ${words(at(first.reading.json, pointer))} in the first answer and ${words(at(reading.json, pointer))} in the replay.`,
    ],
    expected: `${pointer}: ${words(at(first.reading.json, pointer))}`,
    observed: `${pointer}: ${words(at(reading.json, pointer))}`,
    proof: [first.index, index],
  });
  const changed = contract.create.immutable.filter(differ);
  const { echo } = contract.create;
  return [
    ...changed.map((pointer) => report('REPLAY-2', pointer, `A replay changed ${pointer}, which is immutable.`)),
    ...(echo !== null && differ(echo) ? [report('REPLAY-9', echo, 'A replay does not echo the first request.')] : []),
  ];
}

/** REPLAY-11: an acknowledged resource is found by GET; the client has asked again for as long as the contract allows. */
function found(reading: Reading, index: number, readings: Reading[]): Finding[] {
  const { exchange } = reading;
  if (exchange.operation !== 'get' || exchange.outcome.kind !== 'answer' || exchange.outcome.status !== 404) return [];
  const last = readings.findLast((x) => x.exchange.attempt === exchange.attempt && x.exchange.time === exchange.time);
  if (last !== reading) return [];
  const id = decodeURIComponent(exchange.request.url.split('/').at(-1) ?? '');
  const maker = readings.findIndex((x) => x.id === id && x.exchange.operation === 'create');
  return [
    {
      id: 'REPLAY-11',
      summary: 'An acknowledged resource cannot be found.',
      argument: [
        ...(maker < 0
          ? []
          : [`${name(readings[maker] as Reading)} was answered ${answerWords(readings[maker] as Reading)}.`]),
        `${name(reading)} asked for it and was answered ${answerWords(reading)}, also when asked again.`,
      ],
      expected: `200 with ${id}`,
      observed: answerWords(reading),
      proof: [...(maker < 0 ? [] : [maker]), index],
    },
  ];
}

/** What a schema found wrong, by member. */
function problemsOf(validate: ValidateFunction): string[] {
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'the answer'} ${message}`);
}

/** The earliest success of each register. */
function firstSuccesses(readings: Reading[]): Map<string, { reading: Reading; index: number }> {
  const firsts = new Map<string, { reading: Reading; index: number }>();
  for (const [index, reading] of readings.entries()) {
    const register = registerOf(reading);
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

function words(value: Json | undefined): string {
  return value === undefined ? 'absent' : excerpt(JSON.stringify(value));
}
