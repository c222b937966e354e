/** Reads the command line, does what it says, and gives the exit code. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { ContractError } from '../contracts/load.js';
import { UsageError } from '../run/options/usage.js';
import { brief } from './brief.js';
import { Job } from './job.js';
import { addOptions, CONFIG_FILE, promisesText, type Words } from './options.js';
import { ownError } from './own-error.js';
import { guardStreams } from './streams.js';
import { verbs } from './verbs.js';

/** @returns 0 conforms, 1 violated, 2 wrong usage, 3 inconclusive, 4 the suite's own error */
export async function main(argv: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  guardStreams(environment, argv);
  const job = new Job(environment);
  const program = new Command('idem-conformance')
    .description('A property-based conformance suite for idempotent HTTP writes.')
    .version((createRequire(import.meta.url)('idem-conformance/package.json') as { version: string }).version)
    .showHelpAfterError(
      `(idem-conformance --help lists the options; ${CONFIG_FILE} in the current folder may set them, too)`,
    )
    // A line about help follows.
    .configureOutput({ outputError: (text, write) => write(`${brief(text, 9)}\n`) })
    .exitOverride()
    .enablePositionalOptions();
  addOptions(program, 'run')
    .addHelpText('after', `\n${promisesText()}`)
    .action(job.action(async (words: Words) => (await import('./check.js')).check(words, job)));
  for (const add of verbs) add(program, job);
  try {
    await program.parseAsync(argv);
    return job.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError || error instanceof ContractError) {
      const message = error instanceof UsageError ? error.as(job.nameOf) : error.message;
      process.stderr.write(`${brief(`idem-conformance: ${message}`)}\n`);
      return 2;
    }
    process.stderr.write(ownError(error));
    return 4;
  }
}
