import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose tests run processes and whole runs of the suite: they begin first, so that none is left to the end. */
const SLOW = ['test/run/faults/', 'test/browser/', 'test/package/', 'test/run/', 'test/cli/'];

/** Replaces modules, so that it can share none with other files. */
const REPLACES = 'test/results/words.test.ts';

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const folder = SLOW.findIndex((name) => moduleId.includes(`/${name}`));
      return folder === -1 ? SLOW.length : folder;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: 'test/global-setup.ts',
    // Most tests wait for processes and timers: more files at a time than cores.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowestFirst },
    // Storms need a machine that is not overrun.
    maxConcurrency: 3,
    // For what hangs: a machine with other work may take many times as long as a quiet one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Files share what they load, so that the sources are loaded once for each worker.
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: 'command', include: ['test/cli/**/*.test.ts'], setupFiles: ['test/cli/set-up.ts'] },
      },
      { extends: true, test: { name: 'replaced', include: [REPLACES], isolate: true } },
      {
        extends: true,
        test: { name: 'sources', include: ['test/**/*.test.ts'], exclude: ['test/cli/**', REPLACES] },
      },
    ],
  },
});
