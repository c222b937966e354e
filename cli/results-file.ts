/** Reads what an earlier run wrote. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { MOST_NESTED_ANSWER } from '../contracts/json.js';
import { notPlain } from '../contracts/nesting.js';
import { compileValid } from '../contracts/schemas.js';
import { FileError, readTextFile } from '../contracts/text-file.js';
import { visibleLine } from '../reports/visible.js';
import type { Results } from '../results/results.js';
import { statOf } from '../run/options/files.js';
import { UsageError } from '../run/options/usage.js';

/** Bytes of the longest file: results of runs that found a lot have some megabytes. */
const MOST_BYTES = 128 << 20;

/** Results of a run, from `results.json` or the folder that holds it. Throws `UsageError`. */
export function readResults(fileOrFolder: string): Results {
  const file = isFolder(fileOrFolder) ? join(fileOrFolder, 'results.json') : fileOrFolder;
  return checkedResults(parsed(file), file);
}

/** A value as results, if it follows their schema. Throws `UsageError`, which names the file. */
export function checkedResults(value: unknown, file: string): Results {
  const { const: known } = schema().properties.schema;
  const [family, version] = split(known);
  const [itsFamily, itsVersion] = split(memberOf(value, 'schema'));
  if (itsFamily !== family)
    throw new UsageError(`${file} holds no results of a run: give a results.json, or the folder that holds it.`);
  if (itsVersion > version) {
    throw new UsageError(
      `${file} was written by a newer idem-conformance (results version ${itsVersion}; this one reads ${version}): update this one.`,
    );
  }
  if (itsVersion < version) {
    throw new UsageError(
      `${file} was written by an older idem-conformance (results version ${itsVersion}; this one reads ${version}): run it again.`,
    );
  }
  const validate = validator();
  if (validate(value)) return value as Results;
  const [problem] = validate.errors ?? [];
  const suite = memberOf(memberOf(value, 'versions'), 'suite');
  const writer = typeof suite === 'string' ? ` It was written by version ${short(suite)} of idem-conformance.` : '';
  throw new UsageError(
    `${file} does not follow results.schema.json: ${short(problem?.instancePath || '/')} ${short(problem?.message ?? '')}.${writer}`,
  );
}

/** Says where results were written by another version of the suite: what it looked at may differ. */
export function sayVersions(...all: Results[]): void {
  const { version } = createRequire(import.meta.url)('idem-conformance/package.json') as { version: string };
  const others = new Set(all.map(({ versions }) => versions.suite).filter((one) => one !== version));
  if (others.size === 0) return;
  const named = [...others].map(short).join(', ');
  process.stderr.write(
    `idem-conformance: written by version ${named}, read by ${version}: they may look at other things.\n`,
  );
}

export function isFolder(name: string): boolean {
  return statOf(name)?.isDirectory() === true;
}

function parsed(file: string): unknown {
  const stop = (why: string) => new UsageError(`${file}${why}`);
  let value: unknown;
  try {
    value = JSON.parse(readTextFile(file, MOST_BYTES));
  } catch (error) {
    if (error instanceof FileError) throw stop(`: ${error.message}.`);
    throw stop(` is not JSON: ${short((error as Error).message)}.`);
  }
  const wrong = notPlain(value, MOST_NESTED_ANSWER, true);
  if (wrong !== null) throw stop(` ${wrong}.`);
  return value;
}

/** What a file says, as far as a message shows it. */
function short(text: string): string {
  return visibleLine(text.length <= 200 ? text : `${text.slice(0, 200)}…`);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** `https://…/results/1` as its family and version. */
function split(name: unknown): [family: string, version: number] {
  const match = /^(.*\/)(\d+)$/.exec(String(name));
  return match === null ? ['', 0] : [match[1] as string, Number(match[2])];
}

interface Schema {
  properties: { schema: { const: string } };
}

function schema(): Schema {
  const file = createRequire(import.meta.url).resolve('idem-conformance/results/results.schema.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Schema;
}

let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  // The first mistake is enough: a file may have a million.
  compiled ??= compileValid(schema(), { strict: false, allErrors: false });
  return compiled;
}
