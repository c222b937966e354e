/** Why a requirement is not put to the test in a run. */
import type { Suite } from '../suites/suite.js';
import type { Settings } from './options.js';

/** `null` when it is. */
export function skipReason(suite: Suite, settings: Settings): string | null {
  if (settings.only !== null && !settings.only.includes(suite.id)) return 'not chosen by --only';
  return suite.skip?.(settings.contract.contract) ?? null;
}
