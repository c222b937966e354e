/** The suite as a library: `import { conformance } from 'idem-conformance'`. */

export { ContractError } from '../contracts/load.js';
export type { FindingRecord, Level, RequirementRecord, Results, Status } from '../results/results.js';
export type { Progress, RunHooks } from './hooks.js';
export { UsageError } from './options/usage.js';
export type { Profile, RunOptions } from './options.js';
export { run as conformance } from './run.js';
