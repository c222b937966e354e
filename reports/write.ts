/** Writes the reports into a folder. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../results/results.js';
import { badge } from './badge.js';
import { reportHtml } from './html.js';
import { resultsJson } from './json.js';
import { junitXml } from './junit.js';
import { summaryMarkdown } from './markdown.js';
import { sarif } from './sarif.js';

/** A report could not be written; the message says what happened, where, and what to do. */
export class ReportError extends Error {
  override name = 'ReportError';
}

export const formats = ['json', 'html', 'junit', 'markdown', 'sarif', 'badge'] as const;
export type Format = (typeof formats)[number];

export interface WriteOptions {
  /** Default: `usualFormats`. */
  formats?: readonly Format[] | undefined;
  /** For SARIF: the contract file, as an address relative to the root of the repository. */
  artifact?: string | undefined;
}

export const usualFormats: readonly Format[] = ['json', 'html', 'junit', 'markdown'];

// The data first: should a later report fail, nothing of the run is lost.
const reports: readonly { format: Format; name: string; make: (results: Results, artifact?: string) => string }[] = [
  { format: 'json', name: 'results.json', make: resultsJson },
  { format: 'junit', name: 'junit.xml', make: junitXml },
  { format: 'markdown', name: 'summary.md', make: (results) => summaryMarkdown(results) },
  { format: 'html', name: 'report.html', make: (results) => reportHtml(results) },
  { format: 'sarif', name: 'report.sarif', make: sarif },
  { format: 'badge', name: 'badge.json', make: badge },
];

/** Writes `results.json`, which other commands read, and what else is chosen; creates the folder. Gives the paths. */
export async function writeReports(results: Results, dir: string, options: WriteOptions = {}): Promise<string[]> {
  const chosen = options.formats ?? usualFormats;
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw new ReportError(`Cannot create the report folder ${dir}: ${why(error)}. ${remedy(error)}`, { cause: error });
  }
  const paths: string[] = [];
  for (const { format, name, make } of reports) {
    if (format !== 'json' && !chosen.includes(format)) continue;
    const path = join(dir, name);
    const content = make(results, options.artifact);
    try {
      await writeFile(path, content);
    } catch (error) {
      throw new ReportError(`Cannot write the report ${path}: ${why(error)}. ${remedy(error)}`, { cause: error });
    }
    paths.push(path);
  }
  return [...paths, ...(await writeLeft(results, join(dir, 'left.ndjson')))];
}

/** One resource a line; an earlier run's file goes where nothing is left. */
async function writeLeft({ left = [] }: Results, path: string): Promise<string[]> {
  try {
    if (left.length === 0) await rm(path, { force: true });
    else await writeFile(path, left.map((one) => `${JSON.stringify(one)}\n`).join(''));
  } catch (error) {
    throw new ReportError(`Cannot write ${path}: ${why(error)}. ${remedy(error)}`, { cause: error });
  }
  return left.length === 0 ? [] : [path];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function why(error: unknown): string {
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EEXIST: 'a file of that name is in the way',
    ENOTDIR: 'a part of the path is a file',
    EISDIR: 'a folder of that name is in the way',
  };
  return reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function remedy(error: unknown): string {
  return codeOf(error) === 'ENOSPC' ? 'Free some space, or choose another folder.' : 'Choose another folder.';
}
