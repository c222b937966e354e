/** How a command that has results ends: reports, the closing text, the verdict. */
import { closingText } from '../reports/terminal.js';
import { visibleLine } from '../reports/visible.js';
import { ReportError, type WriteOptions, writeReports } from '../reports/write.js';
import type { Results } from '../results/results.js';
import { tellGitHub } from './github.js';
import type { Terminal } from './live.js';

interface Where extends WriteOptions {
  reportDir: string;
  terminal: Terminal;
  environment: NodeJS.ProcessEnv;
}

/** Gives the paths of the reports. What cannot be written is named, and hides no verdict. */
export async function conclude(results: Results, where: Where): Promise<string[]> {
  const { reportDir, terminal, environment, ...options } = where;
  const { files, problem } = await written(results, reportDir, options);
  terminal.write(closingText(results, { color: terminal.color, width: terminal.width }));
  if (results.exitCode > 0) process.stderr.write(`idem-conformance: ${visibleLine(results.verdict)}\n`);
  tellGitHub(results, environment);
  if (problem !== null) process.stderr.write(`idem-conformance: ${problem}\n`);
  return files;
}

async function written(results: Results, dir: string, options: WriteOptions) {
  try {
    return { files: await writeReports(results, dir, options), problem: null };
  } catch (error) {
    if (error instanceof ReportError) return { files: error.written, problem: error.message };
    throw error;
  }
}

/** The terminal as the environment has it. */
export function terminalOf(environment: NodeJS.ProcessEnv): Terminal {
  const live = process.stdout.isTTY === true && environment.CI === undefined;
  return {
    write: (text) => void process.stdout.write(text),
    live,
    color: process.stdout.isTTY === true && (environment.NO_COLOR ?? '') === '',
    // Some terminals say 0 when they do not know.
    width: process.stdout.columns || 100,
  };
}
