/**
 * Which findings stand on one history. What broke a key's promise stays broken, whatever a retry is answered; what was
 * slow, refused for now, delivered or only counted may have had a cause that has passed.
 */
import type { Finding } from './finding.js';

/** Rules whose proof no later answer takes back. */
const STANDS: ReadonlySet<string> = new Set([
  // Rule 1: two ids.
  'second-resource',
  'second-resource-for-another-body',
  // Rule 2: an id of another register, and the ways in which answers of other shapes show it.
  'resource-of-another-request',
  'unrelated-requests-joined',
  'joined-with-another-plan',
  'keyless-joined-unreadably',
  'missing-key-is-a-key',
  'endpoints-share-a-key',
  'another-endpoint-joins-bodies',
  'foreign-resource-shown',
  // Rule 3: two values.
  'another-body-replayed',
  'another-body-accepted',
  'blank-key-joins-bodies',
  // Rule 4: refused and accepted.
  'conflict-for-winner',
  // Rule 5: a conflict or a refused repeat without a winner.
  'conflict-without-competitor',
  'repeat-refused-without-first',
  // Rule 10: too many effects, each with its id; a number alone does not say whose it is.
  'too-many-resources',
  // Rule 13: an acknowledged write that is lost beside control writes that are not.
  'acknowledged-write-lost',
  'fewer-resources',
]);

/** Rules that go by running times, which a busy machine makes long now and then. */
const BY_RUNNING_TIME: ReadonlySet<string> = new Set(['held-back-in-flight']);

/** How many of the times that its case is sent again must break the requirement for a finding to count. */
export function leastAgain({ rule, mayBeChance }: Pick<Finding, 'rule' | 'mayBeChance'>, of: number): number {
  if (STANDS.has(rule) && mayBeChance !== true) return 0;
  return BY_RUNNING_TIME.has(rule) ? of / 2 : 1;
}
