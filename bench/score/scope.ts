/** Which faults make a difference under a contract, and which of their requirements it promises. */
import { type LoadedContract, loadContract } from '../../contracts/load.js';
import { appliesTo, brokenBy, type Fault, faults } from '../../reference/faults/index.js';
import { requirementById } from '../../suites/index.js';

export interface Scored {
  contract: string;
  fault: Fault;
  /** The fault's requirements that this contract does not rule out: each must be found. */
  breaks: string[];
}

/** Every fault and variation that applies to the contract; a fault with nothing left to find does not. */
export function scoredFor(contract: string, chosen: readonly Fault[] = faults): Scored[] {
  const loaded = loadContract(contract);
  return chosen.flatMap((fault) => {
    if (!appliesTo(fault, loaded)) return [];
    const breaks = brokenBy(fault, loaded).filter((id) => isJudged(id, loaded));
    return fault.kind === 'fault' && breaks.length === 0 ? [] : [{ contract, fault, breaks }];
  });
}

/** Neither ruled out by the contract, nor only observed. */
function isJudged(id: string, { contract }: LoadedContract): boolean {
  const { level, skip } = requirementById(id);
  if ((skip?.(contract) ?? null) !== null) return false;
  return (contract.levels[id] ?? level) !== 'OBSERVE' && (contract.judged ?? [id]).includes(id);
}
