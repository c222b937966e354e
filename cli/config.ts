/** `idem-conformance.yaml` in the current folder: any option of the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { UsageError } from '../run/options.js';

export const CONFIG_FILE = 'idem-conformance.yaml';

/**
 * The file's members as command-line words, so that one parser checks both. Empty without a file.
 * Throws `UsageError` where the file is no mapping of options.
 * @param given options that the command line sets, e.g. `--seed`: the file's are left out
 */
export function configWords(folder: string, given: Set<string>): string[] {
  const file = `${folder}/${CONFIG_FILE}`;
  if (!existsSync(file)) return [];
  const members = readMembers(file);
  if (members === null) return [];
  if (typeof members !== 'object' || Array.isArray(members)) {
    throw new UsageError(`${CONFIG_FILE} must hold options, one a line, e.g. 'target: http://127.0.0.1:8080'.`);
  }
  return Object.entries(members).flatMap(([name, value]) => (given.has(`--${name}`) ? [] : words(name, value)));
}

function readMembers(file: string): unknown {
  try {
    const document = parseDocument(readFileSync(file, 'utf8'));
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    return document.toJS();
  } catch (error) {
    // The parser's message goes on with a picture of the place.
    throw new UsageError(`${CONFIG_FILE}: ${(error as Error).message.split('\n')[0]?.replace(/:$/, '.')}`);
  }
}

function words(name: string, value: unknown): string[] {
  const flag = `--${name}`;
  if (value === true) return [flag];
  if (value === false || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => words(name, one));
  if (typeof value === 'string' || typeof value === 'number') return [flag, String(value)];
  throw new UsageError(`${CONFIG_FILE}: '${name}' must be a text, a number, true, false or a list of them.`);
}
