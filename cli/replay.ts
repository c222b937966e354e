/** `idem-conformance replay`: whether a finding of an earlier run is fixed. */
import { contractNames } from '../contracts/load.js';
import { visibleLine } from '../reports/visible.js';
import type { Results } from '../results/results.js';
import { UsageError } from '../run/options/usage.js';
import type { RunOptions } from '../run/options.js';
import { replay } from '../run/replay.js';
import type { Given } from './options.js';
import { readResults, sayVersions } from './results-file.js';

/** @returns 0 fixed, 1 still failing, 3 unknown */
export async function replayFinding(id: string, from: string, { options, front }: Given): Promise<number> {
  const results = readResults(from);
  sayVersions(results);
  const wanted = id.trim().toUpperCase();
  const [finding, ...more] = results.requirements.find((one) => one.id === wanted)?.findings ?? [];
  if (finding === undefined) {
    const blocked = results.requirements.find((one) => one.id === wanted && one.status === 'blocked');
    if (blocked !== undefined)
      throw new UsageError(`${from} holds no finding of ${wanted}: ${blocked.reason}. Replay that one.`);
    const violated = results.requirements.filter(({ findings }) => findings.length > 0).map((one) => one.id);
    const known = violated.length === 0 ? 'It holds no findings.' : `It holds findings of ${violated.join(', ')}.`;
    throw new UsageError(`${from} holds no finding of ${visibleLine(id)}. ${known}`);
  }
  const again = { ...options, ...whereBefore(options, results) };
  const { state, failed, of, reason } = await replay(wanted, finding, again, front);
  const words = {
    fixed: `fixed: none of ${of} repetitions of the smallest case broke it`,
    failing: `still failing: ${failed} of ${of} repetitions of the smallest case broke it`,
    unknown: `cannot tell: ${reason}`,
  }[state];
  process.stdout.write(`${wanted} ${visibleLine(words)}.\n`);
  if (state === 'unknown') process.stdout.write(`A whole run can: ${visibleLine(finding.commands.rerun)}\n`);
  else if (more.length > 0) process.stdout.write(`${more.length} further findings of it were not looked at.\n`);
  return { fixed: 0, failing: 1, unknown: 3 }[state];
}

/** Target, contract and fault of the earlier run, where the command line names no others. */
function whereBefore(options: RunOptions, { targets, contract, fault }: Results): Partial<RunOptions> {
  const bundled = fault !== null;
  if (options.contract === undefined && options.endpoint === undefined && !contractNames().includes(contract.name)) {
    throw new UsageError(
      `The run was made with the contract '${contract.name}': give it again with --contract or --endpoint.`,
    );
  }
  return {
    ...(options.targets === undefined && bundled ? { fault } : {}),
    ...(options.targets === undefined && !bundled ? { targets } : {}),
    ...(options.contract === undefined && options.endpoint === undefined ? { contract: contract.name } : {}),
  };
}
