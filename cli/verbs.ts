/** The verbs of the command, one row each. */
import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_CONTRACT } from '../contracts/load.js';
import type { CompareFlags } from './compare.js';
import type { Job } from './job.js';
import type { JudgeFlags } from './judge.js';
import { addOptions, type Words } from './options.js';
import type { ReferenceFlags } from './reference.js';

/** Each adds one verb to the command, and loads what it needs when it is called: no other waits for that. */
export const verbs: readonly ((program: Command, job: Job) => void)[] = [
  (program, job) =>
    program
      .command('reference')
      .description('serve the bundled reference server until Ctrl-C')
      .option('--port <n>', 'port to listen on (default: a free one)')
      .option('--contract <name|file>', `the contract that it serves (default: ${DEFAULT_CONTRACT})`)
      .option('--fault <name>', 'with a deliberate fault')
      .action(job.action(async (flags: ReferenceFlags) => (await import('./reference.js')).serveReferenceVerb(flags))),
  (program, job) =>
    program
      .command('faults')
      .description('list the deliberate faults and permitted variations of the bundled reference')
      .action(job.action(listFaults)),
  (program, job) =>
    program
      .command('judge')
      .argument('<file...>', 'histories as newline-delimited JSON; - for standard input')
      .description('judge recorded traffic by the same rules, without sending anything')
      .option(
        '--contract <name|file>',
        'the API: its operations are known by method and path, and judged each by itself',
      )
      .option('--operation <name>', 'only this operation')
      .option('--skew <ms>', 'how far the clocks of several recorders may be apart', amount, 0)
      .option('--grace <ms>', 'how long after an answer a duplicate may still be refused as in flight', amount, 0)
      .option('--retention <s>', 'how long a key is remembered at least (default: for ever)', amount)
      .option('--json', 'print JSON lines: every violation, every line that cannot be read, and the verdict')
      .action(
        job.action(async (files: string[], flags: JudgeFlags) => (await import('./judge.js')).judgeFiles(files, flags)),
      ),
  (program, job) =>
    program
      .command('compare')
      .argument('<old>', 'results.json of the earlier run, or its report folder')
      .argument('<new>', 'those of the later run')
      .description('say as Markdown what became better or worse; exit 1 on a regression')
      .option('--strict', 'a SHOULD that held and is violated now is a regression, too')
      .action(
        job.action(async (older: string, newer: string, flags: CompareFlags) =>
          (await import('./compare.js')).compareRuns(older, newer, flags),
        ),
      ),
  (program, job) =>
    addOptions(program.command('merge'), 'merge')
      .argument('<dir...>', 'report folders of the shards, or their results.json')
      .description('make one report of the shards of a run')
      .action(
        job.action(async (folders: string[], words: Words) => {
          const { own } = job.options(words);
          return (await import('./merge.js')).mergeReports(folders, own, job.environment);
        }),
      ),
  (program, job) =>
    addOptions(program.command('report'), 'report')
      .argument('<dir>', 'report folder of a run that was killed, or could not write its reports')
      .description('make the reports from what the run wrote down until then')
      .action(
        job.action(async (dir: string, words: Words) => {
          const { own } = job.options(words);
          return (await import('./report.js')).reportFolder(dir, own, job.environment);
        }),
      ),
  (program, job) =>
    addOptions(program.command('replay'), 'replay')
      .argument('<id>', 'a requirement that was violated')
      .description('send the smallest case of a finding again, with fresh keys: fixed, or still failing')
      .requiredOption('--from <results.json>', 'results of the run that found it')
      .action(
        job.action(async (id: string, { from, ...words }: Words) => {
          const given = job.options(words);
          return (await import('./replay.js')).replayFinding(id, from as string, given);
        }),
      ),
  (program, job) =>
    program
      .command('explain')
      .argument('[contract|id]', 'a contract by name or file, or a requirement or chapter by its id')
      .option('--contract <name|file>', 'the API that a requirement is explained for')
      .description('say in words what a contract promises, or what a requirement is about')
      .action(job.action(explain)),
  (program, job) =>
    addOptions(program.command('init'), 'init')
      .description('write a contract file for any API, from flags or a few questions; with --target, from probes, too')
      .option('--out <file>', 'the contract file', 'idem-contract.yaml')
      .action(
        job.action(async ({ out, ...words }: Words) => {
          const given = job.options(words);
          return (await import('./init.js')).initContract(out as string, given);
        }),
      ),
];

async function listFaults(): Promise<number> {
  const { faultsText } = await import('./faults.js');
  process.stdout.write(faultsText());
  return 0;
}

async function explain(what: string | undefined, { contract }: { contract?: string }): Promise<number> {
  const { explained } = await import('./explain.js');
  process.stdout.write(explained(what, contract));
  return 0;
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('Give a number, 0 or above.');
  }
  return value;
}
