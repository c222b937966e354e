/** `idem-conformance` without a verb: a run, its reports, and the exit code. */

import { closingText } from '../reports/terminal.js';
import { visibleLine } from '../reports/visible.js';
import { count } from '../reports/words.js';
import { ReportError, writeReports } from '../reports/write.js';
import type { Results } from '../results/results.js';
import { type RunOptions, settle } from '../run/options.js';
import { forecast } from '../run/planning.js';
import { run } from '../run/run.js';
import { chapters } from '../suites/index.js';
import { writeBaseline } from './baseline.js';
import { readConfig } from './config.js';
import { artifactOf, tellGitHub } from './github.js';
import { openHistory } from './history-file.js';
import type { Job } from './job.js';
import { Live, type Terminal } from './live.js';
import type { Given, Words } from './options.js';

/** @returns 0 conforms, 1 violated, 2 an API key that is refused, 3 inconclusive, 4 the suite's own error */
export async function check(words: Words, job: Job): Promise<number> {
  const fromFile = readConfig(process.cwd());
  if (words.list === true) return list();
  const given = job.options(words, fromFile);
  return given.own.dryRun === true ? dryRun(given) : send(given, job.environment);
}

async function send({ options, own, front }: Given, environment: NodeJS.ProcessEnv): Promise<number> {
  const terminal = terminalOf(environment);
  const live = new Live(terminal, options.maxRequests ?? null);
  const stopping = new AbortController();
  const interrupt = () => stopping.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { contract } = settle(options, front).contract;
    const record = await openHistory(own.reportDir, contract);
    const results = await run(options, {
      front,
      signal: stopping.signal,
      onProgress: (progress) => live.show(progress),
      onReading: (reading, plan, mask) => {
        record.write(reading, plan, (text) => mask.text(text));
        if (own.verbose) live.exchange(mask.all(reading), plan);
      },
    });
    live.end();
    await record.close();
    const files = await writeReports(results, own.reportDir, {
      formats: own.format,
      artifact: artifactOf(options.contract, environment),
    }).catch((error: Error) => error);
    terminal.write(closingText(results, { color: terminal.color, width: terminal.width }));
    if (results.exitCode > 0) process.stderr.write(`idem-conformance: ${visibleLine(results.verdict)}\n`);
    tellGitHub(results, environment);
    if (files instanceof ReportError) {
      process.stderr.write(`idem-conformance: ${files.message}\n`);
      return results.exitCode === 1 ? 1 : 4;
    }
    if (files instanceof Error) throw files;
    if (own.updateBaseline === true) return updateBaseline(own.baseline as string, options, results);
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

function dryRun({ options, front }: Given): number {
  const settings = settle(options, front);
  const { plans, requests, resources, minutes } = forecast(settings);
  const target = settings.targets.length === 0 ? 'the bundled reference server' : settings.targets.join(', ');
  process.stdout.write(
    `Nothing was sent. Profile ${settings.profile}, seed ${settings.seed}, against ${target}:\n` +
      `  ${count(settings.rounds.length, 'round')}, ${plans} plans, about ${requests} requests, ${resources} resources` +
      `${minutes === null ? '' : `, about ${Math.max(1, Math.round(minutes))} minutes at ${settings.perMinute} requests per minute`}\n`,
  );
  return 0;
}

function terminalOf(environment: NodeJS.ProcessEnv): Terminal {
  const live = process.stdout.isTTY === true && environment.CI === undefined;
  return {
    write: (text) => void process.stdout.write(text),
    live,
    color: process.stdout.isTTY === true && (environment.NO_COLOR ?? '') === '',
    // Some terminals say 0 when they do not know.
    width: process.stdout.columns || 100,
  };
}
