import { describe, expect, it } from 'vitest';
import { faults } from '../../../reference/faults/index.js';
import { check, idsWith } from '../check.js';

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
