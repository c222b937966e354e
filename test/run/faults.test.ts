import { describe, expect, it } from 'vitest';
import { faults } from '../../reference/faults/index.js';
import { suites } from '../../suites/index.js';
import { check, idsWith, smallest } from './check.js';

/** Requirements that have plans. */
const tested = new Set(suites.map(({ id }) => id));

/** Faults that a short run meets only by luck; those of them that a standard run meets for certain are below. */
const TIMING = new Set([
  'one-replay-in-a-hundred-creates',
  'forgets-after-1s',
  'forgets-after-100-keys',
  'race-one-key-in-ten',
]);

const findable = faults.filter(
  ({ kind, name, breaks }) => kind === 'fault' && !TIMING.has(name) && breaks.some((id) => tested.has(id)),
);

/** Whether a storm can be narrowed to three requests depends on how it falls. */
const isStorm = (id: string) => /^(STORM|LOST)-/.test(id);

describe('each fault is found by its own requirements, small', () => {
  it.concurrent.each(findable)('$name: $sentence', async ({ name, breaks }) => {
    const ids = breaks.filter((id) => tested.has(id));
    // Standard, so that a storm has more than one chance; what is found is not looked for again.
    const results = await check({ fault: name, only: ids, profile: 'standard' });
    const found = idsWith(results, 'failed', 'warned');
    expect(found).toEqual(expect.arrayContaining(ids));
    for (const id of ids.filter((one) => !isStorm(one))) {
      expect([name, id, smallest(results, id)]).toEqual([name, id, expect.toSatisfy((n) => n <= 3)]);
    }
  });
});

describe('what needs many keys or storms is found by a standard run', () => {
  it.concurrent.each([
    ['race-one-key-in-ten', ['STORM-1', 'STORM-2', 'STORM-3', 'STORM-6'], ['STORM-1']],
    ['forgets-after-100-keys', ['CREATE', 'KEY-3', 'RETENTION-1'], ['RETENTION-1']],
  ])('%s', async (fault, only, ids) => {
    const results = await check({ fault, only, profile: 'standard' });
    expect(idsWith(results, 'failed', 'warned')).toEqual(expect.arrayContaining(ids));
  });
});

describe('each permitted variation passes', () => {
  const variations = faults.filter(({ kind, name }) => kind === 'variation' && name !== 'rate-limit-300');
  it.concurrent.each(variations)('$name: $sentence', async ({ name }) => {
    const results = await check({ fault: name, profile: 'smoke' });
    expect({ verdict: results.exitCode, found: idsWith(results, 'failed', 'warned', 'inconclusive') }).toEqual({
      verdict: 0,
      found: [],
    });
  });
});
