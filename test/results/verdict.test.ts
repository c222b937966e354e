/** The sentence that sums a run up. */
import { expect, test } from 'vitest';
import { verdictOf } from '../../results/verdict.js';
import { fixture } from '../reports/fixtures.js';

const stopped = fixture('stopped');

test.each([
  ['words', 'the budget is spent', 'the budget is spent.'],
  ['sentences', 'The step failed. The request: POST /orders.', 'The step failed. The request: POST /orders.'],
])('ends with one full stop where what stopped the run is %s', (_, message, end) => {
  const verdict = verdictOf(stopped, { kind: 'stopped', message }, 3);
  expect(verdict.slice(verdict.indexOf('stopped: '))).toBe(`stopped: ${end}`);
});

test('has none before what follows', () => {
  const stop = { kind: 'stopped' as const, message: 'The step failed.' };
  const verdict = verdictOf({ ...stopped, unresolved: 1 }, stop, 3);
  expect(verdict).toContain(
    'stopped: The step failed; what 1 request without an answer made may be left on the target.',
  );
});
