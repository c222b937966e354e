import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTRACT, loadContract } from '../../../contracts/load.js';
import { appliesTo, faults } from '../../../reference/faults/index.js';
import { requirements } from '../../../suites/index.js';
import { check, idsWith } from '../check.js';

describe('each permitted variation passes', () => {
  const moda = loadContract(DEFAULT_CONTRACT);
  // A minute and more each: `npm run score` runs them.
  const slow = ['rate-limit-300', 'rate-limit-by-credential', 'at-most-3-unfinished'];
  const variations = faults
    .filter(({ kind, name }) => kind === 'variation' && !slow.includes(name))
    .filter((one) => appliesTo(one, moda));
  it.concurrent.each(variations)('$name: $sentence', async ({ name }) => {
    const results = await check({ fault: name, profile: 'smoke' });
    // What effects decide cannot be seen where there is no list.
    const open =
      name === 'no-list'
        ? requirements
            .filter(({ byEffects, skip }) => byEffects !== undefined && !skip?.(moda.contract))
            .map(({ id }) => id)
        : [];
    expect({ exitCode: results.exitCode, found: idsWith(results, 'failed', 'warned', 'inconclusive') }).toEqual({
      exitCode: open.length > 0 ? 3 : 0,
      found: open,
    });
  });
});
