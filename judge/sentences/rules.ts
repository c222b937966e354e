/** What each rule of the judge requires, for histories of which nothing but registers is known. */
import type { Rule } from '../observed.js';

export const REQUIRED_BY: Record<Rule, string> = {
  'two-ids':
    'One key makes one resource: a repeat is answered with the first, another body is refused (REPLAY-1, CONFLICT-1).',
  'shared-id': 'Another key, another key holder, or no key makes another resource (CREATE-1, CREATE-3, SCOPE-1).',
  'two-values':
    'Another body under a used key is refused as a conflict, never answered with the first resource (CONFLICT-3).',
  'conflict-for-winner': 'The body that holds the key is never refused as a conflict (REPLAY-1, CONFLICT-6).',
  'conflict-without-competitor':
    'A conflict needs another body that was sent before under the same key (CONFLICT-1, SCOPE-2).',
  'repeat-refused-without-first':
    'A refused repeat needs a request that was sent before under the same key (CREATE-3, CONFLICT-1).',
  'refused-request-bound': 'A refused request should not bind its key: the corrected request creates (REJECT-3).',
  'in-flight-without-competitor':
    'A refusal as in flight needs another request under the same key that may still be running (STORM-3).',
};
