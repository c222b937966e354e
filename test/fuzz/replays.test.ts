/** Plans from results of somebody else: each is sent as it is, or refused before anything is sent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { readResults } from '../../cli/results-file.js';
import type { Json } from '../../contracts/json.js';
import { ContractError } from '../../contracts/load.js';
import { startReference } from '../../reference/server/start.js';
import type { FindingRecord, Results } from '../../results/results.js';
import { UsageError } from '../../run/options/usage.js';
import { replay } from '../../run/replay.js';
import { fixture } from '../reports/fixtures.js';
import { changed, inputs, seed, spelled } from './mutate.js';

const sources = (['failing', 'storm', 'webhook', 'upload', 'conflict'] as const).map((name) => fixture(name));
const plans = sources.flatMap(({ requirements }) =>
  requirements.flatMap(({ findings }) => findings.map(({ smallest }) => smallest.plan as Json)),
);

/** Waits of a run are its own; here they only cost time. */
function hurried(finding: FindingRecord): FindingRecord {
  const text = JSON.stringify(finding.smallest.plan, (name, value) =>
    ['ms', 'within', 'quiet', 'restartAfterMs'].includes(name) && typeof value === 'number'
      ? Math.min(value, 5)
      : value,
  );
  return { ...finding, smallest: { ...finding.smallest, plan: JSON.parse(text) as object } };
}

const runs = Math.ceil(inputs(200) / 20);

test(`replays: ${runs} inputs, seed ${seed}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'idem-fuzz-'));
  const reference = await startReference();
  onTestFinished(async () => {
    await reference.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const [first, second] = reference.keys;
  const options = { targets: [reference.url], credentials: { first, second }, timeout: 1, maxWait: 1 };
  const file = join(folder, 'results.json');
  const source = fixture('failing');
  const requirement = source.requirements.find(({ findings }) => findings.length > 0);
  const drawn = fc.sample(changed(plans), { seed, numRuns: runs });
  for (const [n, plan] of drawn.entries()) {
    const [finding] = requirement?.findings ?? [];
    const hostile = { ...(finding as FindingRecord), smallest: { ...finding?.smallest, plan: '§' } };
    const results = { ...source, requirements: [{ ...requirement, findings: [hostile] }] };
    writeFileSync(
      file,
      JSON.stringify(results).replace('"§"', () => spelled(plan)),
    );
    try {
      const read: Results = readResults(file);
      const [one] = read.requirements[0]?.findings ?? [];
      const { state } = await replay(hostile.id, hurried(one as FindingRecord), options);
      expect(['fixed', 'failing', 'unknown']).toContain(state);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof ContractError))
        throw new Error(`input ${n} of seed ${seed}`, { cause: error });
    }
  }
});
