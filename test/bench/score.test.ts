import { expect, test } from 'vitest';
import fewest from '../../bench/score/fewest.json' with { type: 'json' };
import { scoredFor } from '../../bench/score/scope.js';
import { contractNames } from '../../contracts/load.js';

test('every contract that ships says how many faults at least make a difference under it', () => {
  expect(Object.keys(fewest).sort()).toEqual(contractNames());
});

test.each(Object.entries(fewest))('no fault is excused from the score of %s', (contract, { faults, variations }) => {
  const scored = scoredFor(contract);
  const count = (kind: string) => scored.filter(({ fault }) => fault.kind === kind).length;
  expect(count('fault')).toBeGreaterThanOrEqual(faults);
  expect(count('variation')).toBeGreaterThanOrEqual(variations);
});
