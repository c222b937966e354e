/** `idem-conformance.yaml` in the current folder: options by their name on the command line. */
import { existsSync } from 'node:fs';
import { UsageError } from '../run/options/usage.js';
import { allEntries, CONFIG_FILE, type FromFile } from './options.js';
import { readYamlOf } from './yaml-file.js';

/**
 * What the file says; values are not checked yet. Empty without a file. Throws `UsageError` where the file is not a
 * mapping of options that may stand there.
 */
export function readConfig(folder: string): FromFile {
  const file = `${folder}/${CONFIG_FILE}`;
  if (!existsSync(file)) return new Map();
  const members = readYamlOf(file, CONFIG_FILE);
  if (members === null) return new Map();
  if (typeof members !== 'object' || Array.isArray(members)) {
    throw new UsageError(`${CONFIG_FILE} must hold options, one a line, e.g. 'target: http://127.0.0.1:8080'.`);
  }
  // An option without a value is as good as none.
  const given = Object.entries(members).filter(([, value]) => value !== null);
  for (const [name] of given) checkName(name);
  return new Map(given);
}

function checkName(name: string): void {
  const entry = allEntries.find(({ row }) => row.flag === name);
  if (entry?.row.notInFile === true)
    throw new UsageError(`${CONFIG_FILE}: '${name}' goes on the command line only, as --${name}.`);
  if (entry !== undefined) return;
  const bare = name.replace(/^-+/, '').replaceAll('_', '-');
  const near = allEntries.find(({ row, member }) => row.flag === bare || member === name)?.row.flag;
  const advice = near === undefined ? 'idem-conformance --help lists the options.' : `Did you mean '${near}'?`;
  throw new UsageError(`${CONFIG_FILE}: there is no option '${name}'. ${advice}`);
}
