/** Writes the reports into a folder. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Results } from '../results/results.js';
import { badge } from './badge.js';
import { reportHtml } from './html.js';
import { resultsJson } from './json.js';
import { junitXml } from './junit.js';
import { summaryMarkdown } from './markdown.js';
import { sarif } from './sarif.js';

/** Reports could not be written; the message names them and says what happened, and what to do. */
export class ReportError extends Error {
  override name = 'ReportError';

  /** @param written paths of those that were */
  constructor(
    message: string,
    readonly written: string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
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

// The data first: should the run be killed now, nothing of it is lost.
const reports: readonly { format: Format; name: string; make: (results: Results, artifact?: string) => string }[] = [
  { format: 'json', name: 'results.json', make: resultsJson },
  { format: 'junit', name: 'junit.xml', make: junitXml },
  { format: 'markdown', name: 'summary.md', make: (results) => summaryMarkdown(results) },
  { format: 'html', name: 'report.html', make: (results) => reportHtml(results) },
  { format: 'sarif', name: 'report.sarif', make: sarif },
  { format: 'badge', name: 'badge.json', make: badge },
];

/** What the run made and could not take back, one resource a line; there only where something is left. */
const LEFT = 'left.ndjson';

const TEMPORARY = '.tmp';

/** File names of all reports, whether they are chosen or not, and those that they have until they are whole. */
export const reportNames: readonly string[] = [...reports.map(({ name }) => name), LEFT].flatMap((name) => [
  name,
  `${name}${TEMPORARY}`,
]);

/**
 * Writes `results.json`, which other commands read, and what else is chosen; creates the folder. Each file is whole or as
 * it was before, and one that cannot be written keeps none of the others from it. Gives the paths; throws `ReportError`.
 */
export async function writeReports(results: Results, dir: string, options: WriteOptions = {}): Promise<string[]> {
  const chosen = options.formats ?? usualFormats;
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw new ReportError(`Cannot create the report folder ${dir}: ${why(error)}. ${remedy(error)}`, [], {
      cause: error,
    });
  }
  const written: string[] = [];
  const failed: { path: string; error: unknown }[] = [];
  const write = async (name: string, content: string) => {
    const path = join(dir, name);
    try {
      await replaceFile(path, content);
      written.push(path);
    } catch (error) {
      failed.push({ path, error });
    }
  };
  for (const { format, name, make } of reports) {
    if (format === 'json' || chosen.includes(format)) await write(name, make(results, options.artifact));
  }
  const { left = [] } = results;
  if (left.length > 0) await write(LEFT, left.map((one) => `${JSON.stringify(one)}\n`).join(''));
  if (failed.length > 0) throw new ReportError(sentenceOf(failed), written, { cause: failed[0]?.error });
  return written;
}

/** Under another name first: a reader never meets half a file, and a link is replaced, not followed. */
async function replaceFile(path: string, content: string): Promise<void> {
  const fresh = `${path}${TEMPORARY}`;
  await rm(fresh, { force: true });
  try {
    const file = await open(fresh, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    throw error;
  }
}

/** One sentence for all that failed for one reason. */
function sentenceOf(failed: { path: string; error: unknown }[]): string {
  const reasons = [...new Set(failed.map(({ error }) => why(error)))];
  return reasons
    .map((reason) => {
      const same = failed.filter(({ error }) => why(error) === reason);
      const what = same.length === 1 ? 'report' : 'reports';
      return `Cannot write the ${what} ${same.map(({ path }) => path).join(', ')}: ${reason}. ${remedy(same[0]?.error)}`;
    })
    .join(' ');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Why a file or folder cannot be written, in words. */
export function why(error: unknown): string {
  const reasons: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is spent',
    EFBIG: 'the file would be larger than the limit of this process (ulimit -f)',
    ENOENT: 'the folder is not there any more',
    ENOTEMPTY: 'a folder of that name is in the way',
    EEXIST: 'a file of that name is in the way',
    ENOTDIR: 'a part of the path is a file',
    EISDIR: 'a folder of that name is in the way',
  };
  return reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function remedy(error: unknown): string {
  if (codeOf(error) === 'EFBIG') return 'Raise the limit.';
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error))
    ? 'Free some space, or choose another folder.'
    : 'Choose another folder.';
}
