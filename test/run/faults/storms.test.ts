import { describe, expect, it } from 'vitest';
import { checkUntil, idsWith, smallest } from '../check.js';
import { BY_NUMBERS, testFaults } from './found.js';

testFaults((chapter) => chapter === 'STORM' || chapter === 'LOST');

it('a race is minimised as far as it goes', async () => {
  const results = await checkUntil({ fault: 'race-5ms', only: ['STORM-1'], profile: 'standard' }, ['STORM-1']);
  expect(smallest(results, 'STORM-1')).toBeLessThanOrEqual(3);
});

describe('what needs many keys, replays or storms is found by a standard run', () => {
  it.concurrent.each(BY_NUMBERS)('$name', async ({ name, only, id }) => {
    const results = await checkUntil({ fault: name, only, profile: 'standard' }, [id], { small: false });
    expect(idsWith(results, 'failed')).toContain(id);
  });
});
