import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import type { Way } from './dialect.js';
import { complaints, dialects, runDialect, statusesOf } from './runs.js';

/** Compares what is known of each correct server with what is committed: `vitest -u` writes it again. */
export function checkDialects(way: Way): void {
  describe.concurrent(`correct servers by ${way}`, () => {
    const quick = dialects.filter(({ slow }) => slow !== true);
    test.for(quick)('$name', async (dialect, { expect }) => {
      const results = await runDialect(dialect, way);
      // Apart from what is written down, so that no committed status can hide an accusation.
      expect.soft(complaints(dialect, way, results)).toEqual([]);
      const expected = fileURLToPath(new URL(`./expected/${dialect.name}.${way}.txt`, import.meta.url));
      await expect.soft(statusesOf(results)).toMatchFileSnapshot(expected);
    });
  });
}
