/** STORM-3: a duplicate in flight that is refused otherwise than the contract says, and what may refuse it. */
import { expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { type Asked, found, invalid, limited, made, moda, refusal, slot, unsent, write } from './side-histories.js';

const locked = refusal(423, 'conflict', 'locked');
const first: Asked = { attempt: write(slot(0)), answer: made(1), at: 0, takes: 100 };
const duplicate: Asked = { attempt: write(slot(0)), answer: locked, at: 50 };

const under = (change: Partial<Contract>) => ({ ...moda, contract: { ...moda.contract, ...change } });
const { replay } = moda.contract;

test('another refusal than that of the contract', () => {
  expect(found([first, duplicate])).toEqual(['STORM-3 AB']);
});

test.each<[name: string, asked: Asked[], loaded?: typeof moda]>([
  ['the contract’s refusal', [first, { ...duplicate, answer: refusal(409, 'conflict', 'request_in_progress') }]],
  ['a refusal by validation', [first, { ...duplicate, answer: invalid }]],
  ['a rate limit', [first, { ...duplicate, answer: limited }]],
  ['another key', [first, { ...duplicate, attempt: write(slot(1)) }]],
  ['nothing was accepted', [{ ...first, answer: unsent }, duplicate]],
  ['the contract does not say how duplicates in flight are refused', [first, duplicate], under({ inFlight: null })],
  [
    'the contract does not say how repeats are answered',
    [first, duplicate],
    under({ replay: { ...replay, kind: null } }),
  ],
])('no finding: %s', (_, asked, loaded) => {
  expect(found(asked, undefined, loaded)).toEqual([]);
});
