/** Why a requirement has its status, in words; those of what was ruled out before the run are in `skip.ts`. */
import type { Because } from '../results/results.js';
import type { NameOf } from './options/usage.js';

const WORDS: Record<string, (detail: string, by: string | null, nameOf: NameOf) => string> = {
  'not-promised': () => 'not promised by this contract; nothing against it was seen',
  'not-promised-seen': (summary) => `not promised by this contract; seen: ${summary}`,
  'shows-another': blocked,
  'same-rule': blocked,
  'not-exercised': blocked,
  'effects-unseen': (why) => `effects cannot be seen: ${why}`,
  'effects-ambiguous': (count, _, nameOf) =>
    `${count} resources appeared that cannot be attributed; with no other writers on the target, use ${nameOf('exclusive')}`,
  'too-few-keys': (count) => `the run used fewer than ${count} keys`,
  'no-delivery': (url) => `no webhook came to ${url}`,
  'no-success': () => 'no request succeeded',
};

/**
 * The reason.
 * @param detail what the code alone does not say: a message, a number; where the code has no words, it is the reason
 */
export function reasonOf({ code, by }: Because, detail: string, nameOf: NameOf): string {
  return WORDS[code]?.(detail, by, nameOf) ?? detail;
}

function blocked(why: string, by: string | null): string {
  return `blocked by ${by}: ${why}`;
}
