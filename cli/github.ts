/** What GitHub Actions wants to know of a run: annotations, the job summary, and where its contract stands. */
import { appendFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { annotations } from '../reports/annotations.js';
import { summaryMarkdown } from '../reports/markdown.js';
import { usualArtifact } from '../reports/sarif.js';
import type { Results } from '../results/results.js';
import { writeCommands } from './streams.js';

// Of one step; a longer summary is not shown at all.
const largestSummary = 1024 * 1024;

/** Annotates the run and adds to the job summary, where GitHub asks for it. */
export function tellGitHub(results: Results, environment: NodeJS.ProcessEnv): void {
  if (environment.GITHUB_ACTIONS === 'true') writeCommands(annotations(results));
  const file = environment.GITHUB_STEP_SUMMARY ?? '';
  if (file === '') return;
  const problem = appendSummary(results, file);
  if (problem !== null) process.stderr.write(`idem-conformance: the job summary is not written: ${problem}.\n`);
}

/** @returns why it could not be appended; `null` when it was */
function appendSummary(results: Results, file: string): string | null {
  try {
    const held = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const gap = held === 0 ? '' : '\n';
    const room = largestSummary - held - gap.length;
    const summary = summaryMarkdown(results, room);
    if (Buffer.byteLength(summary) > room) return `${file} holds ${held} bytes, and GitHub shows no more than 1 MiB`;
    appendFileSync(file, `${gap}${summary}`);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The file that results are shown at, as an address relative to the root of the repository: the contract where it is a
 * file of the repository.
 */
export function artifactOf(contract: string | undefined, environment: NodeJS.ProcessEnv): string {
  const root = environment.GITHUB_WORKSPACE || process.cwd();
  const named = contract === undefined || !statSync(contract, { throwIfNoEntry: false })?.isFile();
  const path = relative(root, resolve(named ? usualArtifact : contract));
  if (path.split(sep)[0] === '..' || isAbsolute(path)) return usualArtifact;
  return path.split(sep).map(encodeURIComponent).join('/');
}
