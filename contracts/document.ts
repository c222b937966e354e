/** A contract file as text: its value, and where each member of it stands. */
import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Json } from './json.js';
import { parsePointer } from './pointer.js';
import { FileError } from './text-file.js';
import { readYamlFile, type Yaml } from './yaml.js';

/** A contract that cannot be used; the message has one line for each thing that is wrong. */
export class ContractError extends Error {
  override name = 'ContractError';
}

/** Something wrong with the member at a pointer, with what to do about it. */
export interface Problem {
  member: string;
  text: string;
}

export interface ContractDocument {
  value: Json;
  /** An error that names each problem as `file:line:column: member: text`, in the order of the file. */
  error(problems: Problem[]): ContractError;
}

/** Problems that a message shows: a reader begins at the top. */
const SHOWN = 9;

/** Reads YAML or JSON; `shown` is the file's name in messages. Throws `ContractError`. */
export function readDocument(file: string, shown: string): ContractDocument {
  const { value, problems, contents, lines } = yamlOf(file, shown);
  const message = (all: { offset: number; text: string }[]) => {
    const said = all.slice(0, SHOWN).map(({ offset, text }) => {
      const { line, col } = lines.linePos(offset);
      return `${shown}:${line || 1}:${col || 1}: ${text}`;
    });
    if (all.length > SHOWN) said.push(`${shown}: ${all.length - SHOWN} more problems are not shown`);
    return new ContractError(said.join('\n'));
  };
  if (problems.length > 0) throw message(problems);
  return {
    value,
    error: (wrong) => {
      const offsetOf = offsets(contents);
      return message(
        wrong
          .map(({ member, text }) => ({ offset: offsetOf(member), text: `${member || '(top)'}: ${text}` }))
          .sort((a, b) => a.offset - b.offset),
      );
    },
  };
}

function yamlOf(file: string, shown: string): Yaml {
  try {
    return readYamlFile(file);
  } catch (error) {
    if (error instanceof FileError) throw new ContractError(`${shown}: ${error.message}`);
    throw error;
  }
}

/** Where a member's name begins; of a member that is not there, the nearest one around it. */
function offsets(contents: Node | null): (member: string) => number {
  // A file may have as many problems as members, and all may be in one map.
  const known = new Map<YAMLMap, Map<string, Pair<Scalar>>>();
  const pairsOf = (map: YAMLMap) => {
    const pairs = known.get(map) ?? new Map(map.items.filter(hasScalar).map((pair) => [String(pair.key.value), pair]));
    known.set(map, pairs);
    return pairs;
  };
  return (member) => {
    let node: unknown = contents;
    let offset = 0;
    for (const name of parsePointer(member)) {
      if (isMap(node)) {
        const pair = pairsOf(node as YAMLMap).get(name);
        if (pair === undefined) break;
        offset = pair.key.range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        const item = node.items[Number(name)] as Node | undefined;
        if (item === undefined) break;
        offset = item.range?.[0] ?? offset;
        node = item;
      } else break;
    }
    return offset;
  };
}

function hasScalar(pair: Pair): pair is Pair<Scalar> {
  return isScalar(pair.key);
}
