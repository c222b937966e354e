/** YAML files of the command line besides contracts. */
import type { Json } from '../contracts/json.js';
import { FileError } from '../contracts/text-file.js';
import { readYamlFile } from '../contracts/yaml.js';
import { UsageError } from '../run/options/usage.js';

/** The file's value; `shown` names it in messages. Throws `UsageError`. */
export function readYamlOf(file: string, shown: string): Json {
  try {
    const { value, problems, lines } = readYamlFile(file);
    const [problem] = problems;
    if (problem === undefined) return value;
    const { line, col } = lines.linePos(problem.offset);
    throw new UsageError(`${shown}:${line || 1}:${col || 1}: ${problem.text.replace(/\.?$/, '.')}`);
  } catch (error) {
    throw error instanceof FileError ? new UsageError(`${shown}: ${error.message}.`) : error;
  }
}
