/** What a contract says of requests without a key: shared by the chapters that send equal ones. */
import type { Contract } from '../contracts/contract.js';
import { keyPath } from '../contracts/key.js';
import type { LoadedContract } from '../contracts/load.js';
import { formatPointer } from '../contracts/pointer.js';
import { branches, schemasAt } from '../contracts/schemas.js';
import { isUnique } from '../generators/fresh.js';

/** Why equal requests without a key need not create separate resources, or `null`. */
export function keylessRuledOut({ key, create }: Contract): string | null {
  if (key.required) return 'the contract requires a key';
  if (key.keyless === 'joined') return 'by the contract equal requests without a key are joined';
  return isUnique(create)
    ? `no two resources have the same ${create.unique.join(', ')}, so that equal requests are refused`
    : null;
}

export function keylessLeftOpen({ key }: Contract): boolean {
  return key.keyless === null;
}

/** Whether the body schema itself says that a key can be null: otherwise it may be refused like any wrong key. */
export function saysNullKey({ contract, schemas }: LoadedContract): boolean {
  const path = keyPath(contract.key) ?? [];
  return schemasAt(schemas.requestSchema, formatPointer(path))
    .flatMap(branches)
    .some(({ type }) => [type].flat().includes('null'));
}
