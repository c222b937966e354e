/** What a contract says of another body under a used key: shared by the chapters that send one. */
import type { Contract } from '../contracts/contract.js';

/** Where no refusal is documented, another body may get the first resource, or one of its own. */
export function silentOnMismatch({ conflict, fingerprint }: Contract): boolean {
  return conflict === null && fingerprint !== 'none';
}

/** Why another body need not be refused, or `null`. */
export function noConflicts({ conflict, fingerprint }: Contract): string | null {
  return conflict === null || fingerprint === 'none' ? 'the contract describes no refusal of another body' : null;
}
