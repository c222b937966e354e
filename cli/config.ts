/** `idem-conformance.yaml` in the current folder: any option of the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { UsageError } from '../run/options.js';

export const CONFIG_FILE = 'idem-conformance.yaml';

/**
 * The file's members as command-line words, so that one parser checks both. Empty without a file.
 * Throws `UsageError` where the file is no mapping of options.
 */
export function configWords(folder: string): string[] {
  const file = `${folder}/${CONFIG_FILE}`;
  if (!existsSync(file)) return [];
  const document = parseDocument(readFileSync(file, 'utf8'));
  const [problem] = document.errors;
  if (problem !== undefined) throw new UsageError(`${CONFIG_FILE}: ${problem.message.split('\n')[0]}`);
  const members = document.toJS() as unknown;
  if (members === null) return [];
  if (typeof members !== 'object' || Array.isArray(members)) {
    throw new UsageError(`${CONFIG_FILE} must hold options, one a line, e.g. 'target: http://127.0.0.1:8080'.`);
  }
  return Object.entries(members).flatMap(([name, value]) => words(name, value));
}

function words(name: string, value: unknown): string[] {
  const flag = `--${name}`;
  if (value === true) return [flag];
  if (value === false || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => words(name, one));
  if (typeof value === 'string' || typeof value === 'number') return [flag, String(value)];
  throw new UsageError(`${CONFIG_FILE}: '${name}' must be a text, a number, true, false or a list of them.`);
}
