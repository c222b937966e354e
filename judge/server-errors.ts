/** A 5xx to a valid write that the contract does not permit, whatever the plan was made for. */
import type { Contract } from '../contracts/contract.js';
import type { LoadedContract } from '../contracts/load.js';
import { hintMs, isRefusal } from '../contracts/refusals.js';
import { attemptsOf, type CreateAttempt, isRestarted, type Plan, writeOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { sameRegister } from '../history/register.js';
import type { Finding } from './finding.js';
import { headerId } from './header-checks.js';
import { lostId } from './lost.js';
import { overlapped } from './times.js';

/** Looks at every write of a history. */
export function checkServerErrors(plan: Plan, readings: Reading[], { contract }: LoadedContract): Finding[] {
  const attempts = attemptsOf(plan);
  return readings.flatMap((reading, index) => {
    const attempt = writeOf(attempts[reading.exchange.attempt]);
    if (attempt === undefined || !isServerError(reading, contract) || !isValid(reading, attempt)) return [];
    // While the suite restarts the backend, a layer in front may answer so.
    if (isRestarted(plan) && isUnavailable(reading)) return [];
    return [finding(reading, index, attempt, readings, contract)];
  });
}

/** Not one that asks to come again, nor one by which the contract refuses. */
function isServerError({ exchange: { operation, outcome }, kind, json }: Reading, contract: Contract): boolean {
  if (operation !== 'create' || outcome.kind !== 'answer' || outcome.status < 500 || kind !== 'unknown') return false;
  const { status, headers } = outcome;
  const { rateLimited, authentication, validation } = contract.errors;
  if ([rateLimited, authentication, validation].some((one) => isRefusal(one, outcome, json))) return false;
  // Layers in front of the endpoint answer these: they are asked again.
  if (status === 502 || status === 504) return false;
  return status !== 503 || hintMs(headers['retry-after'], json, contract) === null;
}

function isUnavailable({ exchange: { outcome } }: Reading): boolean {
  return outcome.kind === 'answer' && outcome.status === 503;
}

/** What is wrong on purpose is judged by its own rules, and lone surrogates are not characters. */
function isValid({ exchange: { credential, key } }: Reading, { body }: CreateAttempt): boolean {
  if (body.invalid !== undefined || credential === 'none' || credential === 'wrong') return false;
  return !/\p{Surrogate}/u.test(key ?? '');
}

function finding(
  reading: Reading,
  index: number,
  attempt: CreateAttempt,
  readings: Reading[],
  contract: Contract,
): Finding {
  const { exchange } = reading;
  if (attempt.key.kind === 'literal' && typeof attempt.key.value !== 'string') {
    return { id: 'KEY-4', rule: 'key-not-a-string-breaks-server', data: { answered: index }, proof: [index] };
  }
  const holder = readings.findIndex(
    (x) => sameRegister(x, reading) && x.exchange.sent < exchange.sent && x.kind === 'ok',
  );
  const held = holder < 0 ? undefined : (readings[holder] as Reading);
  const id = requirementOf(reading, held, attempt, readings);
  return {
    // Where the contract judges only some, no promise of another requirement is needed.
    id: contract.judged === null || contract.judged.includes(id) ? id : 'SERVER-1',
    rule: 'server-error',
    data: {
      subject: exchange.outcome.kind === 'answer' ? String(exchange.outcome.status) : '',
      answered: index,
      ...(held === undefined ? {} : { holder }),
    },
    proof: held === undefined ? [index] : [holder, index],
  };
}

/** The requirement that speaks of what was particular about the request. */
function requirementOf(
  reading: Reading,
  holder: Reading | undefined,
  { key, body }: CreateAttempt,
  readings: Reading[],
): string {
  const byHeader = headerId(reading);
  if (byHeader !== null) return byHeader;
  if (reading.exchange.key === null) return key.kind === 'absent' ? 'CREATE-1' : 'CREATE-2';
  if (readings.some((x) => sameRegister(x, reading) && overlapped(x, reading))) return 'STORM-3';
  if (holder === undefined) return lostId(reading, readings, reading) ?? idOfFirst(reading, readings);
  if (holder.value !== reading.value) return 'CONFLICT-1';
  return body.rewrite === undefined ? 'REPLAY-1' : 'CONFLICT-7';
}

/** A first request: its key is to blame where it is unusual, or where its body was taken under another one. */
function idOfFirst(reading: Reading, readings: Reading[]): string {
  if (!/^[\w:.-]{1,255}$/.test(reading.exchange.key ?? '')) return 'KEY-3';
  return readings.some((x) => x.kind === 'ok' && x.value === reading.value) ? 'KEY-1' : 'SERVER-1';
}
