/** What a contract says of requests without a key: shared by the chapters that send equal ones. */
import type { Contract } from '../contracts/contract.js';

/** Why equal requests without a key need not create separate resources, or `null`. */
export function keylessRuledOut({ key }: Contract): string | null {
  if (key.required) return 'the contract requires a key';
  return key.keyless === 'joined' ? 'by the contract equal requests without a key are joined' : null;
}

export function keylessLeftOpen({ key }: Contract): boolean {
  return key.keyless === null;
}
