/** The operations of recorded traffic: which of a contract a line is of. */
import { recordedBody } from '../contracts/codec.js';
import { isObject } from '../contracts/json.js';
import { type LoadedContract, loadOperations } from '../contracts/load.js';
import { valuesIn } from '../contracts/paths.js';
import { at } from '../contracts/pointer.js';
import type { RecordedLine } from '../history/ndjson.js';
import { UsageError } from '../run/options/usage.js';

/** The operation of a line; `null`: unknown. */
export type Attribute = (line: RecordedLine) => string | null;

/** The operations of a contract, and the one that is chosen, if any. Throws `UsageError` and `ContractError`. */
export function operationsOf(contract: string | undefined, chosen: string | undefined): LoadedContract[] {
  if (contract === undefined) return [];
  const all = loadOperations(contract);
  const names = all.map((one) => one.contract.create.name);
  if (chosen !== undefined && !names.includes(chosen))
    throw new UsageError(`--operation: the contract has no operation ${chosen}. Known: ${names.join(', ')}.`);
  return all;
}

/** The operation that a line names, or the only one that its request fits. */
export function attributing(operations: LoadedContract[]): Attribute {
  return (line) => {
    if (line.operation !== undefined) return line.operation;
    const near = operations.filter((one) => fitsRequest(one, line));
    const fitting = near.length > 1 ? near.filter((one) => fitsBody(one, line)) : near;
    return fitting.length === 1 ? (fitting[0] as LoadedContract).contract.create.name : null;
  };
}

function fitsRequest({ contract: { basePath, create } }: LoadedContract, { method, path }: RecordedLine): boolean {
  if (method?.toUpperCase() !== create.method || path === undefined) return false;
  const [plain = ''] = path.split('?', 1);
  const asked = queryOf(path);
  const isAsked = [...queryOf(create.path)].every(([name, value]) => asked.getAll(name).includes(value));
  return isAsked && valuesIn(`${basePath}${create.path}`, plain, { whole: true }) !== null;
}

function queryOf(path: string): URLSearchParams {
  return new URLSearchParams(path.includes('?') ? path.slice(path.indexOf('?')) : '');
}

/** Whether what is fixed in every body of the operation, such as a GraphQL document, is so in this one. */
function fitsBody({ schemas: { requestSchema } }: LoadedContract, { body }: RecordedLine): boolean {
  const value = body === undefined ? undefined : recordedBody(body);
  const members = isObject(requestSchema.properties) ? Object.entries(requestSchema.properties) : [];
  const fixed = members.filter(([, schema]) => isObject(schema) && typeof schema.const === 'string');
  return isObject(value) && fixed.every(([name, schema]) => value[name] === at(schema, '/const'));
}
