/** With which force a requirement is promised. */
import type { Contract } from '../contracts/contract.js';
import type { Level } from '../results/results.js';
import { requirementSet } from '../suites/index.js';
import type { Requirement } from '../suites/requirement.js';
import type { Settings } from './options.js';

/** As the contract or the frozen set has it; what the contract does not promise is only observed, unless the user promises it. */
export function levelOf(requirement: Requirement, { requirements, contract, promise }: Settings): Level {
  const { id, level } = requirement;
  if (promise.includes(id)) return 'MUST';
  if (isNotPromised(requirement, contract.contract)) return 'OBSERVE';
  return contract.contract.levels[id] ?? requirementSet(requirements).get(id) ?? level;
}

/** Whether neither contract nor user promises it: what breaks it is noticed or observed, and fails no run. */
export function isOpen(requirement: Requirement, { promise, contract }: Settings): boolean {
  return !promise.includes(requirement.id) && isNotPromised(requirement, contract.contract);
}

/** Whether what breaks it is noticed: it is neither promised nor said to be only observed, and an engineer would want to know. */
export function isNoticed(requirement: Requirement, settings: Settings): boolean {
  const said = settings.contract.contract.levels[requirement.id] !== undefined;
  return requirement.noticed === true && !said && isOpen(requirement, settings);
}

/** Whether repeats that could not be read leave it open. */
export function isDoubted(requirement: Requirement, settings: Settings): boolean {
  return requirement.judgesEndings !== true && levelOf(requirement, settings) !== 'OBSERVE';
}

/** Whether the contract leaves it open, or says that it is only observed. */
export function isNotPromised({ id, level, silent, safety }: Requirement, contract: Contract): boolean {
  const { judged, levels } = contract;
  if (judged !== null && !judged.includes(id) && safety !== 'unlisted') return true;
  if (levels[id] === undefined && silent?.(contract) === true) return true;
  return levels[id] === 'OBSERVE' && level !== 'OBSERVE';
}
