/** Why a requirement has its status, in words; those of what was ruled out before the run are in `skip.ts`. */
import type { Because } from '../results/results.js';
import type { NameOf } from './options/usage.js';

const WORDS: Record<string, (detail: string, by: string | null, nameOf: NameOf) => string> = {
  'not-promised': () => 'not promised by this contract; nothing against it was seen',
  'not-promised-seen': (summary) => `not promised by this contract; seen: ${summary}`,
  noticed: (summary) => `the contract does not say; noticed: ${summary}`,
  'not-reproduced': (seen) => seen,
  'shows-another': blocked,
  'same-rule': blocked,
  'not-exercised': blocked,
  'refused-effect-unseen': (count) =>
    `${count} keys were refused for good after an unknown outcome, and whether they had an effect could not be seen`,
  'wait-too-long': (why, _, nameOf) => `${why}: raise ${nameOf('maxWait')} to wait for it`,
  'lost-unseen': (why) => `it cannot be said that no write is lost: ${why}`,
  'effects-unseen': (why, _, nameOf) =>
    `effects cannot be seen: ${why}; to leave out what they decide, use ${nameOf('noEffects')}`,
  'no-effects': (_why, _by, nameOf) => `effects are not counted: ${nameOf('noEffects')}`,
  'no-observer': (_why, _by, nameOf) =>
    `effects are not counted: nothing that shows them is named, such as a list of resources (${nameOf('endpoint.list')}, ${nameOf('effectsCommand')}, or \`effects\` in the contract)`,
  'effects-ambiguous': (count, _, nameOf) =>
    `${count} resources appeared that cannot be attributed; with no other writers on the target, use ${nameOf('exclusive')}`,
  'effects-nameless': (count) =>
    `${count} resources appeared that no answer names, and the body has no text by which they could be attributed: where it has one, name it with \`create.nonce\`; where it has none, count effects by \`effects.counter\``,
  'effects-unattributed': (count) =>
    `${count === '1' ? '1 effect was' : `${count} effects were`} counted that no answer names, and no plan that was sent again alone had one too many`,
  'too-few-keys': (count) => `the run used fewer than ${count} keys`,
  'no-delivery': (url) => `no webhook came to ${url}`,
  'no-success': (answers) => (answers === '' ? 'no plan was sent for it' : `no request succeeded; ${answers}`),
  'not-shown': (answers) => `no plan put it to the test; ${answers}`,
  'kind-refused': (answers) => `it does not apply: all requests of the kind that it is about were refused; ${answers}`,
  'repeats-refused': (status) =>
    `every repeat was refused (${status}), and the contract does not say whether it may be: say \`replay.kind\` in it`,
  'all-repeats-refused': (status) =>
    `no replay was seen: every repeat was refused (${status}), and only \`replay.kind\` in a contract says whether it may be`,
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
