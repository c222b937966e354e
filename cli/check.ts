/** `idem-conformance` without a verb: a run, its reports, and the exit code. */

import { basename } from 'node:path';
import { readingLines } from '../contracts/openapi/read.js';
import { visibleLine } from '../reports/visible.js';
import { count } from '../reports/words.js';
import { shellWords } from '../results/rerun.js';
import type { Results } from '../results/results.js';
import { withDocument } from '../run/openapi.js';
import { UsageError } from '../run/options/usage.js';
import { openApiOf, type RunOptions, settle } from '../run/options.js';
import { forecast, forecastOfAll } from '../run/planning.js';
import { run } from '../run/run.js';
import { tokenSource } from '../run/set-up.js';
import { signWords } from '../run/signer.js';
import { tokenWords } from '../run/tokens.js';
import { chapters } from '../suites/index.js';
import { writeBaseline } from './baseline.js';
import { conclude, terminalOf } from './conclude.js';
import { readConfig } from './config.js';
import { artifactOf } from './github.js';
import type { Job } from './job.js';
import { Live, type Terminal } from './live.js';
import type { Given, Words } from './options.js';
import { ReportFolder } from './report-folder.js';
import { Signals } from './signals.js';

/** @returns 0 conforms, 1 violated, 2 an API key that is refused, 3 inconclusive, 4 the suite's own error */
export async function check(words: Words, job: Job): Promise<number> {
  const fromFile = readConfig(process.cwd());
  if (words.list === true) return list();
  const given = await withReading(job.options(words, fromFile));
  return given.own.dryRun === true ? dryRun(given) : send(given, job.environment);
}

/** With the OpenAPI document that is named, where one is; says what was understood of it. */
async function withReading(given: Given): Promise<Given> {
  const options = await withDocument(given.options);
  if (options.openapi === undefined) return given;
  settle(options, given.front);
  const { loaded, reading } = openApiOf(options);
  process.stdout.write(`${readingLines(loaded.file, reading).map(visibleLine).join('\n')}\n\n`);
  return { ...given, options };
}

async function send(given: Given, environment: NodeJS.ProcessEnv): Promise<number> {
  const { options, own, front } = given;
  const { operations } = settle(options, front);
  // Before the run, during which the current folder may be removed.
  const artifact = artifactOf(options.contract, environment);
  const terminal = terminalOf(environment);
  const folder = new ReportFolder(own.reportDir, operations.length > 1);
  const breakOff = (why: string) => {
    folder.breakOff(why);
    process.stderr.write(
      `idem-conformance: ended by ${why}; for reports: idem-conformance report ${shellWords([own.reportDir])}\n`,
    );
  };
  const signals = new Signals((name) => breakOff(`a second signal, ${name}`));
  // Whatever else ends the process.
  const onExit = (code: number) => folder.breakOff(`the command ended with exit code ${code}`);
  process.once('exit', onExit);
  try {
    const results = await measured(given, folder, terminal, signals.signal);
    const where = { reportDir: own.reportDir, formats: own.format, artifact, terminal, environment };
    const files = await conclude(results, where);
    for (const problem of folder.problems()) process.stderr.write(`idem-conformance: ${problem}\n`);
    folder.end(
      results,
      files.some((path) => basename(path) === 'results.json'),
    );
    const code =
      own.updateBaseline === true ? updateBaseline(own.baseline as string, options, results) : results.exitCode;
    signals.finish(code);
    if (own.updateBaseline !== true && files.length > 0) process.stdout.write(`\nReports: ${files.join(', ')}\n`);
    return code;
  } catch (error) {
    // Without the message, which no mask has seen.
    folder.breakOff(error instanceof UsageError ? 'the command was refused' : 'an error of the suite');
    signals.finish(error instanceof UsageError ? 2 : 4);
    throw error;
  } finally {
    process.off('exit', onExit);
  }
}

async function measured({ options, own, front }: Given, folder: ReportFolder, terminal: Terminal, signal: AbortSignal) {
  const live = new Live(terminal, options.maxRequests ?? null);
  try {
    return await run(options, {
      front,
      signal,
      onProgress: (progress, interim) => {
        // On the disk before it is announced.
        folder.journal.record(progress, interim);
        live.show(progress);
      },
      onReading: (reading, plan, mask, contract) => {
        folder.history.write(reading, plan, contract, (text) => mask.text(text));
        if (own.verbose) live.exchange(mask.all(reading), plan);
      },
    });
  } finally {
    live.end();
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

function dryRun({ options, front }: Given): number {
  const settings = settle(options, front);
  const { plans, requests, resources, minutes } = forecastOfAll(
    settings.operations.map((contract) => forecast({ ...settings, contract })),
  );
  for (const words of [...tokenWords(tokenSource(settings)), ...signWords(settings)])
    process.stdout.write(`${visibleLine(words)}\n`);
  const target = settings.targets.length === 0 ? 'the bundled reference server' : settings.targets.join(', ');
  process.stdout.write(
    `Nothing was sent. Profile ${settings.profile}, seed ${settings.seed}, against ${target}:\n` +
      `  ${count(settings.rounds.length, 'round')}, ${plans} plans, about ${requests} requests, ${resources} resources` +
      `${minutes === null ? '' : `, about ${Math.max(1, Math.round(minutes))} minutes at ${settings.perMinute} requests per minute`}\n`,
  );
  return 0;
}
