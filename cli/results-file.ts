/** Reads what an earlier run wrote. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileValid } from '../contracts/schemas.js';
import { visibleLine } from '../reports/visible.js';
import type { Results } from '../results/results.js';
import { statOf } from '../run/options/files.js';
import { UsageError } from '../run/options/usage.js';

/** Results of a run, from `results.json` or the folder that holds it. Throws `UsageError`. */
export function readResults(fileOrFolder: string): Results {
  const file = isFolder(fileOrFolder) ? join(fileOrFolder, 'results.json') : fileOrFolder;
  return checkedResults(parsed(file, text(file)), file);
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
  const writer =
    typeof suite === 'string' ? ` It was written by version ${visibleLine(suite)} of idem-conformance.` : '';
  throw new UsageError(
    `${file} does not follow results.schema.json: ${visibleLine(problem?.instancePath || '/')} ${visibleLine(problem?.message ?? '')}.${writer}`,
  );
}

export function isFolder(name: string): boolean {
  return statOf(name)?.isDirectory() === true;
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path.`);
  }
}

function parsed(file: string, source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${visibleLine((error as Error).message)}.`);
  }
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
  compiled ??= compileValid(schema(), { strict: false });
  return compiled;
}
