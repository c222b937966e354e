/** The suite as Vitest tests: one for each requirement, for people who run it inside their own tests. */
import { beforeAll, describe, it } from 'vitest';
import type { RequirementRecord, Results } from '../results/results.js';
import type { RunOptions } from '../run/options.js';
import { run } from '../run/run.js';
import { chapters } from '../suites/index.js';
import { complaint, emptiness, exemption } from './outcome.js';

export interface DescribeOptions extends RunOptions {
  /** Title of the suite. Default `idempotency`. */
  title?: string;
  /** Milliseconds for the whole run. Default ten minutes. */
  runTimeout?: number;
}

/**
 * Registers one test a requirement. The run itself happens once, before the first of them. A violated MUST, one that
 * could not be decided, and an error of the suite fail their test, with the finding as the message; so does what is in
 * `require` and was not checked, and with `strict` a violated SHOULD. What was ruled out is skipped with its reason, and
 * so is a known failure. Where all were ruled out, the suite fails.
 */
export function describeConformance(options: DescribeOptions = {}): void {
  const { title = 'idempotency', runTimeout = 600_000, ...runOptions } = options;
  describe(title, () => {
    let results: Results | undefined;
    beforeAll(async () => {
      results = await run(runOptions);
      const empty = emptiness(results);
      if (empty !== null) throw new Error(empty);
    }, runTimeout);
    for (const { name, requirements } of chapters) {
      describe(name, () => {
        for (const { id, title: promise } of requirements) {
          it(`${id} ${promise}`, (context) => {
            const requirement = results?.requirements.find((one) => one.id === id) as RequirementRecord;
            const message = complaint(requirement, results as Results);
            if (message !== null) throw new Error(message);
            const why = exemption(requirement, results as Results);
            if (why !== null) context.skip(why);
          });
        }
      });
    }
  });
}
