/** Why a requirement is not put to the test in a run. */
import type { Need, Requirement } from '../suites/requirement.js';
import type { Settings } from './options.js';

export interface Skipped {
  /** `not-chosen`, `ruled-out`, or `needs-` and what is missing. */
  code: string;
  /** In words. */
  reason: string;
}

/** The bundled reference, which stands where no target is given, has a replica, two keys and a known secret. */
function isBundled({ targets }: Settings): boolean {
  return targets.length === 0;
}

/** What each need asks of a run, and what to do where it is not met. */
const NEEDS: Record<Need, { met(settings: Settings): boolean; reason: string }> = {
  'retention-time': {
    met: ({ retention }) => retention !== undefined,
    reason: 'it needs a time to wait: --retention S',
  },
  'many-keys': {
    met: ({ profile }) => profile !== 'smoke',
    reason: 'the smoke profile uses fewer than a thousand keys',
  },
  'restart-command': {
    met: ({ restartCommand }) => restartCommand !== undefined,
    reason: 'it needs a command that kills the backend and starts it again: --restart-command CMD',
  },
  'several-targets': {
    met: ({ targets }) => targets.length !== 1,
    reason: 'it needs more than one target of the same backend: give --target twice',
  },
  'side-endpoint': {
    met: ({ loopback, sideEndpoints }) => loopback || sideEndpoints === true,
    reason: 'it writes to other endpoints, where what it makes may stay: --side-endpoints',
  },
  receiver: {
    met: ({ loopback, webhooks }) => loopback || webhooks.url !== undefined,
    reason: 'it needs a webhook receiver that the target can reach: --webhook-url URL',
  },
  'signing-secret': {
    met: (settings) => isBundled(settings) || settings.webhooks.secret !== undefined,
    reason: 'it needs the secret that webhooks are signed with: set IDEM_WEBHOOK_SECRET',
  },
  'second-credential': {
    met: (settings) => isBundled(settings) || (settings.credentials.second ?? '') !== '',
    reason:
      'it needs the API key of another key holder: set IDEM_API_KEY_2 (or name a second variable with --api-key-env)',
  },
};

/** `null` where it is put to the test. */
export function skipped({ id, needs = [], skip }: Requirement, settings: Settings): Skipped | null {
  if (settings.only !== null && !settings.only.includes(id)) {
    return { code: 'not-chosen', reason: 'not chosen by --only' };
  }
  const ruledOut = skip?.(settings.contract.contract) ?? null;
  if (ruledOut !== null) return { code: 'ruled-out', reason: ruledOut };
  const missing = needs.find((need) => !NEEDS[need].met(settings));
  return missing === undefined ? null : { code: `needs-${missing}`, reason: NEEDS[missing].reason };
}
