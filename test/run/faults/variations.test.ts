import { describe, expect, it } from 'vitest';
import { faults } from '../../../reference/faults/index.js';
import { requirements } from '../../../suites/index.js';
import { check, idsWith } from '../check.js';

describe('each permitted variation passes', () => {
  // A minute and more each: `npm run score` runs them.
  const slow = ['rate-limit-300', 'rate-limit-by-credential', 'at-most-3-unfinished'];
  const variations = faults.filter(({ kind, name }) => kind === 'variation' && !slow.includes(name));
  it.concurrent.each(variations)('$name: $sentence', async ({ name }) => {
    const results = await check({ fault: name, profile: 'smoke' });
    // What effects decide cannot be seen where there is no list.
    const open =
      name === 'no-list' ? requirements.filter(({ byEffects }) => byEffects !== undefined).map(({ id }) => id) : [];
    expect({ exitCode: results.exitCode, found: idsWith(results, 'failed', 'warned', 'inconclusive') }).toEqual({
      exitCode: open.length > 0 ? 3 : 0,
      found: open,
    });
  });
});
