/** Reasons name options for their reader, and leave what a target said as it is. */
import { expect, test } from 'vitest';
import { reasonOf } from '../../run/reasons.js';

const nameOf = (member: string) => `--${member}`;

test('options are named as the reader wrote them', () => {
  expect(reasonOf({ code: 'effects-ambiguous', by: null }, '2', nameOf)).toBe(
    '2 resources appeared that cannot be attributed; with no other writers on the target, use --exclusive',
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
