/** Why a requirement is not put to the test in a run. */
import type { Need, Requirement } from '../suites/requirement.js';
import { hasSecondCredential, isBundled, undrawn } from './drawing.js';
import type { Settings } from './options.js';

export interface Skipped {
  /** `not-chosen`, `left-out`, `ruled-out`, `not-drawable`, or `needs-` and what is missing. */
  code: string;
  /** In words. */
  reason: string;
}

/** Whether anything is named that shows effects: without it there are none to be counted. */
export function hasObserver({ contract, effectsCommand }: Settings): boolean {
  const { list, counter } = contract.contract.effects;
  return effectsCommand !== undefined || list !== null || counter !== null;
}

/** What each need asks of a run, and what to do where it is not met. */
const NEEDS: Record<Need, { met(settings: Settings): boolean; reason(nameOf: Settings['front']['nameOf']): string }> = {
  'retention-time': {
    met: ({ retention }) => retention !== undefined,
    reason: (nameOf) => `it needs a time to wait: ${nameOf('retention')}`,
  },
  'many-keys': {
    met: ({ profile }) => profile !== 'smoke',
    reason: () => 'the smoke profile uses fewer than a thousand keys',
  },
  'restart-command': {
    met: ({ restartCommand }) => restartCommand !== undefined,
    reason: (nameOf) => `it needs a command that kills the backend and starts it again: ${nameOf('restartCommand')}`,
  },
  'several-targets': {
    met: ({ targets }) => targets.length !== 1,
    reason: (nameOf) => `it needs more than one target of the same backend: give two with ${nameOf('targets')}`,
  },
  'side-endpoint': {
    met: ({ loopback, sideEndpoints }) => loopback || sideEndpoints === true,
    reason: (nameOf) => `it writes to other endpoints, where what it makes may stay: ${nameOf('sideEndpoints')}`,
  },
  receiver: {
    met: ({ loopback, webhooks }) => loopback || webhooks.url !== undefined,
    reason: (nameOf) => `it needs a webhook receiver that the target can reach: ${nameOf('webhooks.url')}`,
  },
  'signing-secret': {
    met: (settings) => isBundled(settings) || settings.webhooks.secret !== undefined,
    reason: (nameOf) => `it needs the secret that webhooks are signed with: set ${nameOf('webhooks.secret')}`,
  },
  'new-tokens': {
    met: ({ renewsTokens }) => renewsTokens,
    reason: () => 'whoever gives access tokens gives the same one again',
  },
  'second-credential': {
    met: hasSecondCredential,
    reason: (nameOf) => `it needs the API key of another key holder: set ${nameOf('credentials.second')}`,
  },
};

/** `null` where the user does not leave it out. */
export function leftOutBy({ skip, front }: Settings, id: string): Skipped | null {
  return skip.includes(id) ? { code: 'left-out', reason: `left out by ${front.nameOf('skip')}` } : null;
}

/** `null` where it is put to the test. */
export function skipped(requirement: Requirement, settings: Settings): Skipped | null {
  const why = ruledOut(requirement, settings);
  if (why !== null) return why;
  const lacking = undrawn(requirement, settings);
  return lacking === null ? null : { code: 'not-drawable', reason: lacking };
}

/** The same without drawing plans. */
export function ruledOut(requirement: Requirement, settings: Settings): Skipped | null {
  const { id, needs = [], skip } = requirement;
  const { nameOf } = settings.front;
  if (settings.only !== null && !settings.only.includes(id)) {
    return { code: 'not-chosen', reason: `not chosen by ${nameOf('only')}` };
  }
  const leftOut = leftOutBy(settings, id);
  if (leftOut !== null) return leftOut;
  const byContract = skip?.(settings.contract.contract) ?? null;
  if (byContract !== null) return { code: 'ruled-out', reason: byContract };
  const missing = needs.find((need) => !NEEDS[need].met(settings));
  return missing === undefined ? null : { code: `needs-${missing}`, reason: NEEDS[missing].reason(nameOf) };
}
