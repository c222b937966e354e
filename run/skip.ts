/** Why a requirement is not put to the test in a run. */
import type { Need, Requirement } from '../suites/requirement.js';
import type { Settings } from './options.js';

/** `null` when it is. */
export function skipReason(suite: Requirement, settings: Settings): string | null {
  if (settings.only !== null && !settings.only.includes(suite.id)) return 'not chosen by --only';
  const needs = (need: Need) => suite.needs?.includes(need) === true;
  if (needs('retention-time') && settings.retention === undefined) return 'it needs a time to wait: --retention S';
  if (needs('many-keys') && settings.profile === 'smoke') return 'the smoke profile uses fewer than a thousand keys';
  if (needs('restart-command') && settings.restartCommand === undefined) {
    return 'it needs a command that kills the backend and starts it again: --restart-command CMD';
  }
  const ruledOut = suite.skip?.(settings.contract.contract) ?? null;
  // The bundled reference, which no target stands for, has a replica.
  if (ruledOut === null && needs('several-targets') && settings.targets.length === 1) {
    return 'it needs more than one target of the same backend: give --target twice';
  }
  if (ruledOut === null && needs('side-endpoint') && !settings.loopback && settings.sideEndpoints !== true) {
    return 'it writes to other endpoints, where what it makes may stay: --side-endpoints';
  }
  if (ruledOut === null && needs('receiver') && !settings.loopback && settings.webhooks.url === undefined) {
    return 'it needs a webhook receiver that the target can reach: --webhook-url URL';
  }
  // The bundled reference tells its secret.
  const known = settings.targets.length === 0 || settings.webhooks.secret !== undefined;
  if (ruledOut === null && needs('signing-secret') && !known) {
    return 'it needs the secret that webhooks are signed with: set IDEM_WEBHOOK_SECRET';
  }
  if (ruledOut !== null || !needs('second-credential')) return ruledOut;
  if (settings.targets.length === 0 || (settings.credentials.second ?? '') !== '') return null;
  return 'it needs the API key of another key holder: set IDEM_API_KEY_2 (or name a second variable with --api-key-env)';
}
