/** With which force a requirement is promised. */
import type { Contract } from '../contracts/contract.js';
import type { Level } from '../results/results.js';
import { requirementSet } from '../suites/index.js';
import type { Requirement } from '../suites/requirement.js';
import type { Settings } from './options.js';

/** As the contract or the frozen set has it; what the contract does not promise is only observed. */
export function levelOf(requirement: Requirement, { requirements, contract }: Settings): Level {
  if (isOnlyObserved(requirement, contract.contract)) return 'OBSERVE';
  const { id, level } = requirement;
  return contract.contract.levels[id] ?? requirementSet(requirements).get(id) ?? level;
}

/** Whether the contract takes a promise out: what breaks it is observed, and is no finding. */
export function isOnlyObserved({ id, level }: Requirement, { judged, levels }: Contract): boolean {
  if (judged !== null && !judged.includes(id)) return true;
  return levels[id] === 'OBSERVE' && level !== 'OBSERVE';
}
