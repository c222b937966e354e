/** The suite as a library: `import { conformance } from 'idem-conformance'`. */
export type { Results, RequirementRecord, FindingRecord, Status, Level } from '../reports/results.js';
export { type RunOptions, type Profile, UsageError } from './options.js';
export { ContractError } from '../contracts/load.js';
export { run as conformance, type Progress, type RunHooks } from './run.js';
