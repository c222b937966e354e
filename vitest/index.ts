/** The suite as Vitest tests: one for each requirement, for people who run it inside their own tests. */
import { beforeAll, describe, it } from 'vitest';
import { findingText } from '../reports/terminal.js';
import type { RequirementRecord, Results } from '../results/results.js';
import type { RunOptions } from '../run/options.js';
import { run } from '../run/run.js';
import { chapters } from '../suites/index.js';

export interface DescribeOptions extends RunOptions {
  /** Title of the suite. Default `idempotency`. */
  title?: string;
  /** Milliseconds for the whole run. Default ten minutes. */
  runTimeout?: number;
}

/**
 * Registers one test a requirement. The run itself happens once, before the first of them. A violated MUST, one that
 * could not be decided, and an error of the suite fail their test, with the finding as the message; a violated SHOULD
 * fails with `strict`; what was ruled out is skipped with its reason.
 */
export function describeConformance(options: DescribeOptions = {}): void {
  const { title = 'idempotency', runTimeout = 600_000, ...runOptions } = options;
  describe(title, () => {
    let results: Results | undefined;
    beforeAll(async () => {
      results = await run(runOptions);
    }, runTimeout);
    for (const { name, requirements } of chapters) {
      describe(name, () => {
        for (const { id, title: promise } of requirements) {
          it(`${id} ${promise}`, (context) => {
            const requirement = results?.requirements.find((one) => one.id === id) as RequirementRecord;
            if (requirement.status === 'skipped' || requirement.status === 'blocked') context.skip(requirement.reason);
            const message = complaint(requirement, results as Results);
            if (message !== null) throw new Error(message);
          });
        }
      });
    }
  });
}

/** What the test of a requirement fails with, or `null`. */
function complaint(requirement: RequirementRecord, results: Results): string | null {
  const { id, level, status, reason, findings } = requirement;
  const undecided = status === 'inconclusive' && level === 'MUST';
  const violated = status === 'failed' || (status === 'warned' && results.strict);
  if (!undecided && !violated && status !== 'error') return null;
  if (!violated) return `${id} ${status === 'error' ? 'met an error of the suite' : 'could not be decided'}: ${reason}`;
  return findings
    .map((finding, index) => findingText({ requirement, finding, number: index + 1 }, { color: false, width: 100 }))
    .join('\n');
}
