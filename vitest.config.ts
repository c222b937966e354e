import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: 'test/global-setup.ts',
    // Most tests wait for processes and timers: more files at a time than cores.
    maxWorkers: availableParallelism() + 1,
    // Storms need a machine that is not overrun.
    maxConcurrency: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
