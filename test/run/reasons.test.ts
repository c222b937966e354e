/** Reasons name options for their reader, and leave what a target said as it is. */
import { expect, test } from 'vitest';
import { reasonOf } from '../../run/reasons.js';

const nameOf = (member: string) => `--${member}`;

test('options are named as the reader wrote them', () => {
  expect(reasonOf({ code: 'effects-ambiguous', by: null }, '2', nameOf)).toBe(
    '2 resources appeared that cannot be attributed; with no other writers on the target, use --exclusive',
  );
});

test('where bodies have no text, no option is said to help', () => {
  expect(reasonOf({ code: 'effects-nameless', by: null }, '2', nameOf)).toBe(
    '2 resources appeared that no answer names, and the body has no text by which they could be attributed: where it has one, name it with `create.nonce`; where it has none, count effects by `effects.counter`',
  );
});

test.each([
  ['violated', 'Answered {option exclusive}.', 'Answered {option exclusive}.'],
  [
    'effects-unseen',
    'GET /{option list} failed',
    'effects cannot be seen: GET /{option list} failed; to leave out what they decide, use --noEffects',
  ],
])('what came from a target is no template: %s', (code, detail, expected) => {
  expect(reasonOf({ code, by: null }, detail, nameOf)).toBe(expected);
});
