/** Why a requirement is not put to the test in a run. */
import type { Suite } from '../suites/suite.js';
import type { Settings } from './options.js';

/** `null` when it is. */
export function skipReason(suite: Omit<Suite, 'plans' | 'exercised'>, settings: Settings): string | null {
  const { nameOf } = settings.front;
  if (settings.only !== null && !settings.only.includes(suite.id)) return `not chosen by ${nameOf('only')}`;
  if (suite.id === 'RETENTION-3' && settings.retention === undefined)
    return `it needs a time to wait: ${nameOf('retention')}`;
  if (suite.id === 'RETENTION-2' && settings.profile === 'smoke')
    return 'the smoke profile uses fewer than a thousand keys';
  if (suite.id === 'LOST-5' && settings.restartCommand === undefined) {
    return `it needs a command that kills the backend and starts it again: ${nameOf('restartCommand')}`;
  }
  const ruledOut = suite.skip?.(settings.contract.contract) ?? null;
  // The bundled reference, which no target stands for, has a replica.
  if (ruledOut === null && suite.severalTargets === true && settings.targets.length === 1) {
    return `it needs more than one target of the same backend: give two with ${nameOf('targets')}`;
  }
  if (ruledOut === null && suite.sideEndpoint === true && !settings.loopback && settings.sideEndpoints !== true) {
    return `it writes to other endpoints, where what it makes may stay: ${nameOf('sideEndpoints')}`;
  }
  if (ruledOut === null && suite.receiver === true && !settings.loopback && settings.webhooks.url === undefined) {
    return `it needs a webhook receiver that the target can reach: ${nameOf('webhooks.url')}`;
  }
  // The bundled reference tells its secret.
  const known = settings.targets.length === 0 || settings.webhooks.secret !== undefined;
  if (ruledOut === null && suite.signingSecret === true && !known) {
    return 'it needs the secret that webhooks are signed with: set IDEM_WEBHOOK_SECRET';
  }
  if (ruledOut !== null || suite.secondCredential !== true) return ruledOut;
  if (settings.targets.length === 0 || (settings.credentials.second ?? '') !== '') return null;
  return 'it needs the API key of another key holder: set IDEM_API_KEY_2 (or name a second variable with --api-key-env)';
}
