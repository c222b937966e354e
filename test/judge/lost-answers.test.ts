/** A lost answer names the requirement where it came before what is wrong, and not where it came later. */
import { expect, it } from 'vitest';
import { type Asked, found, lost, made, slot, write } from './side-histories.js';

const first: Asked = { attempt: write(slot(0)), answer: made(1), at: 0 };
const gone: Asked = { attempt: write(slot(0), 0, { hangUp: { after: 'body', ms: 0 } }), answer: lost };

it('before: a hang-up on a replay has lost the record', () => {
  const again: Asked = { attempt: write(slot(0)), answer: made(2), at: 2000 };
  expect(found([first, { ...gone, at: 1000 }, again])).toEqual(['LOST-7 AC']);
});

it('later, as where the run was stopped: the repeat is what was answered wrongly', () => {
  const again: Asked = { attempt: write(slot(0)), answer: made(2), at: 1000 };
  expect(found([first, again, { ...gone, at: 2000 }])).toEqual(['REPLAY-1 AB']);
});

it('another body, before and later', () => {
  const other: Asked = { attempt: write(slot(0), 1), answer: made(1), at: 1000 };
  expect(found([first, { ...gone, at: 500 }, other])).toEqual(['LOST-7 AC']);
  expect(found([first, other, { ...gone, at: 2000 }])).toEqual(['CONFLICT-3 AB']);
});
