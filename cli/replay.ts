/** `idem-conformance replay`: whether a finding of an earlier run is fixed. */
import type { Contract } from '../contracts/contract.js';
import { contractNames } from '../contracts/load.js';
import { isLoopback } from '../contracts/loopback.js';
import { visibleLine } from '../reports/visible.js';
import { capital } from '../reports/words.js';
import type { Results } from '../results/results.js';
import { leftWords } from '../results/verdict.js';
import { UsageError } from '../run/options/usage.js';
import { type RunOptions, settle } from '../run/options.js';
import { replay } from '../run/replay.js';
import type { Given } from './options.js';
import { readResults, sayVersions } from './results-file.js';
import { Signals } from './signals.js';

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
  const again = { ...options, ...whereBefore(options, results, from) };
  const { targets, contract, loopback } = settle(again, front);
  // Off loopback nothing is written before it is said what will be.
  if (!loopback) process.stdout.write(`Sending the smallest case of ${wanted} again to ${targets.join(', ')}.\n`);
  const signals = new Signals((name) => process.stderr.write(`idem-conformance: ended by a second signal, ${name}\n`));
  const replayed = await replay(wanted, finding, again, front, signals.signal);
  const { failed, of, left, unresolved } = replayed;
  const elsewhere = replayed.state === 'fixed' ? whereElse(results, { targets, contract: contract.contract }) : null;
  const { state, reason } =
    elsewhere === null
      ? replayed
      : { state: 'unknown' as const, reason: `none of ${of} repetitions broke it, but ${elsewhere}` };
  const words = {
    fixed: `fixed: none of ${of} repetitions of the smallest case broke it`,
    failing: `still failing: ${failed} of ${of} repetitions of the smallest case broke it`,
    unknown: `cannot tell: ${reason}`,
  }[state];
  process.stdout.write(`${wanted} ${visibleLine(words.replace(/\.$/, ''))}.\n`);
  for (const { id, why } of left) process.stdout.write(`Left on the target: ${visibleLine(id)} (${why}).\n`);
  const unseen = leftWords({ unresolved });
  if (unseen !== null) process.stdout.write(`${capital(unseen)}.\n`);
  if (state === 'unknown') process.stdout.write(`A whole run can: ${visibleLine(finding.commands.rerun)}\n`);
  else if (more.length > 0) process.stdout.write(`${more.length} further findings of it were not looked at.\n`);
  const code = { fixed: 0, failing: 1, unknown: 3 }[state];
  signals.finish(code);
  return code;
}

/** What was asked instead of the server, the contract and the endpoint that the finding is about; `null` where it was those. */
function whereElse(results: Results, asked: { targets: string[]; contract: Contract }): string | null {
  const { name, create } = asked.contract;
  if (name !== results.contract.name)
    return `it was held to the contract '${name}' and not to '${results.contract.name}'`;
  // All contracts that options describe have one name.
  const endpoint = `${create.method} ${create.path}`;
  const titles = results.operations.map(({ title }) => title);
  if (!titles.includes(endpoint)) return `it was found at ${titles.join(', ')}, and ${endpoint} was asked`;
  const [now, then] = [asked.targets, results.fault === null ? results.targets : []].map((list) =>
    list.map((one) => (URL.canParse(one) ? new URL(one).href : one).replace(/\/+$/, '')).sort(),
  );
  if (now?.join() === then?.join()) return null;
  const found = then?.length === 0 ? 'the bundled reference server' : then?.join(', ');
  return `it was found at ${found}, and ${now?.join(', ')} was asked`;
}

/**
 * Target, contract and fault of the earlier run, where the command line names no others. A file may come from anybody: off
 * loopback, it names no target to which requests and credentials go.
 */
function whereBefore(options: RunOptions, { targets, contract, fault }: Results, from: string): Partial<RunOptions> {
  const bundled = fault !== null;
  const elsewhere = targets.find((target) => !isLoopback(target));
  if (options.targets === undefined && !bundled && elsewhere !== undefined) {
    throw new UsageError(
      `${from} names the target ${visibleLine(elsewhere)}, and a file alone sends nothing there. Nothing was sent. Name the target with --target if you mean it.`,
    );
  }
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
