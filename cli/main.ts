/** Reads the command line, does what it says, and gives the exit code. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { ContractError, DEFAULT_CONTRACT } from '../contracts/load.js';
import { closingText } from '../reports/terminal.js';
import { visibleLine } from '../reports/visible.js';
import { count } from '../reports/words.js';
import { ReportError, writeReports } from '../reports/write.js';
import type { Results } from '../results/results.js';
import { type RunOptions, settle, UsageError } from '../run/options.js';
import { forecast } from '../run/planning.js';
import { run } from '../run/run.js';
import { chapters } from '../suites/index.js';
import { writeBaseline } from './baseline.js';
import { addCompare, compareRuns } from './compare.js';
import { CONFIG_FILE, configWords } from './config.js';
import { explainContract } from './explain.js';
import { faultsText } from './faults.js';
import { artifactOf, inert, tellGitHub } from './github.js';
import { openHistory } from './history-file.js';
import { type InitFlags, initContract } from './init.js';
import { addJudge, judgeFiles } from './judge.js';
import { Live, type Terminal } from './live.js';
import { mergeReports } from './merge.js';
import { addOptions, addReportOptions, addTargetOptions, type Flags, runOptions } from './options.js';
import { ownError } from './own-error.js';
import { type ReferenceFlags, serveReferenceVerb } from './reference.js';
import { replayFinding } from './replay.js';

/** @returns 0 conforms, 1 violated, 2 wrong usage, 3 inconclusive, 4 the suite's own error */
export async function main(argv: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  let exitCode = 0;
  const program = new Command('idem-conformance')
    .description('A property-based conformance suite for idempotent HTTP writes.')
    .version((createRequire(import.meta.url)('idem-conformance/package.json') as { version: string }).version)
    .showHelpAfterError(
      `(idem-conformance --help lists the options; ${CONFIG_FILE} in the current folder may set them, too)`,
    )
    .exitOverride()
    .enablePositionalOptions();
  addOptions(program).action(async (flags: Flags) => {
    exitCode = await check(flags, environment);
  });
  program
    .command('reference')
    .description('serve the bundled reference server until Ctrl-C')
    .option('--port <n>', 'port to listen on (default: a free one)')
    .option('--contract <name|file>', `the contract that it serves (default: ${DEFAULT_CONTRACT})`)
    .option('--fault <name>', 'with a deliberate fault')
    .action(async (flags: ReferenceFlags) => {
      exitCode = await serveReferenceVerb(flags);
    });
  program
    .command('faults')
    .description('list the deliberate faults and permitted variations of the bundled reference')
    .action(() => {
      process.stdout.write(faultsText());
    });
  addJudge(program, async (files, flags) => {
    exitCode = await judgeFiles(files, flags);
  });
  addCompare(program, (older, newer, flags) => {
    exitCode = compareRuns(older, newer, flags);
  });
  addReportOptions(
    program
      .command('merge')
      .argument('<dir...>', 'report folders of the shards, or their results.json')
      .description('make one report of the shards of a run'),
  ).action(async (folders: string[], flags: Flags) => {
    exitCode = await mergeReports(folders, flags, environment);
  });
  addTargetOptions(
    program
      .command('replay')
      .argument('<id>', 'a requirement that was violated')
      .description('send the smallest case of a finding again, with fresh keys: fixed, or still failing')
      .requiredOption('--from <results.json>', 'results of the run that found it'),
  ).action(async (id: string, flags: Flags & { from: string }) => {
    exitCode = await replayFinding(id, flags, environment);
  });
  program
    .command('explain')
    .argument('[contract]', 'a name or a file', DEFAULT_CONTRACT)
    .description('say in words what a contract promises, and which requirements apply')
    .action((contract: string) => {
      process.stdout.write(explainContract(contract));
    });
  program
    .command('init')
    .description('write a contract file for any API, from flags or a few questions')
    .option('--endpoint <line>', "method and path, e.g. 'POST /orders'")
    .option('--key <place>', 'where its key is: header:Idempotency-Key or body:NAME')
    .option('--id <pointer>', 'where its success shows the id (default: /id)')
    .option('--body <file>', 'a JSON file with an example of its body')
    .option('--body-schema <file>', 'a JSON Schema of its body')
    .option('--list <line>', "its list of resources, e.g. 'GET /orders'")
    .option('--target <url>', 'an API to ask: a handful of probes are sent, and what they saw is written down')
    .option('--out <file>', 'the contract file', 'idem-contract.yaml')
    .action(async (flags: InitFlags) => {
      exitCode = await initContract(flags, environment);
    });
  try {
    await program.parseAsync([...argv.slice(0, 2), ...withConfig(argv.slice(2))]);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError || error instanceof ContractError) {
      process.stderr.write(`idem-conformance: ${error.message}\n`);
      return 2;
    }
    process.stderr.write(ownError(error));
    return 4;
  }
}

/** The configuration file is for the main job: what the command line says replaces what the file says. */
function withConfig(words: string[]): string[] {
  const verb = words[0] !== undefined && !words[0].startsWith('-');
  if (verb || words.some((word) => ['--help', '-h', '--version', '-V'].includes(word))) return words;
  const given = new Set(words.map((word) => word.split('=')[0] as string));
  return [...configWords(process.cwd(), given), ...words];
}

async function check(flags: Flags, environment: NodeJS.ProcessEnv): Promise<number> {
  if (flags.list === true) return list();
  const options = runOptions(flags, environment);
  if (flags.dryRun) return dryRun(options);
  const terminal = terminalOf(environment);
  const live = new Live(terminal, flags.maxRequests ?? null);
  const stopping = new AbortController();
  const interrupt = () => stopping.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { contract } = settle(options).contract;
    const record = await openHistory(flags.reportDir, contract);
    const results = await run(options, {
      signal: stopping.signal,
      onProgress: (progress) => live.show(progress),
      onReading: (reading, plan) => {
        record.write(reading, plan);
        if (flags.verbose) live.exchange(reading, plan);
      },
    });
    live.end();
    await record.close();
    const files = await writeReports(results, flags.reportDir, {
      formats: flags.format,
      artifact: artifactOf(flags.contract, environment),
    }).catch((error: Error) => error);
    terminal.write(closingText(results, { color: terminal.color, width: terminal.width }));
    if (results.exitCode > 0)
      process.stderr.write(inert(`idem-conformance: ${visibleLine(results.verdict)}\n`, environment));
    tellGitHub(results, environment);
    if (files instanceof ReportError) {
      process.stderr.write(`idem-conformance: ${files.message}\n`);
      return results.exitCode === 1 ? 1 : 4;
    }
    if (files instanceof Error) throw files;
    if (flags.updateBaseline === true) return updateBaseline(flags.baseline as string, options, results);
    process.stdout.write(`\nReports: ${files.join(', ')}\n`);
    return results.exitCode;
  } finally {
    live.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Writing down what is violated is what was asked for: violations do not fail that run. */
function updateBaseline(file: string, { baseline = [] }: RunOptions, results: Results): number {
  const count = writeBaseline(file, baseline, results);
  process.stdout.write(`\nWrote ${count} known ${count === 1 ? 'failure' : 'failures'} to ${file}. Say why there.\n`);
  return results.exitCode === 1 ? 0 : results.exitCode;
}

function list(): number {
  for (const { name, title, requirements } of chapters) {
    process.stdout.write(`\n${name}: ${title}\n`);
    for (const { id, level, title: promise } of requirements) {
      process.stdout.write(`  ${id.padEnd(13)} ${level.padEnd(8)} ${promise}\n`);
    }
  }
  return 0;
}

function dryRun(options: Parameters<typeof settle>[0]): number {
  const settings = settle(options);
  const { plans, requests, resources, minutes } = forecast(settings);
  const target = settings.targets.length === 0 ? 'the bundled reference server' : settings.targets.join(', ');
  process.stdout.write(
    `Nothing was sent. Profile ${settings.profile}, seed ${settings.seed}, against ${target}:\n` +
      `  ${count(settings.rounds.length, 'round')}, ${plans} plans, about ${requests} requests, ${resources} resources` +
      `${minutes === null ? '' : `, about ${Math.max(1, Math.round(minutes))} minutes at ${settings.perMinute} requests a minute`}\n`,
  );
  return 0;
}

function terminalOf(environment: NodeJS.ProcessEnv): Terminal {
  const live = process.stdout.isTTY === true && environment.CI === undefined;
  return {
    write: (text) => void process.stdout.write(inert(text, environment)),
    live,
    color: process.stdout.isTTY === true && (environment.NO_COLOR ?? '') === '',
    // Some terminals say 0 when they do not know.
    width: process.stdout.columns || 100,
  };
}
