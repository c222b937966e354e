/** A contract file as text: its value, and where each member of it stands. */
import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Json } from './json.js';
import { parsePointer } from './pointer.js';

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

/** Reads YAML or JSON; `shown` is the file's name in messages. Throws `ContractError`. */
export function readDocument(file: string, shown: string): ContractDocument {
  const lines = new LineCounter();
  const document = parseDocument(readText(file, shown), { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ContractError(document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message}`).join('\n'));
  }
  return {
    value: document.toJS() ?? null,
    error: (problems) =>
      new ContractError(
        problems
          .map(({ member, text }) => ({ offset: offsetOf(document.contents, member), member: member || '(top)', text }))
          .sort((a, b) => a.offset - b.offset)
          .map(({ offset, member, text }) => `${place(offset)}: ${member}: ${text}`)
          .join('\n'),
      ),
  };
}

function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ContractError(`${shown}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`);
  }
}

/** Where the member's name begins; of a member that is not there, the nearest one around it. */
function offsetOf(contents: Node | null, member: string): number {
  let node: unknown = contents;
  let offset = 0;
  for (const name of parsePointer(member)) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (!isScalar(pair?.key)) break;
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
}
