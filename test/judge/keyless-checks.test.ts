/** CREATE-1 and its kin: equal requests without a key that were joined, whatever their answers look like. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../contracts/contract.js';
import type { Outcome } from '../../history/history.js';
import type { KeyUse } from '../../history/plan.js';
import { type Asked, answer, conflict, found, made, moda, slot, task, write } from './side-histories.js';

const absent: KeyUse = { kind: 'absent' };
const first: Asked = { attempt: write(absent), answer: made(1), at: 0 };
const again = (given: Outcome, at = 1000, number = 0): Asked => ({ attempt: write(absent, number), answer: given, at });

function seenBy(keyless: 'separate' | 'joined' | null, ...asked: Asked[]): string[] {
  const { contract } = moda;
  return found(asked, undefined, { ...moda, contract: { ...contract, key: { ...contract.key, keyless } } });
}

/** JSON that holds a value somewhere. */
const around = (value: Json) =>
  fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constant(value),
      tie('json').map((inner) => ({ cached: true, data: inner })),
      tie('json').map((inner) => ['seen before', inner]),
    ),
  })).json;

describe('the answer shows the first resource', () => {
  it('at any other place, with any success or redirection', () => {
    fc.assert(
      fc.property(around(task(1)), fc.integer({ min: 200, max: 399 }), (json, status) => {
        expect(seenBy('separate', first, again(answer(status, { seen: json })))).toEqual(['CREATE-1 AB']);
      }),
    );
  });

  it('at its own place, with another status than a first success', () => {
    const replay = answer(200, { id: task(1), kind: 'design', status: 'queued' });
    expect(seenBy('separate', first, again(replay))).toEqual(['CREATE-1 AB']);
  });

  it('in the address of a redirection', () => {
    const redirected = { ...again(answer(303, {})), headers: { location: `/v1/tasks/${task(1)}?again=1` } };
    expect(seenBy('separate', first, redirected)).toEqual(['CREATE-1 AB']);
  });

  it('by a conflict', () => expect(seenBy('separate', first, again(conflict))).toEqual(['CREATE-1 B']));

  it('at the same time, and by a null key', () => {
    const wrapped = answer(200, { cached: true, resource: task(1) });
    expect(seenBy('separate', { ...first, takes: 50 }, again(wrapped, 10))).toEqual(['STORM-10 AB']);
    const asNull = { ...again(wrapped), attempt: write({ kind: 'null' }) };
    expect(seenBy('separate', first, asNull)).toEqual(['CREATE-2 AB']);
  });
});

describe('not', () => {
  const wrapped = answer(200, { data: { id: task(1) } });

  it('the contract joins them', () => {
    expect(seenBy('joined', first, again(made(1)))).toEqual([]);
    expect(seenBy('joined', first, again(conflict))).toEqual([]);
    // It still lacks its id.
    expect(seenBy('joined', first, again(wrapped))).toEqual(['CREATE-4 B']);
  });

  it('the body is another one, or the first had a key', () => {
    expect(seenBy('separate', first, again(wrapped, 1000, 1))).toEqual(['CREATE-4 B']);
    expect(seenBy('separate', { ...first, attempt: write(slot(0)) }, again(wrapped))).toEqual(['CREATE-4 B']);
  });

  it('the ids are numbers that may mean anything, or stand inside a longer string', () => {
    const numbered = { ...first, answer: answer(202, { id: 7, kind: 'design', status: 'queued' }) };
    expect(
      seenBy('separate', numbered, again(answer(200, { count: 7 }))).filter((one) => one.startsWith('CREATE-1')),
    ).toEqual([]);
    expect(seenBy('separate', first, again(answer(200, { text: `not ${task(1)}` })))).toEqual(['CREATE-4 B']);
  });
});
