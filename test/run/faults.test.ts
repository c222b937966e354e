import { describe, expect, it } from 'vitest';
import { faults } from '../../reference/faults/index.js';
import { plannedRequirements } from '../../suites/index.js';
import { check, checkUntil, idsWith, smallest } from './check.js';

/** Requirements that have plans. */
const tested = new Set(plannedRequirements.map(({ id }) => id));

/** A standard run meets these for certain, but not in the plans of their own requirements alone. */
const BY_NUMBERS = [
  { name: 'one-replay-in-a-hundred-creates', only: ['REPLAY-3'], id: 'REPLAY-3' },
  { name: 'forgets-after-1s', only: ['RETENTION', 'REPLAY-8'], id: 'RETENTION-1' },
  { name: 'forgets-after-4-keys', only: ['CREATE-5'], id: 'CREATE-5' },
  { name: 'forgets-after-100-keys', only: ['RETENTION'], id: 'RETENTION-2' },
  { name: 'race-one-key-in-ten', only: ['STORM-1', 'STORM-2', 'STORM-3', 'STORM-6', 'STORM-8'], id: 'STORM-1' },
];

const findable = faults.filter(
  ({ kind, name, breaks }) =>
    kind === 'fault' && BY_NUMBERS.every((one) => one.name !== name) && breaks.some((id) => tested.has(id)),
);

/** Whether a storm can be narrowed to three requests depends on how it falls. */
const isStorm = (id: string) => /^(STORM|LOST)-/.test(id);

describe('each fault is found by its own requirements, small', () => {
  it.concurrent.each(findable)('$name: $sentence', async ({ name, breaks }) => {
    const ids = breaks.filter((id) => tested.has(id));
    // Standard, so that a storm has more than one chance; what is found is not looked for again.
    const small = !ids.every(isStorm);
    const results = await checkUntil({ fault: name, only: ids, profile: 'standard' }, ids, { small });
    const found = idsWith(results, 'failed', 'warned');
    expect(found).toEqual(expect.arrayContaining(ids));
    for (const id of ids.filter((one) => !isStorm(one))) {
      expect([name, id, smallest(results, id)]).toEqual([name, id, expect.toSatisfy((n) => n <= 3)]);
    }
  });
});

it('a race is made small as far as it goes', async () => {
  const results = await checkUntil({ fault: 'race-5ms', only: ['STORM-1'], profile: 'standard' }, ['STORM-1']);
  expect(smallest(results, 'STORM-1')).toBeLessThanOrEqual(3);
});

describe('what needs many keys, replays or storms is found by a standard run', () => {
  it.concurrent.each(BY_NUMBERS)('$name', async ({ name, only, id }) => {
    const results = await checkUntil({ fault: name, only, profile: 'standard' }, [id], { small: false });
    expect(idsWith(results, 'failed')).toContain(id);
  });
});

describe('each permitted variation passes', () => {
  // A minute and more each: `npm run score` runs them.
  const slow = ['rate-limit-300', 'rate-limit-by-credential', 'at-most-3-unfinished'];
  const variations = faults.filter(({ kind, name }) => kind === 'variation' && !slow.includes(name));
  it.concurrent.each(variations)('$name: $sentence', async ({ name }) => {
    const results = await check({ fault: name, profile: 'smoke' });
    expect({ verdict: results.exitCode, found: idsWith(results, 'failed', 'warned', 'inconclusive') }).toEqual({
      verdict: 0,
      found: [],
    });
  });
});
