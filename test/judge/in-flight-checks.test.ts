/** STORM-3 and STORM-11: duplicates in flight that are refused otherwise than the contract says, or held back. */
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

const refuses = under({ inFlight: { ...moda.contract.inFlight, policy: 'refuse' } as Contract['inFlight'] });
const lone: Asked = { attempt: write(slot(1), 1), answer: made(2), at: 0, takes: 150 };
const long: Asked = { attempt: write(slot(0)), answer: made(1), at: 1000, takes: 150 };
const heldBack: Asked = { attempt: write(slot(0)), answer: made(1), at: 1010, takes: 150 };

test('a duplicate that is held back, where a lone request shows how long one runs', () => {
  expect(found([lone, long, heldBack], undefined, refuses)).toEqual(['STORM-11 BC']);
});

test.each<[name: string, asked: Asked[]]>([
  ['nothing shows how long one runs', [long, heldBack]],
  ['a lone one is much quicker', [{ ...lone, takes: 20 }, long, heldBack]],
  ['it ran much longer than a lone one', [lone, { ...long, takes: 400 }, { ...heldBack, takes: 400 }]],
  ['the other one did not come alone', [{ ...lone, at: 1000 }, long, heldBack]],
  ['it came in the second half', [lone, long, { ...heldBack, at: 1090 }]],
])('no finding: %s', (_, asked) => {
  expect(found(asked, undefined, refuses)).toEqual([]);
});
