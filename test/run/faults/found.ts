/** What each fault's own requirements find. A file for each part of the catalogue, so that they run side by side. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTRACT, loadContract } from '../../../contracts/load.js';
import { appliesTo, type Fault, faults } from '../../../reference/faults/index.js';
import { plannedRequirements } from '../../../suites/index.js';
import { checkUntil, idsWith, smallest } from '../check.js';

/** Requirements that have plans. */
const tested = new Set(plannedRequirements.map(({ id }) => id));

/** A standard run meets these for certain, but not in the plans of their own requirements alone. */
export const BY_NUMBERS = [
  { name: 'one-replay-in-a-hundred-creates', only: ['REPLAY-3'], id: 'REPLAY-3' },
  { name: 'forgets-after-1s', only: ['RETENTION', 'REPLAY-8'], id: 'RETENTION-1' },
  { name: 'forgets-after-4-keys', only: ['CREATE-5'], id: 'CREATE-5' },
  { name: 'forgets-after-100-keys', only: ['RETENTION'], id: 'RETENTION-2' },
  { name: 'race-one-key-in-ten', only: ['STORM-1', 'STORM-2', 'STORM-3', 'STORM-6', 'STORM-8'], id: 'STORM-1' },
];

const findable = faults.filter(
  (fault) =>
    fault.kind === 'fault' &&
    appliesTo(fault, loadContract(DEFAULT_CONTRACT)) &&
    BY_NUMBERS.every(({ name }) => name !== fault.name) &&
    fault.breaks.some((id) => tested.has(id)),
);

/** Whether a storm can be narrowed to three requests depends on how it falls. */
const isStorm = (id: string) => /^(STORM|LOST)-/.test(id);

/** The chapter of the first requirement that a fault breaks. */
function chapterOf({ breaks: [first = ''] }: Fault): string {
  return first.slice(0, first.indexOf('-'));
}

/** Registers a test for each fault of some chapters. */
export function testFaults(isWanted: (chapter: string) => boolean): void {
  const wanted = findable.filter((fault) => isWanted(chapterOf(fault)));
  describe('each fault is found by its own requirements, minimised', () => {
    it.concurrent.each(wanted)('$name: $sentence', async ({ name, breaks }) => {
      const ids = breaks.filter((id) => tested.has(id));
      // Standard, so that a storm has more than one chance; what is found is not looked for again.
      const small = !ids.every(isStorm);
      // A busy machine takes many times as long; webhooks are waited for in each try.
      const patient = ids.some((id) => id.startsWith('WEBHOOK-')) ? {} : { minimiseMs: Number.POSITIVE_INFINITY };
      const results = await checkUntil({ fault: name, only: ids, profile: 'standard' }, ids, { small, ...patient });
      const found = idsWith(results, 'failed', 'warned');
      expect(found).toEqual(expect.arrayContaining(ids));
      for (const id of ids.filter((one) => !isStorm(one))) {
        expect([name, id, smallest(results, id)]).toEqual([name, id, expect.toSatisfy((n) => n <= 3)]);
      }
    });
  });
}
