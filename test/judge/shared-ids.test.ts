/** A resource that two keys were answered with: which requirement it breaks depends on what the keys had before. */
import { expect, it } from 'vitest';
import { type Asked, found, made, slot, write } from './side-histories.js';

/** A key's request number, at a time, answered with a resource. */
const asked = (key: number, at: number, id: number): Asked => ({
  attempt: write(slot(key), key),
  answer: made(id),
  at,
  takes: 5,
});

it('one after the other: the later one is the first one’s', () => {
  expect(found([asked(0, 0, 1), asked(1, 100, 1)])).toEqual(['CREATE-3 AB']);
});

it('at once: the storm joined them', () => {
  expect(found([asked(0, 0, 1), asked(1, 1, 1)])).toEqual(['STORM-5 AB']);
});

it('at once, though one of them was answered with its own, too: still the storm', () => {
  expect(found([asked(0, 0, 1), asked(1, 1, 2), asked(1, 2, 1)])).toEqual(['STORM-1 BC', 'STORM-5 AC']);
});

it('later, with a resource of its own before: the repeat is what was answered wrongly', () => {
  expect(found([asked(0, 0, 1), asked(1, 100, 2), asked(1, 1000, 1)])).toEqual(['REPLAY-1 AC', 'REPLAY-1 BC']);
});
