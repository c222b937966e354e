/** Writes the reports into a folder. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportHtml } from './html.js';
import { resultsJson } from './json.js';
import { junitXml } from './junit.js';
import { summaryMarkdown } from './markdown.js';
import type { Results } from './results.js';

/** A report could not be written; the message says what happened, where, and what to do. */
export class ReportError extends Error {
  override name = 'ReportError';
}

// The data first: should a later report fail, nothing of the run is lost.
const reports: readonly { name: string; make: (results: Results) => string }[] = [
  { name: 'results.json', make: resultsJson },
  { name: 'junit.xml', make: junitXml },
  { name: 'summary.md', make: summaryMarkdown },
  { name: 'report.html', make: reportHtml },
];

/** Writes `results.json`, `junit.xml`, `summary.md` and `report.html`; creates the folder. Gives the paths. */
export async function writeReports(results: Results, dir: string): Promise<string[]> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw new ReportError(`Cannot create the report folder ${dir}: ${why(error)}. ${remedy(error)}`, { cause: error });
  }
  const paths: string[] = [];
  for (const { name, make } of reports) {
    const path = join(dir, name);
    const content = make(results);
    try {
      await writeFile(path, content);
    } catch (error) {
      throw new ReportError(`Cannot write the report ${path}: ${why(error)}. ${remedy(error)}`, { cause: error });
    }
    paths.push(path);
  }
  return paths;
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
  return codeOf(error) === 'ENOSPC'
    ? 'Free some space, or choose another folder with --report-dir.'
    : 'Choose another folder with --report-dir.';
}
