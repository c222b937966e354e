/** Requests that plans of several chapters make. */
import type { Contract } from '../contracts/contract.js';
import { slot } from '../generators/plans.js';
import type { CreateAttempt, OtherAttempt } from '../history/plan.js';

/** The attempt, with the key of a slot in the header `Idempotency-Key` as well. */
export function withHeader(attempt: CreateAttempt, key: number): CreateAttempt {
  return { ...attempt, headerKey: slot(key) };
}

/** A request to another endpoint of the contract, with one of its bodies and the key of a slot. */
export function elsewhere(endpoint: number, variant: number, key: number): OtherAttempt {
  return { operation: 'other', credential: 'first', endpoint, variant, key: slot(key) };
}

/** Why a key cannot be sent to other endpoints to show that it does nothing there. */
export function notElsewhere({ otherEndpoints, key }: Contract): string | null {
  if (otherEndpoints.length === 0) return 'the contract names no other endpoints';
  return key.operations === 'shared' ? 'by the contract a key is the same at all endpoints' : null;
}

/** Why no request can be sent without its credential, so that it is answered; `null` where one can. */
export function noneToLeaveOut({ authentication }: Contract): string | null {
  if (authentication === null) return 'the contract has no authentication';
  // Without the certificate there is no connection.
  return authentication.scheme === 'certificate' ? 'the credential is a client certificate alone' : null;
}
