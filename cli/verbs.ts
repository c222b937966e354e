/** The verbs of the command, one row each. */
import type { Command } from 'commander';
import { DEFAULT_CONTRACT } from '../contracts/load.js';
import { addCompare, compareRuns } from './compare.js';
import { explainContract } from './explain.js';
import { faultsText } from './faults.js';
import { initContract } from './init.js';
import type { Job } from './job.js';
import { addJudge, judgeFiles } from './judge.js';
import { mergeReports } from './merge.js';
import { addOptions, type Words } from './options.js';
import { serveReferenceVerb } from './reference.js';
import { replayFinding } from './replay.js';

/** Each adds one verb to the command. */
export const verbs: readonly ((program: Command, job: Job) => void)[] = [
  (program, job) =>
    program
      .command('reference')
      .description('serve the bundled reference server until Ctrl-C')
      .option('--port <n>', 'port to listen on (default: a free one)')
      .option('--contract <name|file>', `the contract that it serves (default: ${DEFAULT_CONTRACT})`)
      .option('--fault <name>', 'with a deliberate fault')
      .action(job.action(serveReferenceVerb)),
  (program, job) =>
    program
      .command('faults')
      .description('list the deliberate faults and permitted variations of the bundled reference')
      .action(job.action(listFaults)),
  (program, job) => addJudge(program, job.action(judgeFiles)),
  (program, job) => addCompare(program, job.action(compareRuns)),
  (program, job) =>
    addOptions(program.command('merge'), 'merge')
      .argument('<dir...>', 'report folders of the shards, or their results.json')
      .description('make one report of the shards of a run')
      .action(
        job.action((folders: string[], words: Words) => mergeReports(folders, job.options(words).own, job.environment)),
      ),
  (program, job) =>
    addOptions(program.command('replay'), 'replay')
      .argument('<id>', 'a requirement that was violated')
      .description('send the smallest case of a finding again, with fresh keys: fixed, or still failing')
      .requiredOption('--from <results.json>', 'results of the run that found it')
      .action(
        job.action((id: string, { from, ...words }: Words) => replayFinding(id, from as string, job.options(words))),
      ),
  (program, job) =>
    program
      .command('explain')
      .argument('[contract]', 'a name or a file', DEFAULT_CONTRACT)
      .description('say in words what a contract promises, and which requirements apply')
      .action(job.action(explain)),
  (program, job) =>
    addOptions(program.command('init'), 'init')
      .description('write a contract file for any API, from flags or a few questions; with --target, from probes, too')
      .option('--out <file>', 'the contract file', 'idem-contract.yaml')
      .action(job.action(({ out, ...words }: Words) => initContract(out as string, job.options(words)))),
];

function listFaults(): number {
  process.stdout.write(faultsText());
  return 0;
}

function explain(contract: string): number {
  process.stdout.write(explainContract(contract));
  return 0;
}
