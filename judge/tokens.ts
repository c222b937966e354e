/** Access tokens: what they say of two requests, and what a refusal says of them alone. */
import type { Contract } from '../contracts/contract.js';
import { carriedIn } from '../contracts/credentials.js';
import { isRefusal } from '../contracts/refusals.js';
import type { Reading } from '../history/reading.js';

/** Whether two requests of one client were sent with two access tokens. */
export function hadOtherTokens(a: Reading, b: Reading, authentication: Contract['authentication']): boolean {
  if (authentication === null || authentication.token === null) return false;
  if (a.exchange.credential !== b.exchange.credential) return false;
  const [one, other] = [a, b].map(({ exchange }) => carriedIn(authentication, exchange.request));
  return one !== other;
}

/**
 * Whether a refusal may be for an access token that was over, and says nothing of the request: unless it met one that was
 * renewed for it.
 */
export function mayBeOver(reading: Reading, readings: Reading[], contract: Contract): boolean {
  const { authentication } = contract;
  if (authentication === null || authentication.token === null || !isRefused(reading, contract)) return false;
  const { attempt, time, retry } = reading.exchange;
  return !readings.some(
    (x) =>
      x.exchange.attempt === attempt &&
      x.exchange.time === time &&
      x.exchange.retry === retry - 1 &&
      isRefused(x, contract) &&
      hadOtherTokens(x, reading, authentication),
  );
}

function isRefused({ exchange: { credential, outcome }, json }: Reading, { errors }: Contract): boolean {
  if (outcome.kind !== 'answer' || (credential !== 'first' && credential !== 'second')) return false;
  return outcome.status === 401 || isRefusal(errors.authentication, outcome, json);
}
