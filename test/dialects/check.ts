import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Way } from './dialect.js';
import { complaints, dialects, runDialect, statusesOf } from './runs.js';

/** Compares what is known of each correct server with what is committed: `vitest -u` writes it again. */
export function checkDialects(way: Way): void {
  describe.concurrent(`correct servers by ${way}`, () => {
    test.each(dialects.filter(({ slow }) => slow !== true))('$name', async (dialect) => {
      const results = await runDialect(dialect, way);
      const expected = fileURLToPath(new URL(`./expected/${dialect.name}.${way}.txt`, import.meta.url));
      // First, so that no written-down status can hide an accusation.
      expect(complaints(dialect, way, results)).toEqual([]);
      await expect(statusesOf(results)).toMatchFileSnapshot(expected);
    });
  });
}
