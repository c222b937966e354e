/** What a contract says of another body under a used key: shared by the chapters that send one. */
import type { Contract } from '../contracts/contract.js';

/** Why there is no other body, and none that is wrong, or `null`. */
export function noBody({ create }: Contract): string | null {
  return create.body === 'none' ? 'the write has no body' : null;
}

/** Where no refusal is documented, another body may get the first resource, or one of its own. */
export function silentOnMismatch({ conflict, fingerprint, create }: Contract): boolean {
  return create.body !== 'none' && conflict === null && fingerprint !== 'none';
}

/** Why another body need not be refused, or `null`. */
export function noConflicts(contract: Contract): string | null {
  const { conflict, fingerprint } = contract;
  if (noBody(contract) !== null) return noBody(contract);
  return conflict === null || fingerprint === 'none' ? 'the contract describes no refusal of another body' : null;
}
