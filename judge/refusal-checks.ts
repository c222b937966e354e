/** SCOPE-3, SCOPE-4, REJECT-1, REJECT-3, REJECT-4: what must be refused, and what a refusal may show. */
import { isDeepStrictEqual } from 'node:util';
import type { LoadedContract } from '../contracts/load.js';
import { isConflict, isRefusal } from '../contracts/refusals.js';
import type { Plan } from '../history/plan.js';
import { attemptsOf, writeOf } from '../history/plan.js';
import { isError, type Reading } from '../history/reading.js';
import { sameRegister } from '../history/register.js';
import { looksAtKey } from './after-unknown.js';
import type { Finding } from './finding.js';
import { isOutOfStep, shows } from './shown.js';

export function checkRefusals(plan: Plan, readings: Reading[], loaded: LoadedContract): Finding[] {
  return readings.flatMap((reading, index) => [
    ...withoutCredential(reading, index, readings, loaded),
    ...invalid(reading, index, plan),
    ...asTheWrongOne(reading, index, plan, readings, loaded),
    ...foreignId(reading, index, readings),
  ]);
}

/** Answers of a target, or of something in front of it, that cannot be reached now: they decide nothing. */
function isBusy(status: number): boolean {
  return status >= 502 && status <= 504;
}

/** SCOPE-4 where the key is known, REJECT-4 for the envelope. */
function withoutCredential(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract, schemas }: LoadedContract,
): Finding[] {
  const { credential, outcome } = reading.exchange;
  if (
    contract.authentication === null ||
    contract.authentication.scheme === 'certificate' ||
    (credential !== 'none' && credential !== 'wrong') ||
    outcome.kind !== 'answer'
  )
    return [];
  if (isRefusal(contract.errors.rateLimited, outcome, reading.json) || isBusy(outcome.status)) return [];
  const known = readings.findIndex(
    (x) => x.kind === 'ok' && x.exchange.key === reading.exchange.key && x.exchange.credential === 'first',
  );
  const report = (id: string, rule: string): Finding[] => [
    {
      id,
      rule,
      data: { answered: index, ...(known < 0 ? {} : { known }) },
      proof: known < 0 ? [index] : [known, index],
    },
  ];
  const { authentication } = contract.errors;
  if (reading.kind === 'ok' || !authentication?.statuses.includes(outcome.status)) {
    return report(known < 0 ? 'REJECT-4' : 'SCOPE-4', 'accepted-without-credential');
  }
  if (schemas.error !== null && (reading.json === undefined || !schemas.error(reading.json)))
    return report('REJECT-4', 'authentication-refusal-without-envelope');
  if (isRefusal(authentication, outcome, reading.json)) return [];
  return report('REJECT-4', 'authentication-refusal-with-another-code');
}

/** REJECT-1: a body that is wrong for certain gets a 4xx, or a refusal of the contract with a status of success. */
function invalid(reading: Reading, index: number, plan: Plan): Finding[] {
  const { outcome, attempt } = reading.exchange;
  const wrong = writeOf(attemptsOf(plan)[attempt])?.body.invalid;
  if (wrong === undefined || outcome.kind !== 'answer' || isBusy(outcome.status)) return [];
  if (isError(reading) && outcome.status < 500) return [];
  return [
    {
      id: 'REJECT-1',
      rule: 'wrong-body-accepted',
      data: { subject: wrong, answered: index },
      proof: [index],
    },
  ];
}

/** REJECT-3: a right request is refused as a wrong one was before it under its key, or as a conflict with it, and accepted under another key. */
function asTheWrongOne(
  reading: Reading,
  index: number,
  plan: Plan,
  readings: Reading[],
  { contract }: LoadedContract,
): Finding[] {
  if (reading.kind !== 'none' || !looksAtKey(reading, contract)) return [];
  if (contract.stored?.includes('clientErrors') === true) return [];
  const attempts = attemptsOf(plan).map(writeOf);
  const bodyOf = ({ exchange }: Reading) => attempts[exchange.attempt]?.body;
  const body = bodyOf(reading);
  if (body === undefined || body.invalid !== undefined) return [];
  const statusOf = ({ exchange: { outcome } }: Reading) => (outcome.kind === 'answer' ? outcome.status : null);
  const { outcome } = reading.exchange;
  const conflicts = outcome.kind === 'answer' && isConflict(contract, outcome, reading.json);
  const wrong = readings.findIndex(
    (x) =>
      sameRegister(x, reading) &&
      x.exchange.sent < reading.exchange.sent &&
      bodyOf(x)?.invalid !== undefined &&
      (conflicts || (isError(x) && statusOf(x) === statusOf(reading))),
  );
  // The same but for its nonce, which each operation has of its own.
  const right = readings.findIndex(
    (x) =>
      x.kind === 'ok' &&
      x.register !== reading.register &&
      x.exchange.credential === reading.exchange.credential &&
      isDeepStrictEqual(bodyOf(x)?.value, body.value),
  );
  if (wrong < 0 || right < 0) return [];
  return [
    {
      id: 'REJECT-3',
      rule: 'refused-as-the-wrong-one',
      data: { wrong, answered: index, right },
      proof: [wrong, index, right].sort((a, b) => a - b),
    },
  ];
}

/** SCOPE-3: no answer to one credential's write shows the id of the other's resource. */
function foreignId(reading: Reading, index: number, readings: Reading[]): Finding[] {
  const { credential, operation } = reading.exchange;
  // Who has no valid API key is let in wrongly whatever is shown.
  if (operation !== 'create' || credential === 'none' || credential === 'wrong') return [];
  const shown = readings.map((x) => (isOthers(x, reading) ? shows(reading, x) : 'no'));
  const isSame = (x: Reading) => x.exchange.key === reading.exchange.key && x.value === reading.value;
  // A number that both accounts may have says something only of a repeat, and only out of step.
  const owner = readings.findIndex(
    (x, n) => shown[n] === 'certain' || (shown[n] === 'likely' && isSame(x) && isOutOfStep(reading, x, readings)),
  );
  if (owner < 0) return [];
  const first = readings[owner] as Reading;
  // Whose resource it is decided the first to be answered with it.
  if (
    readings.some(
      (x) => x.id === first.id && x.exchange.credential === credential && x.exchange.sent < first.exchange.sent,
    )
  )
    return [];
  return [
    {
      id: 'SCOPE-3',
      rule: 'foreign-resource-shown',
      data: { owner, answered: index },
      proof: [owner, index],
      ...(shown[owner] === 'likely' ? { mayBeChance: true } : {}),
    },
  ];
}

/** Whether another credential was given a resource before. */
function isOthers({ id, exchange }: Reading, { exchange: { credential, sent } }: Reading): boolean {
  return id !== null && exchange.operation === 'create' && exchange.credential !== credential && exchange.sent < sent;
}
